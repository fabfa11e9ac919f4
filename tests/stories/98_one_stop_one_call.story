# The press stops. It calls once: that no part comes, and that the station falls behind, is told in the call there is. What is still missing when it runs again is called until it is made up for.
group gaps
standard 50 takt 60

0:00  cycle
0:50  cycle        -> green
2:05               -> yellow blinking, sound         says raised cycle_overrun
2:50               -> yellow blinking, sound         says also no_cycle in cycle_overrun
2:55  arrive       -> yellow                         says attended cycle_overrun
4:00  cycle        -> yellow blinking, sound         says also behind_takt in cycle_overrun, cleared cycle_overrun by_itself, raised behind_takt
