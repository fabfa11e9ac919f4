"""Benchmarks: figures beside a floor or a peer of the same run; `python -m tests.bench`, never part of pytest."""
