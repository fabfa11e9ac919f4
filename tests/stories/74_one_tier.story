# A stack of one lamp, red: blinking for a call, steady where someone is there, short flashes where the agent cannot tell. It cannot say that all is well.
group stack
standard 50 takt 60 tiers red

0:00  cycle               -> dark
0:50  cycle               -> dark
1:00  pull                -> red blinking, sound
1:10  arrive              -> red
1:20  restore             -> dark
1:30  unplug gauge        -> red flashing
