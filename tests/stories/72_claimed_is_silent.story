# Two calls at once. Whoever claims them ends the sound; the lamp blinks until someone is there. A new call sounds again.
group response
standard 50 takt 60

0:00  cycle
0:50  cycle               -> green
1:00  button material     -> blue blinking, sound        says raised material
1:05  button method       -> yellow blinking, blue blinking, sound     says raised method
1:10  acknowledge         -> yellow blinking, blue blinking    says acknowledged material, acknowledged method
1:20  button maintenance  -> yellow blinking, blue blinking, sound
1:30  acknowledge         -> yellow blinking, blue blinking
1:40  cycle
1:45  arrive              -> yellow, blue
1:50  restore             -> green
