# A rule whose sensor is being moved is taken out of service: it is not asked, and green is not shown until it is back,
# whatever else is well, and over a restart.
group hygiene
standard 50 takt 100
gauge none

0:00  cycle
0:50  cycle        -> green
0:55  out no_cycle:press  -> white flashing    says no_cycle:press out of service
1:40  cycle        -> white flashing
1:45  restart      says started
2:30  cycle        -> white flashing
2:35  back no_cycle:press  -> green    says no_cycle:press in service
3:20  cycle        -> green
