# The cycle sensor is unplugged. Two takts go by without a cycle, and no stoppage is called: the agent does not know. It is back, and green is earned anew.
group sensors
standard 50 takt 60

0:00  cycle
0:50  cycle           -> green
1:00  unplug press    -> white blinking    says lost press
9:00                  -> white blinking
9:01  plug press      -> white blinking    says back press
9:10  cycle           -> green
