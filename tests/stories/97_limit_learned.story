# A hundred cycles are learned, and with them a tighter limit: the agent says that it changed one, from what and to what.
group hygiene
standard 50 takt 100
gauge none
only cycle_overrun

90:00 101 cycles of 49 to 51  -> green    says standard by agent: cycle_overrun:press limit_s 75 to 60
90:01              -> green
