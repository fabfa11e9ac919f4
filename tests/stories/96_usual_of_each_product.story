# What is usual is learned for each product. The small part is made in between; when the wide one is made again, its own limits hold at once, and a drift of its cycles is found.
group gaps
standard 50 takt 60 gauge none only no_cycle also slow_drift

0:00    product wide               says plan wide begins
0:50    cycle
84:10   100 cycles of 49 to 51      -> green
84:20   product small               -> dark       says plan small begins
91:00   20 cycles of 20             -> green
91:10   product wide               -> dark       says plan wide begins
94:30   4 cycles of 50 to 50.5      -> green
103:10  10 cycles of 51 to 53       -> yellow blinking fast, sound
