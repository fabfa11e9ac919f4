# A long stop leaves the station two parts behind. It is called when the second part falls due, once, and cleared when both are made up for.
group gaps
standard 10 takt 30
only behind_takt

0:00  cycle        -> green
0:30  cycle        -> green
1:49               -> green
1:50               -> yellow blinking, sound    says raised behind_takt
1:52  arrive       -> yellow
1:59  reading 25.0
2:00  cycle        -> yellow
2:10  cycle        -> yellow
2:19  cycle        -> green                     says cleared behind_takt by_itself
