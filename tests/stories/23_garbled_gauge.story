# A gauge that only sends what nobody can read is lost after five lines, and back with the first good one.
group sensors
standard 50 takt 60

0:00  cycle
0:50  cycle
0:52  reading 25      -> green
1:00  garbage 4       -> green
1:01  garbage         -> white blinking    says lost gauge
1:42  reading 25      -> green             says back gauge
