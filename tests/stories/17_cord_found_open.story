# The cord's loop is found open at a restart: that is the call that is open already, not a second pull. With no call open it is a call: pulled, cut and unpowered look alike.
group restarts
standard 50 takt 60

0:00  cycle
0:30  pull         -> yellow blinking, sound
0:40  restart
0:41  found        -> blue
0:45               -> yellow blinking, sound
0:50  restore      -> dark
0:55  found        -> yellow blinking, sound    says raised help
