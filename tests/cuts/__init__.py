"""Power cuts of a whole machine: the real station and uplink write to a real ext4, and the power goes at any moment.

`./dev vm cuts`: in the guest of `tests/vm` device-mapper writes down what the disk was told, and what a cut may leave
of that is rebuilt a thousand times over; and the machine itself is killed, again and again, and goes on.
"""
