# One cord and several buttons: each has a call of its own, answered by its own people. A second press of the material button takes material back and nothing else.
group calls
standard 50 takt 60
only out_of_spec

0:00  reading 25.000       -> green
1:00  pull                 -> yellow blinking, sound                   says raised help
1:05  button material      -> yellow blinking, blue blinking, sound    says raised material
1:10  button quality       -> yellow blinking, blue blinking, sound    says raised quality
1:12  button material      -> yellow blinking, sound                   says cleared material withdrawn
1:15  arrive               -> yellow
1:20  pull                 -> yellow                                   says cleared help restored
1:25  button quality       -> green                                    says cleared quality restored
