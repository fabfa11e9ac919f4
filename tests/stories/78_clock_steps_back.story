# The clock on the wall is put back by half an hour in the middle of a cycle: the cycle is as long as it is.
group restarts
standard 50 takt 60 clock 08:05 early 06:00-14:00 only cycle_overrun

0:00   cycle
0:50   cycle              -> green
1:20   clock 07:35        -> green
2:04                      -> green
2:05                      -> yellow blinking, sound           says raised cycle_overrun
