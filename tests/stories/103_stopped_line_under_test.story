# A line that was stopped stays stopped while the wires are tested, whatever lamp is driven; a restart ends the test, and
# says so.
group stack
standard 50 takt 60
only no_cycle

0:00  cycle
0:20  pull                    -> yellow blinking, sound    says raised help
1:00                          -> red blinking, sound       says line_stop help
1:10  arrive                  -> red                       says attended help
1:20  begin test 2min yellow  -> yellow                    says under test
1:30  restart                 says started, back in service: restart
1:45                          -> red
1:50  restore                 -> dark                      says cleared help restored
