# After the last shift nothing is scheduled: white, and the shift is told once. In the morning it begins dark, until the first part.
group planned
standard 50 takt 60 clock 13:58 early 06:00-14:00

0:00   cycle       -> green
0:50   cycle       -> green
1:40   cycle       -> green
2:00               -> white                               says hour 3 of 2, shift early 3 of 2
962:00             -> dark
962:40 cycle       -> green
