"""The kernel's own GPIO without hardware: a small kernel as a process, and the tests that run in it."""
