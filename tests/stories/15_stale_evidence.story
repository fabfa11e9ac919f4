# Evidence grows old: what was good five takts ago says nothing about now.
group green
standard 50 takt 60
only out_of_spec

0:00  reading 25   -> green
5:00               -> green
5:01               -> white blinking
