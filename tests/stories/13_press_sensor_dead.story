# The cycle sensor dies while the gauge goes on measuring: after five parts that only the gauge saw, the sensor is named, not the process.
group sensors
standard 20 takt 30
only out_of_spec

0:00  cycle
0:02  reading 25.001    -> green
0:22  reading 25.001
0:42  reading 25.002
1:02  reading 25.000
1:22  reading 25.001    -> white blinking    says lost press
1:40  cycle             -> green             says back press
