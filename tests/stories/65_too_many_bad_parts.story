# More bad parts than usual, never two in a row: four close together are enough.
group quality
standard 50 takt 60 only no_cycle also defect_rate

0:00  cycle
0:02  reading 25.03
0:50  cycle
0:52  reading 25
1:40  cycle
1:42  reading 25.03
2:30  cycle
2:32  reading 25
3:20  cycle
3:22  reading 25.03
4:10  cycle
4:12  reading 25        -> green
5:00  cycle
5:02  reading 25.03     -> yellow blinking, sound        says raised defect_rate
5:10  arrive            -> yellow
5:30  restore           -> green                         says cleared defect_rate restored
