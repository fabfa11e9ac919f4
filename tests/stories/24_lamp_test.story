# A lamp test by command shows each tier in turn, then the buzzer, then what was shown before.
group stack
standard 50 takt 60

0:00  cycle
0:50  cycle        -> green
0:52  test         -> red
0:52.4             -> yellow
0:53.6             -> dark, sound
0:54               -> green
