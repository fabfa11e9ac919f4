# A second pull after the fixed position does not undo the stop; it restores it.
group fixed_position
standard 50 takt 60

0:00  cycle        -> green
0:20  pull         -> yellow blinking, sound
1:01               -> red blinking, sound
1:02  pull         -> green                     says cleared help restored
