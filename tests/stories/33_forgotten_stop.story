# A planned stop that nobody ends is over after four hours, and that is said: it must not hide a stoppage for ever.
group planned
standard 50 takt 60
only no_cycle

0:00   cycle       -> green
0:20   stop        -> white                               says plan planned stop begins
240:19             -> white
240:20             -> dark                                says plan planned stop ends
242:20             -> yellow blinking, sound              says raised no_cycle
