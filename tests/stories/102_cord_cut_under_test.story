# A cord that stands pulled when the test ends calls then: under test nobody heard it, and afterwards it must not be lost.
group stack
standard 50 takt 60

0:00  cycle
0:50  cycle             -> green
0:55  begin test 2min   -> white flashing thrice           says under test
1:00  hold              -> white flashing thrice
1:30  end test          -> yellow blinking, sound         says back in service: asked after 1 cord, raised help
1:40  release           -> yellow blinking, sound
1:50  arrive            -> yellow                         says attended help
2:00  restore           -> dark                           says cleared help restored
