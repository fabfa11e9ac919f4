# Material is called by its own button: blue, beside the rest, and it never stops the line. Green is not shown beside an open call.
group calls
standard 50 takt 60

0:00  cycle
0:50  cycle             -> green
1:00  button material   -> blue blinking, sound    says raised material
1:10  acknowledge       -> blue blinking
1:40  cycle             -> blue blinking
1:45  arrive            -> blue
2:00  restore           -> green                   says cleared material restored
