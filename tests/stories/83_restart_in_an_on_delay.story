# A restart loses no gap that waits: it is called when it would have been.
group restarts
standard 50 takt 100
gauge none
only cycle_overrun
on_delay 20s

0:00  cycle
0:50  cycle        -> green
2:10               -> dark
2:15  restart
2:24               -> dark
2:25               -> yellow blinking, sound    says raised cycle_overrun
