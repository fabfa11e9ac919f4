# Pulled at 0:20 and not answered by the end of the takt slot at 1:00: the stop of the line is requested. It is red until someone has come and restored normal work.
group fixed_position
standard 50 takt 60

0:00  cycle        -> green
0:20  pull         -> yellow blinking, sound         says raised help
0:59               -> yellow blinking, sound
1:00               -> red blinking, sound            says line_stop help
1:10  arrive       -> red
1:12  cycle        -> red
1:20  restore      -> green                          says cleared help restored
