# The night the clock shows 02:30 twice: the break is held once, the first time.
group planned
standard 50 takt 60 date 2026-10-25 clock 01:58 early 00:00-06:00 break 02:30-02:45
only no_cycle

0:00   cycle       -> green
31:59              -> yellow blinking fast, sound
32:00              -> white
47:00              -> yellow blinking fast, sound
92:00              -> yellow blinking fast, sound
