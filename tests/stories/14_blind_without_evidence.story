# Nothing at all since the start. Dark is bounded: after five takts the agent says that it cannot tell.
group green
standard 50 takt 60
only out_of_spec

0:00  power on     -> red
0:05               -> dark
5:00               -> dark
5:01               -> white blinking
5:10  reading 25   -> green
