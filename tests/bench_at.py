"""The test bench with its wall clock set: `python -m tests.bench_at CONFIG`, ahead by what the file `ahead_ns` says."""

from __future__ import annotations

import sys
from pathlib import Path

from edge_agent import clock


def set_ahead(config: Path) -> None:
    """Let the wall clock go ahead, before anything takes it from `clock`."""
    ahead_ns = int(config.with_name("ahead_ns").read_text(encoding="ascii"))
    true_ns = clock.wall_ns
    clock.wall_ns = lambda: true_ns() + ahead_ns


if __name__ == "__main__":
    set_ahead(Path(sys.argv[1]))

    from edge_agent.demo import bench

    sys.exit(bench.main(Path(sys.argv[1])))
