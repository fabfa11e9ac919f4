# Ten calls of rules within ten minutes are more than anybody can answer: the station says so, and that it is over.
group hygiene
standard 20 takt 100
gauge none
only cycle_overrun

0:00  cycle
0:20  cycle        -> green
6:20  9 cycles of 40  -> green
6:50               -> yellow blinking, sound    says raised cycle_overrun, fault calls
6:55  cycle        -> green    says cleared cycle_overrun by_itself
20:00              -> yellow blinking fast, sound    says raised cycle_overrun, updated cycle_overrun overdue, escalated cycle_overrun group_leader, fault calls over
