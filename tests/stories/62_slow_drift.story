# The cycles grow longer little by little; none of them alone is too long. After a hundred cycles the agent knows what is usual here, and finds the drift.
group gaps
standard 50 takt 60 gauge none only no_cycle also slow_drift

0:00    cycle
83:20   100 cycles of 49 to 51   -> green
92:00   10 cycles of 51 to 53    -> yellow blinking fast, sound     says raised slow_drift, updated slow_drift overdue, escalated slow_drift group_leader
