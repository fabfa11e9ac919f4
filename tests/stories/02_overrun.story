# A cycle runs longer than 1.5 x standard: the lamp calls at the limit, not when the part is done.
group gaps
standard 50 takt 60

0:00  cycle
0:50  cycle        -> green
2:04               -> green
2:05               -> yellow blinking, sound    says raised cycle_overrun
2:20  arrive       -> yellow                    says attended cycle_overrun
2:25  cycle        -> green                     says cleared cycle_overrun by_itself
