# More than ten calls of rules within ten minutes are more than anybody can answer: the station says so, and that it is over.
group hygiene
standard 20 takt 100
gauge none
only cycle_overrun

0:00  cycle
0:20  cycle        -> green
7:00  10 cycles of 40  -> green
7:30               -> yellow blinking, sound    says raised cycle_overrun, fault calls
7:35  cycle        -> green    says cleared cycle_overrun by_itself
20:00              -> yellow blinking fast, sound    says raised cycle_overrun, updated cycle_overrun overdue, escalated cycle_overrun group_leader, fault calls over
