# Maintenance has a longer way than the team leader: it is called first, has 2 minutes to answer and 5 to come, and after 10 the shift engineer is called. Nobody else is.
group response
standard 50 takt 60
only out_of_spec
maintenance electrician,2min,5min,10min:shift_engineer

0:00  reading 25.000
1:00  button maintenance      -> yellow blinking, sound         says raised maintenance
2:59                          -> yellow blinking, sound
3:00                          -> yellow blinking fast, sound    says updated maintenance overdue
3:30  acknowledge             -> yellow blinking
5:59                          -> yellow blinking
6:00                          -> yellow blinking fast           says updated maintenance overdue
10:59                         -> yellow blinking fast
11:00                         -> yellow blinking fast           says escalated maintenance shift_engineer
12:00 arrive                  -> yellow
13:00 reading 25.000
13:10 restore                 -> green                          says cleared maintenance restored
