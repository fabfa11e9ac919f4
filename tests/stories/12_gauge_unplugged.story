# The gauge's cable is pulled. The agent cannot tell any more: no green, white blinking, and no process fault is invented.
group sensors
standard 50 takt 60

0:00  cycle
0:50  cycle
0:52  reading 25.001    -> green
1:00  unplug gauge      -> white blinking    says lost gauge
1:40  cycle             -> white blinking
2:00  plug gauge        -> green             says back gauge
