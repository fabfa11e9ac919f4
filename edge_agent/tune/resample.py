"""The recording's own statistic: its values drawn anew in stretches, and what a chart makes of them.

Theory knows the run length of a chart for independent normal values. Where the recording's are neither, they are
drawn with replacement in stretches of random length (the stationary bootstrap of Politis and Romano 1994), which keep
both their distribution and what neighbours have to do with each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Peaks = Callable[[Floats], Floats]

SEED = 20_260  # fixed, so that the same recording gives the same limit
PIECE = 100_000  # values drawn at a time: a megabyte an array, on a Pi too
ENOUGH = 200  # false calls to count: their number is then known within 7 %
MOST = 2_000_000  # values drawn in all: two seconds
FEWEST_CALLS = 20  # below, their number is known no better than within 22 %
LONGEST_WANTED = MOST // FEWEST_CALLS  # values between two false calls that can still be counted
RUNS = 400  # for a delay: known within 5 % of its spread
HORIZON = 2_000  # values after which a run without a signal ends: four shifts are no delay any more
MEMORY = 10  # stretches are so many times longer than what neighbours remember of each other


class Drawing(NamedTuple):
    """Values to draw from, in sigma, oldest first, and how many follow each other on average when drawn."""

    values: Floats
    stretch: float

    @classmethod
    def of(cls, values: Floats, correlation: float) -> Drawing:
        """Single values where neighbours are independent; else ten times (1 + r) / (1 - r), at most a fifth of all."""
        if not correlation:
            return cls(values, 1.0)
        return cls(values, min(MEMORY * (1.0 + correlation) / (1.0 - correlation), max(1.0, len(values) / 5.0)))

    def draw(self, count: int, rng: np.random.Generator) -> Floats:
        """`count` values; a stretch that comes to the end of the recording goes on at its beginning."""
        if self.stretch <= 1.0:
            places = rng.integers(len(self.values), size=count)
            return np.asarray(self.values[places])
        opens = rng.random(count) < 1.0 / self.stretch
        opens[0] = True
        places = np.arange(count)
        opened = np.maximum.accumulate(np.where(opens, places, 0))
        starts = rng.integers(len(self.values), size=count)[opened]
        drawn: Floats = self.values[(starts + places - opened) % len(self.values)]
        return drawn

    def pieces(self, count: int) -> Iterator[Floats]:
        """`count` values in pieces, the same ones each time."""
        rng = np.random.default_rng(SEED)
        for first in range(0, count, PIECE):
            yield self.draw(min(PIECE, count - first), rng)


def limit_for(drawing: Drawing, peaks: Peaks, between: float) -> float:
    """The limit that is exceeded once in `between` values: `peaks` gives the highest point of each excursion.

    Raises:
        ValueError: rarer than can be counted.
    """
    if between > LONGEST_WANTED:
        message = f"once in {between:,.0f} values is too rare to be counted; ask for once in {LONGEST_WANTED:,} or more"
        raise ValueError(message)
    count = drawn_for(between)
    highest = np.sort(np.concatenate([peaks(piece) for piece in drawing.pieces(count)]))
    return float(highest[-max(1, min(len(highest), round(count / between)))])


def between_for(drawing: Drawing, peaks: Peaks, limit: float, wanted: float) -> float:
    """Values between two false calls at `limit`, counted over as many as `wanted` needs; infinity for none."""
    count = drawn_for(wanted)
    calls = sum(int((peaks(piece) > limit).sum()) for piece in drawing.pieces(count))
    return count / calls if calls else math.inf


def drawn_for(between: float) -> int:
    """How many values to draw to count enough of what happens once in `between`."""
    return int(min(MOST, max(ENOUGH * between, PIECE)))


def peaks_of_sums(k: float, sides: Sequence[str]) -> Peaks:
    """Highest points of the excursions of a CUSUM with allowance `k`, in sigma."""

    def peaks(values: Floats) -> Floats:
        signs = [sign for side, sign in (("upper", 1.0), ("lower", -1.0)) if side in sides]
        return np.concatenate([excursions(sign * values - k) for sign in signs])

    return peaks


def excursions(rises: Floats) -> Floats:
    """The highest point of each excursion above zero of a sum of `rises` that never falls below it."""
    walk = np.concatenate(([0.0], np.cumsum(rises)))
    heights = walk - np.minimum.accumulate(walk)
    return np.maximum.reduceat(heights, np.flatnonzero(heights == 0.0))


def peaks_of_averages(weight: float, sides: Sequence[str]) -> Peaks:
    """Farthest points of an EWMA between two crossings of the centre, in sigma of the average."""
    scale = math.sqrt(weight / (2.0 - weight))

    def peaks(values: Floats) -> Floats:
        levels = np.array(list(accumulate(values.tolist(), lambda level, value: level + weight * (value - level))))
        crossings = np.flatnonzero(np.diff(levels > 0.0, prepend=levels[0] <= 0.0))
        upper, lower = (np.maximum.reduceat(sign * levels, crossings) for sign in (1.0, -1.0))
        farthest = [
            upper if "upper" in sides else np.zeros_like(upper),
            lower if "lower" in sides else np.zeros_like(lower),
        ]
        return np.asarray(np.maximum(*farthest) / scale)

    return peaks


Signal = Callable[[Floats], NDArray[np.bool_]]


def delay(drawing: Drawing, signal: Signal, shift: float, farthest: float) -> float | None:
    """Mean number of values until `signal`, told one value of each of 400 runs at a time, first says so.

    Args:
        shift: added to every value, in sigma; values count as `farthest` at most.

    Returns:
        None where a run has none in 2,000 values: a mean would be a guess.
    """
    rng = np.random.default_rng(SEED)
    values = np.clip(drawing.draw(RUNS * HORIZON, rng).reshape(RUNS, HORIZON) + shift, -farthest, farthest)
    first = np.zeros(RUNS, dtype=np.int64)
    for number, column in enumerate(np.ascontiguousarray(values.T), start=1):
        first[signal(column) & (first == 0)] = number
        if first.all():
            return float(first.mean())
    return None


def sums(k: float, h: float, sides: Sequence[str]) -> Signal:
    """CUSUMs side by side: which are over `h`."""
    heights = np.zeros((2, RUNS))
    allowed = [[k if side in sides else math.inf] for side in ("upper", "lower")]
    signs = np.array([[1.0], [-1.0]])

    def signal(values: Floats) -> NDArray[np.bool_]:
        np.maximum(heights + (signs * values - allowed), 0.0, out=heights)
        return np.asarray((heights > h).any(axis=0))

    return signal


def averages(weight: float, limit: float, sides: Sequence[str]) -> Signal:
    """EWMAs side by side: which are beyond `limit`, in sigma of the average."""
    levels = np.zeros(RUNS)
    half_width = limit * math.sqrt(weight / (2.0 - weight))

    def signal(values: Floats) -> NDArray[np.bool_]:
        np.add(levels, weight * (values - levels), out=levels)
        beyond = np.zeros(RUNS, dtype=np.bool_)
        if "upper" in sides:
            beyond |= levels > half_width
        if "lower" in sides:
            beyond |= levels < -half_width
        return beyond

    return signal
