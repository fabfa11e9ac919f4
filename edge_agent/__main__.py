"""`edge-agent` and `python -m edge_agent`."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: half the start-up time, and no idle threads


def main() -> None:
    """Run one verb and exit with its code."""
    from edge_agent import cli

    sys.exit(cli.main(sys.argv[1:]))


if __name__ == "__main__":
    main()
