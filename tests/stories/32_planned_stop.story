# A planned stop by command for a meeting: nothing is late until somebody says that work goes on.
group planned
standard 50 takt 60

0:00   cycle       -> green
0:50   cycle       -> green
1:00   stop meeting -> white                              says plan planned stop begins
31:00              -> white
31:00  resume      -> dark                                says plan planned stop ends
31:40  cycle       -> green
