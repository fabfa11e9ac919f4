# The agent starts without knowing the time: work counts as planned. Two minutes later the clock is told, and it is a break: white, and nothing that was measured changes.
group restarts
standard 50 takt 60 early 06:00-14:00 break 09:00-09:15

0:00   cycle              -> green
0:50   cycle              -> green
1:40   cycle              -> green
2:00   clock 09:10        -> white
6:59                      -> white
7:00                      -> dark
7:30   cycle              -> green
