# A stack of three tiers says blind with short yellow flashes, since it has no white.
group stack
standard 50 takt 60
tiers red+yellow+green

0:00  cycle
0:50  cycle           -> green
1:00  unplug gauge    -> yellow flashing
1:10  pull            -> yellow blinking, sound
