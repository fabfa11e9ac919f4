# Nothing comes for two takts. Nobody acknowledges within the response time: the lamp blinks fast, the group leader is called.
group gaps
standard 50 takt 60
only no_cycle

0:00  cycle        -> green
1:59               -> green
2:00               -> yellow blinking, sound         says raised no_cycle
2:59               -> yellow blinking, sound
3:00               -> yellow blinking fast, sound    says updated no_cycle overdue, escalated no_cycle group_leader
3:10  acknowledge  -> yellow blinking fast           says acknowledged no_cycle, updated no_cycle overdue
3:30  arrive       -> yellow
4:00  cycle        -> green                          says cleared no_cycle by_itself
