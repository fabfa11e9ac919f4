# No cycle is running, so there is no takt slot: the window is 30 s.
group fixed_position
standard 50 takt 60
press work

0:00  start
0:50  cycle        -> green
1:00  pull         -> yellow blinking, sound
1:29               -> yellow blinking, sound
1:30               -> red blinking, sound       says line_stop help
