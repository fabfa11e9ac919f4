# Back inside the limit by a hair is not back inside: with a deadband of 10 s the call ends with a cycle of 65 s or less.
group hygiene
standard 50 takt 100
gauge none
only cycle_overrun
deadband 10

0:00  cycle
0:50  cycle        -> green
2:05               -> yellow blinking, sound    says raised cycle_overrun
2:10  cycle        -> yellow blinking, sound
2:15  arrive       -> yellow    says attended cycle_overrun
3:20  cycle        -> yellow
4:24  cycle        -> green    says cleared cycle_overrun by_itself
