# A break stops the takt clock: the cord is pulled in it, and the window is 30 s, whatever was left of the slot before.
group planned
standard 50 takt 60 clock 08:59 early 06:00-14:00 break 09:00-09:15

0:00   cycle       -> green
0:50   cycle       -> green
1:00               -> white
1:10   pull        -> yellow blinking, white, sound       says raised help
1:39               -> yellow blinking, white, sound
1:40               -> red blinking, white, sound          says line_stop help
1:45   arrive      -> red, white                          says attended help
1:50   restore     -> white                               says cleared help restored
5:00   cycle       -> white
5:10   pull        -> yellow blinking, white, sound       says raised help
5:40               -> red blinking, white, sound          says line_stop help
5:50   restore     -> white                               says cleared help restored
15:50  cycle       -> white
16:10  pull        -> yellow blinking, sound              says raised help
16:40              -> red blinking, sound                 says line_stop help
