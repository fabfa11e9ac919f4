# The call was restored by the reset button, and the cord is still pulled: it could call nobody. After ten seconds the station is blind and names it, until the cord is pushed back; that is no new call.
group sensors
standard 50 takt 60
cord latching
only out_of_spec

0:00  reading 25.000     -> green
1:00  hold               -> yellow blinking, sound    says raised help
1:10  arrive             -> yellow
1:20  restore            -> green                     says cleared help restored
1:29                     -> green
1:30                     -> white blinking            says lost cord
2:00  release            -> green                     says back cord
