# Nobody comes. The team leader is called at once, the group leader after one takt, the area manager after a quarter of an hour; then there is nobody left to call, and the lamp goes on.
group response
standard 50 takt 60 only no_cycle

0:00    cycle             -> green
2:00                      -> yellow blinking, sound           says raised no_cycle
3:00                      -> yellow blinking fast, sound      says updated no_cycle overdue, escalated no_cycle group_leader
17:00                     -> yellow blinking fast, sound      says escalated no_cycle area_manager
60:00                     -> yellow blinking fast, sound
60:10   arrive            -> yellow                           says attended no_cycle
62:00   cycle             -> green                            says cleared no_cycle by_itself
