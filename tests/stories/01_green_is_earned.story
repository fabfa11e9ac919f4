# Power on: the lamps are tested, then it is dark. The first cycle is the first evidence, and green is earned.
group green
standard 50 takt 60

0:00  power on     -> red
0:01               -> blue
0:03               -> dark
0:20  cycle        -> green
1:10  cycle        -> green
