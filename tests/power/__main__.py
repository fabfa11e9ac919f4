"""`python -m tests.power [--states N]`: the campaign with the product's settings, and the controls that must fail."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.power.campaign import campaign
from tests.power.recovery import Findings
from tests.power.trace import traced

PRODUCT, CONTROLS = "FULL", ("NORMAL", "OFF")
OF_CONTROLS = 20  # a control is given one state in so many: it fails in the first hundreds


def main() -> int:
    """Print a table; 0 where the product lost nothing and every control something."""
    parser = argparse.ArgumentParser(prog="python -m tests.power", description=__doc__)
    parser.add_argument("--states", type=int, default=100_000, help="different file states to judge (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="another choice of states")
    options = parser.parse_args()
    told("synchronous", "calls", Findings(states="states", lost="lost", corrupt="corrupt", wrong="wrong"))
    product = judged_states(PRODUCT, options.states, options.seed)
    controls = [judged_states(each, options.states // OF_CONTROLS, options.seed) for each in CONTROLS]
    if product["states"] < options.states:
        sys.exit(f"only {product['states']} different states: the trace is too short for {options.states}")
    return 1 if product.failed or not all(control["lost"] for control in controls) else 0


def judged_states(synchronous: str, states: int, seed: int) -> Findings:
    """Trace the writer, judge what cuts leave, and print the row."""
    with tempfile.TemporaryDirectory() as folder:
        calls = traced(Path(folder), synchronous)
    findings = campaign(calls, states, seed)
    told(synchronous, str(len(calls)), findings)
    return findings


def told(synchronous: str, calls: str, findings: Findings) -> None:
    """Print one row."""
    columns = (findings[column] for column in ("states", "lost", "corrupt", "wrong"))
    sys.stdout.write(f"{synchronous:>12}{calls:>10}" + "".join(f"{column:>10}" for column in columns) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
