# A known trouble is shelved for five minutes: it is judged and recorded, and lights and escalates nothing; green is not
# shown. When the time is over the response times go on where they were.
group hygiene
standard 50 takt 100
gauge none
only cycle_overrun

0:00  cycle
0:50  cycle        -> green
2:05               -> yellow blinking, sound    says raised cycle_overrun
2:15  shelve 1 5min  -> white flashing    says shelved cycle_overrun
2:20  cycle        -> white flashing    says cleared cycle_overrun by_itself
3:35               -> white flashing    says raised cycle_overrun
7:14               -> white flashing
7:15               -> yellow blinking, sound    says shelf of cycle_overrun ends: time
7:20  cycle        -> green    says cleared cycle_overrun by_itself
