# Nobody remembers after a restart what was shelved: the shelf ends with it, and says so.
group restarts
standard 50 takt 100
gauge none
only cycle_overrun

0:00  cycle
0:50  cycle        -> green
2:05               -> yellow blinking, sound    says raised cycle_overrun
2:15  shelve 1 30min  -> white flashing    says shelved cycle_overrun
2:40  restart      says shelf of cycle_overrun ends: restart, started
2:45               -> yellow blinking, sound
