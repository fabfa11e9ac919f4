# A pattern that chance hardly makes goes to the log and lights nothing: these rules call falsely too often for a lamp.
group hygiene
standard 50 takt 60 only no_cycle also run_rules

0:00    cycle
0:01    reading 25
84:00   100 readings of 24.995 to 25.005    -> green
84:50   1 readings of 25.018                -> green      says observed run_rules abnormal
