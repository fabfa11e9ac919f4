# From afar nobody turns a red lamp green; at the station it is one press.
group remote
standard 50 takt 60

0:00  cycle
0:20  pull
1:00               -> red blinking, sound
1:02  cycle        -> red blinking, sound
1:05  restore from afar    -> red blinking, sound    says updated help restore_refused
1:10  restore      -> green
