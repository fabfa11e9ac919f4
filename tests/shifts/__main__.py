"""`./dev shifts [--seeds 1000] [--seed N]`: seeded shifts, audited; 1 where one breaks an invariant."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.shifts.campaign import campaign, lived

SEEDS = 1000


def main(words: list[str]) -> int:
    """Live through the shifts asked for, and say what came of them."""
    parser = argparse.ArgumentParser(prog="./dev shifts", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"how many, from 0 on; {SEEDS} if left out")
    parser.add_argument("--seed", type=int, help="this one alone")
    asked = parser.parse_args(words)
    began_s = time.monotonic()
    outcomes = campaign(range(asked.seeds)) if asked.seed is None else [lived(asked.seed)]
    counts, shifts, failed = Counter(), 0, 0
    for outcome in outcomes:
        counts += outcome.counts
        shifts += 1
        if outcome.failure:
            failed += 1
            sys.stdout.write(f"seed {outcome.seed} breaks an invariant:\n{outcome.failure}\n\n")
            sys.stdout.flush()  # whoever watches need not wait for the others
    for name, count in sorted(counts.items()):
        sys.stdout.write(f"{count:9,}  {name}\n")
    sys.stdout.write(f"{shifts:,} shifts in {time.monotonic() - began_s:.0f} s, {failed} of them broken\n")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
