# Maintenance tests the wires of a running station: nobody is called for a tested cord, nor for work that is late, and no
# part is counted; the lamp says that it is under test. Afterwards green is earned again, by a part that was seen in service.
group stack
standard 50 takt 60

0:00  cycle
0:50  cycle                -> green
0:55  begin test 2min      -> white flashing thrice    says under test
1:00  pull                 -> white flashing thrice
1:01  cycle                -> white flashing thrice
1:02  begin test 2min red  -> red
1:04  begin test 2min      -> white flashing thrice
1:10  restore              -> white flashing thrice
2:30                       -> white flashing thrice
2:40  end test             -> dark                    says back in service: asked after 1 cord and 1 press and 1 restore
2:55                       -> dark
3:00  cycle                -> green
3:50  cycle                -> green
