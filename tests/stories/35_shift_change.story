# The shift changes at 14:00: the hour and the shift are told, and the late shift answers for its own parts only.
group planned
standard 50 takt 60 clock 13:55 early 06:00-14:00 late 14:00-22:00
only behind_takt

0:00   cycle       -> green
2:50               -> yellow blinking, sound              says raised behind_takt
5:00               -> yellow blinking fast, sound
5:10   cycle       -> green
