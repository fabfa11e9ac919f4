# A stoppage is called half a minute before the break. In the break nobody is asked to come; after it the call goes on, and the break is not counted against those who are called.
group planned
standard 50 takt 60 clock 08:57 early 06:00-14:00 break 09:00-09:15
only no_cycle

0:30   cycle       -> green
2:30               -> yellow blinking, sound              says raised no_cycle
3:00               -> white                               says hour 1 of 3
17:59              -> white
18:00              -> yellow blinking, sound
18:29              -> yellow blinking, sound
18:30              -> yellow blinking fast, sound         says updated no_cycle overdue, escalated no_cycle group_leader
18:40  arrive      -> yellow                              says attended no_cycle
18:50  cycle       -> green                               says cleared no_cycle by_itself
