# A cycle that is only a little too long calls nobody where an on-delay is set; one that goes on is called, late.
group hygiene
standard 50 takt 100
gauge none
on_delay 20s

0:00  cycle
0:50  cycle        -> green
2:05               -> green
2:20  cycle        -> green
3:54               -> green
3:55               -> yellow blinking, sound    says raised cycle_overrun
4:10  cycle        -> green    says cleared cycle_overrun by_itself
