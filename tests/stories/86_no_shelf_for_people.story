# A person's call is never shelved, nor anything for longer than a shift: both change nothing.
group hygiene
standard 50 takt 60
gauge none

0:00  cycle
0:50  cycle        -> green
1:00  pull         -> yellow blinking, sound    says raised help
1:05  shelve 1 30min  -> yellow blinking, sound
1:10  pull         -> green    says cleared help withdrawn
2:05               -> yellow blinking, sound    says raised cycle_overrun
2:10  shelve 2 9h  -> yellow blinking, sound
