# The gauge gives the same reading for ever. It is the gauge that is at fault, and it is named; no bad part is invented.
group sensors
standard 50 takt 60 only no_cycle also stuck

0:00    cycle
0:01    reading 25
84:00   100 readings of 24.995 to 25.005    -> green
112:20  34 readings of 25.001               -> white blinking   says lost gauge
113:10  1 readings of 25.002                -> green            says back gauge
