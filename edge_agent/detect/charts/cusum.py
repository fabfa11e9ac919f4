"""The cumulative sum of deviations from the target: the chart that finds small lasting shifts soonest."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.arrays import np
from edge_agent.detect.charts.chart import LARGEST, checked, refuse
from edge_agent.detect.charts.run_length import BOTH, Side, check_head_start, check_sides

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from edge_agent.arrays import Flags, Floats, Words


PIECE = 1_024  # samples summed at once: rounding stays far below the distance of most sums from a limit
LOWEST = -LARGEST  # made once: it is compared with every value
SMALLEST_SIGMA = 1e-100  # with values up to 1e140 nothing overflows
EPSILON = sys.float_info.epsilon


class Cusum:
    """Tabular CUSUM (Page 1954): upper = max(0, upper + z - k), lower = max(0, lower - z - k), signal above h.

    z = (value - target) / sigma; `upper`, `lower`, `k`, `h` and `head_start` are in sigma. The limit itself is no
    signal. The sums go on after a signal until `reset()`. A head start of h/2 (Lucas and Crosier 1982) finds at
    once what is wrong from the start. Run lengths: `run_length.cusum_arl`; k 0.5 and h 5 have an ARL of 465 on
    two sides, h 7.361 one of 10,000 on one side with a delay of 15.1 samples at one sigma.

    `upper_onset` and `lower_onset` are samples since that sum was last zero: the shift is estimated to have begun
    with the first of them (Montgomery's N+ and N-).

    >>> chart = Cusum(0.5, 5.0)
    >>> chart.scan([0.1, -0.7, 2.0, 2.0, 2.0, 2.0]).tolist(), chart.upper, chart.upper_onset
    ([0, 0, 0, 0, 0, 1], 6.0, 4)

    Raises:
        ValueError: k negative, h not above 0, a head start not below h (two sides: above h/2), sigma below 1e-100,
            unknown sides; by step and scan: see `Chart`.
    """

    RULES = ("upper", "lower")
    __slots__ = (
        "_lower_k", "_lower_zero", "_seen", "_upper_k", "_upper_zero", "h", "head_start", "k", "lower", "sides",
        "sigma", "target", "upper",
    )  # fmt: skip

    def __init__(
        self,
        k: float,
        h: float,
        *,
        sides: Sequence[Side] = BOTH,
        head_start: float = 0.0,
        target: float = 0.0,
        sigma: float = 1.0,
    ) -> None:
        check_sums(k, h)
        check_scale(target, sigma)
        check_head_start(head_start, h, sides)
        upper, lower = check_sides(sides)
        self.k, self.h, self.sides, self.head_start = k, h, sides, head_start
        self.target, self.sigma = target, sigma
        # a side that is not asked for has an allowance nothing gets over: its sum is always zero
        self._upper_k, self._lower_k = k if upper else math.inf, k if lower else math.inf
        self.reset()

    def reset(self) -> None:
        """Begin anew, from the head start."""
        self.upper = self.head_start if self._upper_k == self.k else 0.0
        self.lower = self.head_start if self._lower_k == self.k else 0.0
        self._seen = self._upper_zero = self._lower_zero = 0

    @property
    def upper_onset(self) -> int:
        """Samples since the upper sum was last zero; 0 while it is."""
        return self._seen - self._upper_zero

    @property
    def lower_onset(self) -> int:
        """Samples since the lower sum was last zero; 0 while it is."""
        return self._seen - self._lower_zero

    @property
    def onset(self) -> int:
        """That of the larger sum: how many samples ago the likelier shift began."""
        return self.upper_onset if self.upper >= self.lower else self.lower_onset

    def step(self, value: float) -> int:
        """The flag word of this value: 1 upper, 2 lower."""
        if not LOWEST <= value <= LARGEST:
            raise refuse(value)
        z = (value - self.target) / self.sigma
        self._seen = seen = self._seen + 1
        word = 0
        upper = self.upper + (z - self._upper_k)
        if upper > 0.0:
            self.upper = upper
            if upper > self.h:
                word = 1
        else:
            self.upper = 0.0
            self._upper_zero = seen
        lower = self.lower - (z + self._lower_k)
        if lower > 0.0:
            self.lower = lower
            if lower > self.h:
                word |= 2
        else:
            self.lower = 0.0
            self._lower_zero = seen
        return word

    def scan(self, values: ArrayLike) -> Words:
        """The flag words of a block, shape (n,); the sums at its end are those `step` would have reached."""
        block = checked(values)
        words: Words = np.zeros(block.size, dtype=np.uint16)
        for first in range(0, block.size, PIECE):
            z = (block[first : first + PIECE] - self.target) / self.sigma
            piece = words[first : first + PIECE]
            if self._upper_k == self.k:
                climb = climbing(z - self.k, self.upper, self.h)
                piece |= climb.over
                self.upper = climb.end
                self._upper_zero = self._seen + climb.zero if climb.zero else self._upper_zero
            if self._lower_k == self.k:
                climb = climbing(-z - self.k, self.lower, self.h)
                piece |= climb.over.astype(np.uint16) << 1
                self.lower = climb.end
                self._lower_zero = self._seen + climb.zero if climb.zero else self._lower_zero
            self._seen += z.size
        if self._upper_k != self.k:
            self._upper_zero = self._seen
        if self._lower_k != self.k:
            self._lower_zero = self._seen
        return words


class Climb(NamedTuple):
    """What became of a sum over a piece: where it was over the limit, its end, and which sample (1 to n) left it zero.

    `zero` is the last such sample, 0 where there was none.
    """

    over: Flags
    end: float
    zero: int


def climbing(rises: Floats, start: float, limit: float) -> Climb:
    """Sums max(0, sum + rise) from `start`, judged exactly as one after the other.

    The sums are taken all at once as Y - min(0, smallest Y before), Y the plain running sum. That rounds
    otherwise than `step` does, by at most `doubt`; where a sum comes as near to zero or to the limit, the piece is
    walked through instead (values in coarse steps do this often). What is carried on is added up from the last
    zero in the order of `step`: so no difference ever reaches the next piece.
    """
    sums = np.add.accumulate(np.concatenate(((start,), rises)))
    floor = np.minimum.accumulate(np.minimum(sums, 0.0))
    levels = sums[1:] - floor[:-1]
    # each sum of either way is off by at most half an epsilon of the largest an addition; four times that is safe
    doubt = 4.0 * (rises.size + 2) * EPSILON * float(np.abs(sums).max())
    if float(np.abs(levels).min()) <= doubt or float(np.abs(levels - limit).min()) <= doubt:
        return walking(rises, start, limit)
    zeros = np.flatnonzero(levels <= 0.0)
    if not zeros.size:
        return Climb(levels > limit, float(sums[-1]), 0)
    zero = int(zeros[-1]) + 1
    end = float(np.add.accumulate(rises[zero:])[-1]) if zero < rises.size else 0.0
    return Climb(levels > limit, end, zero)


def walking(rises: Floats, start: float, limit: float) -> Climb:
    """The same, one after the other."""
    level, zero = start, 0
    levels: list[float] = []
    for number, rise in enumerate(rises.tolist(), 1):
        level += rise
        if level <= 0.0:
            level, zero = 0.0, number
        levels.append(level)
    return Climb(np.array(levels) > limit, level, zero)


def check_sums(k: float, h: float) -> None:
    """Raise ValueError unless an allowance and a decision interval make sense."""
    if not (0.0 <= k < math.inf):
        message = f"k is an allowance of 0 or more sigma, not {k}; half the shift to be found is usual"
        raise ValueError(message)
    if not (0.0 < h < math.inf):
        message = f"h is a decision interval above 0 sigma, not {h}; 5 is usual, 7.36 quiet enough for a lamp"
        raise ValueError(message)


def check_scale(target: float, sigma: float) -> None:
    """Raise ValueError unless `target` is a value a chart judges and `sigma` a spread."""
    if not LOWEST <= target <= LARGEST:
        message = f"target is a number up to {LARGEST:g} in size, not {target}"
        raise ValueError(message)
    if not (SMALLEST_SIGMA <= sigma < math.inf):
        message = f"sigma is a standard deviation above 0, not {sigma}; values that never vary have no chart"
        raise ValueError(message)
