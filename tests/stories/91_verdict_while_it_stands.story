# Whoever says that nothing is wrong while a delay still stands is heard: the call keeps the verdict to its end, over a restart.
group hygiene
standard 50 takt 60
only no_cycle

0:00  cycle
2:00               -> yellow blinking, sound    says raised no_cycle
2:10  restore false_alarm    -> yellow          says attended no_cycle as false_alarm
2:20  restore                                   says updated no_cycle restore_refused
2:30  restart
2:50  cycle        -> green                     says cleared no_cycle by_itself as false_alarm
