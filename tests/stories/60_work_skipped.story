# A cycle far too short: work was skipped, or something else than a part closed the contact. It stays called until someone has looked at the part.
group quality
standard 50 takt 60 also short_cycle

0:00  cycle
0:50  cycle             -> green
1:20  cycle             -> yellow blinking, sound        says raised short_cycle
2:10  cycle             -> yellow blinking, sound        says updated short_cycle gap_ended
2:15  arrive            -> yellow
2:40  restore           -> green                         says cleared short_cycle restored
