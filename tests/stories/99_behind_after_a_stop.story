# A stop that nobody comes to puts the station behind. When it ends, being behind is a call of its own, and is as late.
group gaps
standard 50 takt 60

0:00  cycle
0:50  cycle        -> green
2:05               -> yellow blinking, sound         says raised cycle_overrun
2:50               -> yellow blinking, sound         says also no_cycle in cycle_overrun
3:04               -> yellow blinking, sound
3:05               -> yellow blinking fast, sound
5:30  cycle        -> yellow blinking fast, sound
