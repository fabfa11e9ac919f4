# The contact of the press bounces: these are no parts. The sensor is named, and it is well again when it is calm.
group sensors
standard 50 takt 60 gauge none also chatter only no_cycle

0:00     cycle
0:50     cycle                  -> green
0:51     8 cycles of 0.1        -> white blinking      says lost press
1:40     cycle                  -> green               says back press
