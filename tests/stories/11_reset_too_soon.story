# A reset does not argue with the evidence: the stoppage still stands, so the reset only says that someone is there.
group calls
standard 50 takt 60
only no_cycle

0:00  cycle
2:00               -> yellow blinking, sound
2:10  restore      -> yellow    says attended no_cycle
2:20  restore      -> yellow    says updated no_cycle restore_refused
2:30  cycle        -> green     says cleared no_cycle by_itself
