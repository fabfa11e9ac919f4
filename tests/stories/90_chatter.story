# A rule that calls three times within a minute is the nuisance itself, and says so; ten minutes without a call of it, and
# it is taken back.
group hygiene
standard 5 takt 100
gauge none
only cycle_overrun

0:00  cycle
0:05  cycle
0:14  cycle        -> green    says raised cycle_overrun, cleared cycle_overrun by_itself
0:23  cycle        -> green    says raised cycle_overrun, cleared cycle_overrun by_itself
0:32  cycle        -> green    says raised cycle_overrun, cleared cycle_overrun by_itself, fault detector cycle_overrun:press
10:45              -> yellow blinking fast, sound
10:50  cycle
