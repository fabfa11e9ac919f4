# The cord is pulled in a break: it counts as at any time, and the lamp says both.
group planned
standard 50 takt 60 clock 08:59 early 06:00-14:00 break 09:00-09:15

0:00   cycle       -> green
1:00               -> white
5:00   pull        -> yellow blinking, white, sound       says raised help
5:30               -> red blinking, white, sound          says line_stop help
5:40   arrive      -> red, white                          says attended help
5:50   restore     -> white                               says cleared help restored
16:00              -> dark
16:20  cycle       -> green
