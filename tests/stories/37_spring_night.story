# The night the clock goes from 02:00 to 03:00: a break at 02:30 is held at 03:30, and is as long as it is written.
group planned
standard 50 takt 60 date 2027-03-28 clock 01:58 early 00:00-06:00 break 02:30-02:45

0:00   cycle       -> green
0:50   cycle       -> green
2:00
31:59              -> yellow blinking fast, sound
32:00              -> white
46:59              -> white
47:00              -> yellow blinking fast, sound
