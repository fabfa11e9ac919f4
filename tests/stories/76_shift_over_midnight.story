# A shift from 22:00 to 06:00 is one shift, and belongs to the day it began on: midnight ends an hour, and nothing else.
group planned
standard 50 takt 60 gauge none clock 23:57 late 22:00-06:00

0:00    cycle             -> green
0:50    cycle
1:40    cycle             -> green
2:30    cycle             -> green
3:20    cycle             -> green                            says hour 4 of 3
4:10    cycle             -> green
