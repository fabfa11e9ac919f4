"""Power cuts without a power switch: every file state that a cut can leave of the real writer's system calls.

`python -m tests.power --states 100000` runs the product's writer under strace, replays its calls on a model of a disk
that loses what was not synced, and opens what is left with the product's own recovery.
"""
