"""What is drawn: a column of values over time, the lines it is held against, and what was found in it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Stroke = Literal["target", "pace", "limit"]

SPREAD_SHOWN = (0.5, 99.5)  # per cent: what the axis shows of the values; a stop of an hour must not flatten the rest
MARGIN = 0.08  # of the axis, above and below


class Line(NamedTuple):
    """A level across the panel: what should be, or where a rule calls."""

    name: str
    value: float
    stroke: Stroke


class Finding(NamedTuple):
    """Something found at an instant (s): by which kind of detector, or which call; `called` False for observed."""

    at_s: float
    kind: str
    called: bool


class Panel(NamedTuple):
    """One chart.

    Args:
        at_s: seconds since the recording began, shape (n,), never falling. values: in `unit`, shape (n,).
    """

    title: str
    unit: str
    at_s: Floats
    values: Floats
    lines: tuple[Line, ...] = ()
    findings: tuple[Finding, ...] = ()

    def span(self) -> tuple[float, float]:
        """Lowest and highest value on the axis: all lines, and all but the farthest hundredth of the values."""
        inner: list[float] = []
        if len(self.values):
            least, most = SPREAD_SHOWN
            low_end = np.percentile(self.values, least, method="higher")  # a value, not a point between a cycle
            high_end = np.percentile(self.values, most, method="lower")  # and a stop
            inner = [float(low_end), float(high_end)]
        shown = [*inner, *(line.value for line in self.lines)] or [0.0]
        low, high = min(shown), max(shown)
        room = MARGIN * (high - low) or max(abs(high), 1.0) * MARGIN
        return low - room, high + room

    def kinds(self) -> list[str]:
        """The kinds found, the first found first."""
        return list(dict.fromkeys(finding.kind for finding in self.findings))


class Columns(NamedTuple):
    """Values by the pixel column: where each is, its lowest, median and highest; shape (m,) each."""

    at_s: Floats
    low: Floats
    middle: Floats
    high: Floats


def by_column(at_s: Floats, values: Floats, length_s: float, columns: int) -> Columns:
    """What each of `columns` equal parts of the time holds; parts without a value are left out.

    >>> by_column(np.array([0.0, 0.1, 9.0]), np.array([5.0, 7.0, 6.0]), 10.0, 10).high.tolist()
    [7.0, 6.0]
    """
    number = np.minimum((at_s * (columns / length_s)).astype(np.int64), columns - 1)
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    middle = np.array([float(np.median(part)) for part in np.split(values, starts[1:])])
    return Columns(
        (number[starts] + 0.5) * (length_s / columns),
        np.minimum.reduceat(values, starts),
        middle,
        np.maximum.reduceat(values, starts),
    )


def steps(low: float, high: float, most: int) -> Floats:
    """Round numbers from `low` to `high`, at most `most` + 1 of them, for an axis.

    >>> steps(0.0, 70.0, 8).tolist()
    [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0]
    """
    rough = (high - low) / most
    size = 10.0 ** np.floor(np.log10(rough))
    step = next(size * factor for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if size * factor >= rough * (1 - 1e-9))
    return np.asarray(np.arange(round(np.ceil(low / step - 1e-9)), round(np.floor(high / step + 1e-9)) + 1) * step)
