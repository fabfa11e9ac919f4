# The gauge is switched off with the machine for the break: that is no fault of the gauge. After the break it is heard again, and nobody was sent to it.
group sensors
standard 50 takt 60 clock 08:58 early 06:00-14:00 break 09:00-09:15 hears 120 only no_cycle

0:00   cycle
0:02   reading 25   -> green
0:50   cycle
0:52   reading 25   -> green
2:00                -> white
16:59               -> white
17:30  cycle
17:32  reading 25   -> green
18:20  cycle        -> green
19:10  cycle
19:32               -> white blinking        says lost gauge
