# A gap that comes back within the off-delay is one call, not two; it ends once the work has been good for so long.
group hygiene
standard 50 takt 100
gauge none
only cycle_overrun
off_delay 2min

0:00  cycle
0:50  cycle        -> green
2:05               -> yellow blinking, sound    says raised cycle_overrun
2:10  cycle        -> yellow blinking, sound
2:15  arrive       -> yellow    says attended cycle_overrun
3:27               -> yellow
3:30  cycle        -> yellow
4:20  cycle        -> yellow
5:10  cycle        -> yellow
5:29               -> yellow
5:30               -> green    says cleared cycle_overrun by_itself
