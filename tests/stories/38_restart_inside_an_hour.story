# The agent is started anew inside an hour: what was counted before is still counted.
group restarts
standard 50 takt 60 clock 12:56 early 06:00-14:00

0:00   cycle       -> green
0:50   cycle       -> green
1:40   cycle       -> green
2:00   restart                                            says started
2:30   cycle       -> green
3:20   cycle       -> green
4:00                                                      says hour 5 of 4
