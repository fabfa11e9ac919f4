# A long stop leaves the station two parts behind. It is called when the second part falls due, and cleared when one is left to catch up.
group gaps
standard 20 takt 30
only behind_takt

0:00  cycle        -> green
0:30  cycle        -> green
1:49               -> green
1:50               -> yellow blinking, sound    says raised behind_takt
1:52  arrive
2:00  cycle        -> green                     says cleared behind_takt by_itself
