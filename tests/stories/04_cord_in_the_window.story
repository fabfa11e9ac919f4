# The operator pulls at 0.7 takt; work goes on. The team leader is there at once, and a second pull before the fixed position resolves it: never red.
group fixed_position
standard 50 takt 60

0:00  cycle
0:50  cycle        -> green
1:32  pull         -> yellow blinking, sound    says raised help
1:40  arrive       -> yellow
1:41  cycle        -> yellow
1:47  pull         -> green                     says cleared help restored
