# A normally closed cord is cut: that reads as a call. Whoever restores the call without mending the wire sees white: the next pull could not be heard. Once mended it is watched as before, and a second cut calls again.
group sensors
standard 50 takt 60
only out_of_spec

0:00  reading 25.000     -> green
1:00  hold               -> yellow blinking, sound    says raised help
1:25  arrive             -> yellow
1:40  restore            -> green                     says cleared help restored
1:50                     -> white blinking            says lost cord
5:00  release            -> green                     says back cord
5:30  reading 25.000
6:00  hold               -> yellow blinking, sound    says raised help
6:20  restore            -> green                     says cleared help restored
6:30                     -> white blinking            says lost cord
