# Material is called three times in a morning. The third one is one call too many: what keeps coming back is a problem of its own, raised once, and it stays until someone says that the cause is found. Within the hours it is counted in, it is not raised again.
group hygiene
standard 50 takt 60
repeat 3

0:00  cycle
0:50  cycle             -> green
1:00  button material   -> blue blinking, sound       says raised material
1:20  restore           -> green
1:40  cycle
2:00  button material   -> blue blinking, sound       says raised material
2:20  restore           -> green
2:30  cycle
2:32  reading 25
3:00  button material   -> yellow blinking, blue blinking, sound    says raised material, raised repeat
3:10  arrive            -> yellow, blue
3:20  cycle
3:30  restore           -> green    says cleared material restored, cleared repeat restored
3:40  button material   -> blue blinking, sound       says raised material
4:00  restore           -> green
4:10  cycle
4:20  button material   -> blue blinking, sound       says raised material
4:40  restore           -> green
4:50  cycle
5:00  button material   -> blue blinking, sound       says raised material
