# Two things are wrong with one sensor: it is unplugged, and more came than could be taken in. It is back when both are over, and said once.
group sensors
standard 50 takt 60
only no_cycle

0:00  cycle           -> green
0:10  unplug press    -> white blinking    says lost press
0:20  flood           -> white blinking    says fault inbox, lost gauge
0:30  reading 25      -> white blinking    says back gauge
0:40  plug press      -> white blinking
0:50  cycle           -> green             says back press
