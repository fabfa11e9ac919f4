# The terminal of whoever tests has died: the station is back in service by itself. A call that was open before is there
# again, with the time that nobody came standing still meanwhile; it was neither forgotten nor raised twice.
group stack
standard 50 takt 60
only no_cycle

0:00  cycle
2:00                         -> yellow blinking, sound    says raised no_cycle
2:30  begin test 1min green  -> green                     says under test
3:29                         -> green
3:30                         -> yellow blinking, sound    says back in service: time
3:59                         -> yellow blinking, sound
4:00                         -> yellow blinking fast, sound    says updated no_cycle overdue, escalated no_cycle group_leader
4:30  cycle                  -> green                     says cleared no_cycle by_itself
