# The gauge has given one and the same reading for a whole baseline: there is no spread to see a drift by. A rule on the lamp that cannot tell takes its green, and is named.
group green
standard 50 takt 60 only no_cycle also reading_drift

0:00    cycle
0:01    reading 25
83:00   99 readings of 25               -> green
83:50   1 readings of 25                -> white blinking
