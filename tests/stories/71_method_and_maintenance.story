# A question about the method, and maintenance: yellow until someone is there, and never red.
group calls
standard 50 takt 60

0:00  cycle
0:50  cycle               -> green
1:00  button method       -> yellow blinking, sound      says raised method
1:10  button maintenance  -> yellow blinking, sound      says raised maintenance
1:40  cycle
1:50                      -> yellow blinking, sound
1:55  arrive              -> yellow                      says attended method, attended maintenance
2:10  restore             -> green
