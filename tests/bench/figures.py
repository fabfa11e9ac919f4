"""Many measured values become the few figures that are printed: percentiles, spread over repeats, ratios."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of `values` lie, by rank; the largest for 100.

    >>> percentile([4.0, 1.0, 3.0, 2.0], 50), percentile([4.0, 1.0, 3.0, 2.0], 100)
    (2.0, 4.0)
    """
    ranked = sorted(values)
    return ranked[max(0, -int(-len(ranked) * percent // 100) - 1)]


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Minimum, median and maximum of repeats."""
    figures = (min(values), statistics.median(values), max(values))
    return " / ".join(f"{figure:.{digits}f}" for figure in figures)


def ratio(values: Sequence[float], floor: Sequence[float]) -> str:
    """How many times the floor of the same repeat, as minimum, median and maximum over the repeats."""
    return spread([value / beside for value, beside in zip(values, floor, strict=True) if beside > 0])


def say(line: str = "") -> None:
    """Print one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows as a Markdown table, as the README has them."""
    say("| " + " | ".join(columns) + " |")
    say("|" + "---|" * len(columns))
    for row in rows:
        say("| " + " | ".join(row) + " |")
    say()
