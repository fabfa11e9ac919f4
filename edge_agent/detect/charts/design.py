"""From a wanted time between false calls to a chart's limit, and from the limit to the delay."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from edge_agent.detect.charts.run_length import BOTH, WIDEST, Side, cusum_arl, ewma_arl, shewhart_arl

SHORTEST, LONGEST = 2.0, 1e8  # samples between false calls: one of two is no chart; 1e8 is 190 years of one a minute
SMALLEST = 1e-6  # sigma: the lowest limit tried
CLOSE = 1e-10  # relative, on the ARL: as near as the numerical solution is
MOST_TURNS = 100  # secant steps with halving take about ten; halving alone would take sixty


class Design(Protocol):
    """All of a chart but its limit."""

    def arl(self, limit: float, shift: float = 0.0) -> float:
        """Average run length with `limit` after a shift of `shift` sigma, in samples."""
        ...


class ShewhartDesign(NamedTuple):
    """Single samples beyond a limit."""

    sides: Sequence[Side] = BOTH

    def arl(self, limit: float, shift: float = 0.0) -> float:
        """See `Design`."""
        return shewhart_arl(limit, shift=shift, sides=self.sides)


class CusumDesign(NamedTuple):
    """A CUSUM of allowance `k`; its limit is h, `head_start` a share of h."""

    k: float = 0.5
    sides: Sequence[Side] = BOTH
    head_start: float = 0.0

    def arl(self, limit: float, shift: float = 0.0) -> float:
        """See `Design`."""
        return cusum_arl(self.k, limit, shift=shift, sides=self.sides, head_start=self.head_start * limit)


class EwmaDesign(NamedTuple):
    """An EWMA of `weight`; its limit is in standard deviations of the statistic."""

    weight: float = 0.1
    time_varying: bool = False

    def arl(self, limit: float, shift: float = 0.0) -> float:
        """See `Design`."""
        return ewma_arl(self.weight, limit, shift=shift, time_varying=self.time_varying)


def limit_for(design: Design, arl0: float) -> float:
    """The limit, in sigma, at which the chart gives a false call every `arl0` samples on average.

    >>> round(limit_for(CusumDesign(0.5, sides=["upper"]), 10_000), 2), round(limit_for(EwmaDesign(0.1), 10_000), 3)
    (7.36, 3.749)

    Raises:
        ValueError: an ARL not in [2, 1e8], or one this design never has: its smallest limit is already quieter, or
            its widest still louder; a design that makes no sense.
    """
    if not SHORTEST <= arl0 <= LONGEST:
        message = f"arl0 is {SHORTEST:g} to {LONGEST:g} samples between false calls, not {arl0}; 10,000 is usual"
        raise ValueError(message)
    low, high = _bracket(design, arl0)
    below, above = _miss(design, low, arl0), _miss(design, high, arl0)
    for _ in range(MOST_TURNS):
        middle = 0.5 * (low + high)
        # the logarithm of the ARL is nearly straight in the limit: go where a straight line meets the aim
        limit = low - below * (high - low) / (above - below) if math.isfinite(above) else middle
        limit = limit if low < limit < high else middle
        miss = _miss(design, limit, arl0)
        if abs(miss) < CLOSE or high - low < CLOSE:
            return limit
        # the end that stays loses half its weight, so that both ends move (Illinois)
        if miss < 0.0:
            low, below, above = limit, miss, 0.5 * above
        else:
            high, above, below = limit, miss, 0.5 * below
    message = f"no limit found for {design} and {arl0} samples in {MOST_TURNS} turns"
    raise ValueError(message)


def delay(design: Design, limit: float, shift: float) -> float:
    """Samples until the chart with `limit` signals, on average, a shift of `shift` sigma that is there from the start.

    >>> round(delay(CusumDesign(0.5, sides=["upper"]), 7.361, 1.0), 2)
    15.09

    Raises:
        ValueError: what the design's run length says.
    """
    return design.arl(limit, shift)


def _miss(design: Design, limit: float, arl0: float) -> float:
    """How far the ARL is from the aim, as a logarithm."""
    return math.log(design.arl(limit) / arl0)


def _bracket(design: Design, arl0: float) -> tuple[float, float]:
    """Two limits, the first too low and the second too high, the second at most 50 sigma."""
    if design.arl(SMALLEST) > arl0:
        message = f"{design} signals less often than once in {arl0} samples at any limit; ask for more"
        raise ValueError(message)
    low, high = SMALLEST, 1.0
    while design.arl(high) < arl0:
        if high >= WIDEST:
            message = f"{design} signals more often than once in {arl0} samples up to {WIDEST:g} sigma; ask for fewer"
            raise ValueError(message)
        low, high = high, min(2.0 * high, WIDEST)
    return low, high
