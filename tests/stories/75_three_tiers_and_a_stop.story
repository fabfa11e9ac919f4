# A stack of three tiers: material has no blue, so it calls on yellow; a stop of the line is red as on every stack.
group stack
standard 50 takt 60 tiers red+yellow+green

0:00  cycle
0:50  cycle               -> green
1:00  button material     -> yellow blinking, sound
1:10  arrive              -> yellow
1:20  restore             -> green
1:25  pull                -> yellow blinking, sound
1:50                      -> red blinking, sound              says line_stop help
2:00  arrive              -> red
