# A reading out of specification calls the inspector on blue, within 30 seconds, and nobody above him; help goes to the team leader as ever.
group response
standard 50 takt 60
only out_of_spec
out_of_spec inspector,30s,30s
blue out_of_spec

0:00  reading 25.000      -> green
0:10  reading 25.030      -> blue blinking, sound                       says raised out_of_spec
0:40                      -> blue blinking fast, sound                  says updated out_of_spec overdue
0:45  pull                -> yellow blinking fast, blue blinking fast, sound    says raised help
0:50  pull                -> blue blinking fast, sound                  says cleared help withdrawn
20:00                     -> blue blinking fast, sound
20:10 arrive              -> blue
20:30 restore                                                           says cleared out_of_spec restored
20:40 reading 25.000      -> green
