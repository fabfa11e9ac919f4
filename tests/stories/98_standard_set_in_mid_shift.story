# In mid-shift the planner sets another standard: the open call goes on, the next cycles are judged by the new figure, and it holds over a restart.
group hygiene
standard 50 takt 100
gauge none
only cycle_overrun
role planner:standard

0:00  cycle
0:50  cycle        -> green
2:05               -> yellow blinking, sound    says raised cycle_overrun
2:10  planner sets standard_cycle_s to 70       -> yellow blinking, sound    says standard by planner: standard_cycle_s 50 to 70
2:20  cycle        -> green                     says cleared cycle_overrun by_itself
3:50  cycle        -> green
4:00  restart      says started
4:10  cycle        -> dark
5:50               -> dark
5:56               -> yellow blinking, sound    says raised cycle_overrun
