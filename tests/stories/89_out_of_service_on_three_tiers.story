# A stack of three shows the same as two short yellow flashes, apart from the single one of blind.
group stack
tiers red+yellow+green
standard 50 takt 100
gauge none

0:00  cycle
0:50  cycle        -> green
0:55  out no_cycle:press  -> yellow flashing twice
1:00  unplug press  -> yellow flashing
1:05  plug press   -> yellow flashing twice
1:10  pull         -> yellow blinking, sound
