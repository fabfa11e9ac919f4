# A takt below the standard is refused, as it would be in the file; a role that may not is denied; neither changes anything.
group hygiene
standard 50 takt 100
gauge none
only cycle_overrun
role planner:standard

0:00  cycle
0:50  cycle        -> green
1:00  planner sets takt_s to 45                 -> green    says refused: takt_s = 45 is below standard_cycle_s = 50: the station would always be behind
1:10  operator sets takt_s to 120               -> green    says denied: role 'operator' may not set the standard by remote
1:20  stranger sets takt_s to 120               -> green    says denied: there is no role 'stranger'
1:40  cycle        -> green
