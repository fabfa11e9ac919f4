# The agent is killed with a call open and starts again: the call is neither raised twice nor forgotten, and escalates on time.
group restarts
standard 50 takt 60
only no_cycle

0:00  cycle
2:00               -> yellow blinking, sound         says raised no_cycle
2:30  restart      -> red                            says started
2:35               -> yellow blinking, sound
3:00               -> yellow blinking fast, sound    says updated no_cycle overdue, escalated no_cycle group_leader
3:30  cycle        -> green                          says cleared no_cycle by_itself
