# Short stops that nobody reports: each alone lights nothing, the sixth within an hour does.
group gaps
standard 50 takt 60 gauge none only micro_stop also micro_stop

0:00   cycle
10:00  5 cycles of 120  -> green
12:00  cycle            -> yellow blinking, sound        says raised micro_stop
12:30  arrive           -> yellow
70:00  66 cycles of 50  -> green                         says cleared micro_stop by_itself
