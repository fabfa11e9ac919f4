# Whoever shelved a call can take it back; the lamp calls again at once.
group hygiene
standard 50 takt 100
gauge none
only cycle_overrun

0:00  cycle
0:50  cycle        -> green
2:05               -> yellow blinking, sound    says raised cycle_overrun
2:15  shelve 1 30min  -> white flashing    says shelved cycle_overrun
2:30  unshelve     -> yellow blinking, sound    says shelf of cycle_overrun ends: unshelved
3:10               -> yellow blinking, sound
3:20               -> yellow blinking fast, sound    says updated cycle_overrun overdue
