# Someone has changed the standard in the file: the station says so at its next start, with the old figure and the new.
group hygiene
standard 50 takt 100
gauge none
only cycle_overrun

0:00  cycle
0:50  cycle        -> green
1:00  restart      says started
1:10  restart with standard 40    says started, standard by file: standard_cycle_s 50 to 40
1:20  cycle        -> dark
2:00  cycle        -> green
2:10  restart      says started
