# What is counted goes on over a restart: the third bad part in a row is the third, also where the agent was restarted after the second.
group restarts
standard 50 takt 60 only no_cycle also consecutive_defects

0:00  cycle
0:02  reading 25        -> green
0:50  cycle
0:52  reading 25.03     -> green
1:40  cycle
1:42  reading 25.03     -> green
2:00  restart
2:30  cycle
2:32  reading 25.03     -> yellow blinking, sound        says raised consecutive_defects
2:40  arrive            -> yellow
2:50  restart
2:56                    -> yellow
3:20  cycle
3:22  reading 25
3:30  restore           -> green                         says cleared consecutive_defects restored
