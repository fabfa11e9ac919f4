# A stack without white and blue is not dark in a planned stop: a short flash of yellow every five seconds says that it is watched and nobody is wanted.
group stack
tiers red+yellow+green
standard 50 takt 60

0:00  cycle
0:50  cycle            -> green
0:55  stop 10 repair   -> yellow flashing rarely
1:05  pull             -> yellow blinking, sound
1:10  arrive           -> yellow
1:15  restore          -> yellow flashing rarely
