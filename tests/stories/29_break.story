# A break at 09:00: white, and nothing is late. After it the press has its time anew; the cycle that spans the break is none.
group planned
standard 50 takt 60 clock 08:58 early 06:00-14:00 break 09:00-09:15

0:00   cycle       -> green
0:50   cycle       -> green
1:40   cycle       -> green
2:00               -> white                               says hour 3 of 2
16:59              -> white
17:00              -> dark
17:30  cycle       -> green
