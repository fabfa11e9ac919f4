# Material is brought by a driver who needs two takts: his call is overdue after them, and the team leader is called. The stop of the press beside it goes its own way, to the team leader and the group leader.
group response
standard 50 takt 60
only no_cycle
material driver,1takt,2takt,3takt:team_leader

0:00  cycle
0:50  cycle                -> green
1:00  button material      -> blue blinking, sound             says raised material
1:40  cycle
2:00                       -> blue blinking fast, sound        says updated material overdue
2:10  acknowledge          -> blue blinking
3:00                       -> blue blinking fast               says updated material overdue
3:39                       -> blue blinking fast
3:40                       -> yellow blinking fast, blue blinking fast, sound    says raised no_cycle
4:00                       -> yellow blinking fast, blue blinking fast, sound    says escalated material team_leader
4:40                       -> yellow blinking fast, blue blinking fast, sound    says updated no_cycle overdue, escalated no_cycle group_leader
4:50  cycle                -> blue blinking fast               says cleared no_cycle by_itself
5:00  arrive               -> blue
5:10  restore              -> green                            says cleared material restored
