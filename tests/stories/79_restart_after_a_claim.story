# A call is claimed, then the agent is started anew: it is still claimed, makes no sound, and the next level is called when it would have been.
group restarts
standard 50 takt 60 only no_cycle

0:00  cycle               -> green
2:00                      -> yellow blinking, sound           says raised no_cycle
2:20  acknowledge         -> yellow blinking                  says acknowledged no_cycle
2:30  restart                                                 says started
2:59                      -> yellow blinking
3:00                      -> yellow blinking fast             says updated no_cycle overdue, escalated no_cycle group_leader
3:20  arrive              -> yellow
3:30  cycle               -> green                            says cleared no_cycle by_itself
