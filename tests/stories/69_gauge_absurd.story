# Three times in a row the gauge reads what no bore can be: the gauge is at fault.
group sensors
standard 50 takt 60 only no_cycle also implausible

0:00  cycle
0:50  cycle
0:52  reading 25         -> green
1:00  reading 999.9
1:10  reading 999.9      -> green
1:20  reading 999.9      -> white blinking               says lost gauge
1:40  cycle
1:42  reading 25.01      -> green                        says back gauge
