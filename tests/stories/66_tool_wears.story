# The bore wanders while each part is still good: the tool wears, and there is time to change it.
group quality
standard 50 takt 60 only no_cycle also reading_drift

0:00    cycle
0:01    reading 25
84:00   100 readings of 24.997 to 25.003    -> green
92:20   10 readings of 25.006 to 25.009     -> yellow blinking fast, sound    says raised reading_drift, updated reading_drift overdue, escalated reading_drift group_leader
