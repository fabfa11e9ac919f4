"""The test bench with its wall clock set: `python -m tests.bench_at CONFIG`, ahead by what the file `ahead_ns` says."""

from __future__ import annotations

import sys
from pathlib import Path

from edge_agent import clock

CONFIG = Path(sys.argv[1])
AHEAD_NS = int(CONFIG.with_name("ahead_ns").read_text(encoding="ascii"))
TRUE_NS = clock.wall_ns
clock.wall_ns = lambda: TRUE_NS() + AHEAD_NS  # before anything takes it from there

if __name__ == "__main__":
    from edge_agent.demo import bench

    sys.exit(bench.main(CONFIG))
