# A rule on trial judges and records and lights nothing.
group hygiene
standard 50 takt 100
observe cycle_overrun

0:00  cycle
0:50  cycle        -> green
2:05               -> green    says observed cycle_overrun abnormal
2:10  cycle        -> green    says observed cycle_overrun normal
