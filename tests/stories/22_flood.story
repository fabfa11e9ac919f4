# More came than could be taken in: the agent was blind for a moment and says so, until each sensor is heard again.
group sensors
standard 50 takt 60

0:00  cycle
0:50  cycle
0:52  reading 25      -> green
1:00  flood           -> white blinking    says fault inbox, lost press, lost gauge
1:40  cycle           -> white blinking    says back press
1:42  reading 25      -> green             says back gauge
