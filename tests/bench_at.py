"""The test bench with its wall clock set so that an hour ends soon: `python -m tests.bench_at CONFIG`.

The first start decides by how much it goes ahead, and leaves that in the file `ahead_ns` for those that follow.
"""

from __future__ import annotations

import sys
from pathlib import Path

from edge_agent import clock
from edge_agent.standard import NS_PER_S

HOUR_NS = 3600 * NS_PER_S
HOUR_ENDS_IN_NS = 6 * NS_PER_S  # after the first start: in the second life or so


def set_ahead(config: Path) -> None:
    """Let the wall clock go ahead, before anything takes it from `clock`."""
    kept = config.with_name("ahead_ns")
    if not kept.exists():
        kept.write_text(str((11 * HOUR_NS - clock.wall_ns()) % (24 * HOUR_NS) - HOUR_ENDS_IN_NS), encoding="ascii")
    ahead_ns = int(kept.read_text(encoding="ascii"))
    true_ns = clock.wall_ns
    clock.wall_ns = lambda: true_ns() + ahead_ns


if __name__ == "__main__":
    set_ahead(Path(sys.argv[1]))

    from edge_agent.demo import bench

    sys.exit(bench.main(Path(sys.argv[1])))
