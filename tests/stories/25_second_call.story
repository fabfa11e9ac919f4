# Two calls at once: as long as one of them has nobody, the lamp blinks.
group calls
standard 50 takt 60

0:00  cycle
0:50  cycle
0:52  reading 25.031    -> yellow blinking, sound
0:55  arrive            -> yellow
1:00  pull              -> yellow blinking, sound
1:05  arrive            -> yellow
1:10  restore           -> green    says cleared out_of_spec restored, cleared help restored
