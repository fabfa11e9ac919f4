# A standard set while all is well: what was seen last is inside the new one too, and it stays green. Where it is not, the lamp is dark until a cycle is; the one that runs is judged by the new figure.
group hygiene
standard 50 takt 100
gauge none
only cycle_overrun
role planner:standard

0:00  cycle
0:50  cycle        -> green
1:00  planner sets standard_cycle_s to 60       -> green                     says standard by planner: standard_cycle_s 50 to 60
1:45  cycle        -> green
1:50  planner sets standard_cycle_s to 30       -> dark                      says standard by planner: standard_cycle_s 60 to 30
2:15  cycle        -> green
2:45  cycle        -> green
2:50  planner sets standard_cycle_s to 40       -> green                     says standard by planner: standard_cycle_s 30 to 40
3:44               -> green
3:45               -> yellow blinking, sound    says raised cycle_overrun
