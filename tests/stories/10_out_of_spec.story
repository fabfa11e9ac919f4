# A bore outside its limits stays called until someone restores, even though the next part is good.
group quality
standard 50 takt 60

0:00  cycle
0:50  cycle
0:52  reading 25.004    -> green
1:40  cycle
1:42  reading 25.031    -> yellow blinking, sound    says raised out_of_spec
2:00  arrive            -> yellow
2:30  cycle
2:32  reading 25.003    -> yellow                    says updated out_of_spec gap_ended
2:40  restore           -> green                     says cleared out_of_spec restored
