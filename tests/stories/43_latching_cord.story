# A cord that latches stays pulled until it is pushed back, and pushing it back is its second pull: before the fixed position it withdraws, or resolves where someone is there.
group calls
standard 50 takt 60
cord latching

0:00  cycle
0:50  cycle              -> green
1:00  hold               -> yellow blinking, sound    says raised help
1:20  release            -> green                     says cleared help withdrawn
1:40  cycle
2:00  hold               -> yellow blinking, sound    says raised help
2:10  arrive             -> yellow
2:20  release            -> green                     says cleared help restored
