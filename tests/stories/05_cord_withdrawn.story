# A second pull before anyone came withdraws the call.
group calls
standard 50 takt 60

0:00  cycle
0:50  cycle        -> green
1:00  pull         -> yellow blinking, sound
1:05  pull         -> green                     says cleared help withdrawn
