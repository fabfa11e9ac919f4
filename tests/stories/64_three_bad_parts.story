# Three bad parts in a row: a cause that stays, and no chance.
group quality
standard 50 takt 60 only no_cycle also consecutive_defects

0:00  cycle
0:02  reading 25        -> green
0:50  cycle
0:52  reading 25.03     -> green
1:40  cycle
1:42  reading 25.03     -> green
2:30  cycle
2:32  reading 25.03     -> yellow blinking, sound        says raised consecutive_defects
2:40  arrive            -> yellow
3:20  cycle
3:22  reading 25
3:30  restore           -> green                         says cleared consecutive_defects restored
