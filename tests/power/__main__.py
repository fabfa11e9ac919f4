"""`python -m tests.power [--states N]`: the campaign with the product's settings, and the controls that must fail."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.power.campaign import campaign
from tests.power.recovery import Findings
from tests.power.station import NAME
from tests.power.trace import Call, Sync, traced

PRODUCT, CONTROLS = "FULL", ("NORMAL", "OFF")
UNSYNCED = {"no log sync": f"{NAME}-wal", "no file sync": NAME}  # of the product's own calls, those of one file dropped
OF_CONTROLS = 20  # a control is given one state in so many: it fails in the first hundreds


def main() -> int:
    """Print a table; 0 where the product lost nothing and every control something."""
    parser = argparse.ArgumentParser(prog="python -m tests.power", description=__doc__)
    parser.add_argument("--states", type=int, default=100_000, help="different file states to judge (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="another choice of states")
    options = parser.parse_args()
    told("synchronous", "calls", Findings(states="states", lost="lost", corrupt="corrupt", wrong="wrong"))
    calls = calls_of(PRODUCT)
    product = judged_states(PRODUCT, calls, options.states, options.seed)
    controls = {name: without_syncs(calls, path) for name, path in UNSYNCED.items()}
    controls |= {synchronous: calls_of(synchronous) for synchronous in CONTROLS}
    few = options.states // OF_CONTROLS
    blind = [name for name, made in controls.items() if not judged_states(name, made, few, options.seed).failed]
    if product["states"] < options.states:
        sys.exit(f"only {product['states']} different states: the trace is too short for {options.states}")
    if blind:
        sys.exit(f"the search found nothing without: {', '.join(blind)}; it proves nothing")
    return 1 if product.failed else 0


def calls_of(synchronous: str) -> list[Call]:
    """What the writer does to its files with this setting."""
    with tempfile.TemporaryDirectory() as folder:
        return traced(Path(folder), synchronous)


def without_syncs(calls: list[Call], path: str) -> list[Call]:
    """The same calls on a disk that ignores every sync of one file."""
    return [call for call in calls if call != Sync(path)]


def judged_states(name: str, calls: list[Call], states: int, seed: int) -> Findings:
    """Judge what cuts leave, and print the row."""
    findings = campaign(calls, states, seed)
    told(name, str(len(calls)), findings)
    return findings


def told(name: str, calls: str, findings: Findings) -> None:
    """Print one row."""
    columns = (findings[column] for column in ("states", "lost", "corrupt", "wrong"))
    sys.stdout.write(f"{name:>12}{calls:>10}" + "".join(f"{column:>10}" for column in columns) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
