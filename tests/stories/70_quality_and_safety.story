# A quality problem and a safety concern may stop the line as a pulled cord does: nobody is there at the end of the takt slot.
group fixed_position
standard 50 takt 60

0:00  cycle
0:50  cycle               -> green
1:00  button quality      -> yellow blinking, sound      says raised quality
1:20  button safety       -> yellow blinking, sound      says raised safety
1:50                      -> red blinking, sound         says line_stop quality, line_stop safety
2:00  arrive              -> red
2:05  cycle
2:20  restore             -> green                       says cleared quality restored, cleared safety restored
