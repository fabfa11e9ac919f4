"""A level that leaves its baseline little by little: CUSUM or EWMA, and how each says that it is back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from edge_agent.detect import rule
from edge_agent.detect.baseline import FEWEST, MOST, USUAL
from edge_agent.detect.charts.cusum import Cusum
from edge_agent.detect.charts.ewma import Ewma

FARTHEST = 4.0  # sigma: what lies beyond counts as this, so that one odd value cannot look like a drift
BACK = 0.5  # of the limit: where it is called back

Side = Literal["upper", "lower"]


class Settings(rule.Settings, frozen=True, kw_only=True):
    """What both drift detectors have; in units of the baseline's spread."""

    chart: Annotated[
        Literal["cusum", "ewma"], msgspec.Meta(description="cusum finds a lasting shift, ewma also shows the level")
    ] = "cusum"
    k: Annotated[float, msgspec.Meta(gt=0, le=3, description="cusum: allowance, half the shift to find, in sigma")] = (
        0.5
    )
    h: Annotated[float, msgspec.Meta(gt=0, le=50, description="cusum: decision interval, in sigma")] = 11.0
    weight: Annotated[float, msgspec.Meta(gt=0, le=1, description="ewma: weight of the newest value")] = 0.1
    limit: Annotated[float, msgspec.Meta(gt=0, le=50, description="ewma: limit, in sigma of the average")] = 4.5
    baseline: Annotated[int, msgspec.Meta(ge=FEWEST, le=MOST, description="values learned before it judges")] = USUAL


class Drift:
    """Told values in sigma, says 1 while they have drifted up, -1 while down, 0 while they have not.

    CUSUM: a sum over `h` says so; after that a second one with half the decision interval watches for the way back,
    the level halfway between (k) being its border, for a sum that only grows would take as long to come down.
    EWMA: beyond its limit, and back inside half of it. `since_ns` is where it began: the first of the values
    the sum has grown over, or the first with the average on that side.

    >>> drift = Drift(Settings(h=5.0), ["upper"])
    >>> [drift.step(z, at_ns) for at_ns, z in enumerate([0.1, 2.0, 2.0, 2.0, 2.0])], drift.since_ns
    ([0, 0, 0, 0, 1], 1)
    """

    def __init__(self, settings: Settings, sides: Sequence[Side]) -> None:
        self.settings = settings
        self.sides = sides
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        settings = self.settings
        self.direction = 0
        self.since_ns = 0
        self.statistic = 0.0
        self._upper_ns = self._lower_ns = 0
        self._sums = Cusum(settings.k, settings.h, sides=self.sides)
        self._average = Ewma(settings.weight, settings.limit)
        self._back = self._sums

    @property
    def limit(self) -> float:
        """What `statistic` is compared with."""
        settings = self.settings
        if settings.chart == "cusum":
            return settings.h
        return settings.limit * float((settings.weight / (2.0 - settings.weight)) ** 0.5)

    def step(self, sigmas: float, at_ns: int) -> int:
        """Take one value; any float that is a number."""
        sigmas = min(FARTHEST, max(-FARTHEST, sigmas))
        return self._sum(sigmas, at_ns) if self.settings.chart == "cusum" else self._level(sigmas, at_ns)

    def _sum(self, sigmas: float, at_ns: int) -> int:
        if self.direction:
            if self._back.step(sigmas):
                self.reset()
            return self.direction
        sums = self._sums
        word = sums.step(sigmas)
        if sums.upper_onset == 1:
            self._upper_ns = at_ns
        if sums.lower_onset == 1:
            self._lower_ns = at_ns
        self.statistic = max(sums.upper, sums.lower)
        if word:
            self.direction, self.since_ns = (1, self._upper_ns) if word & 1 else (-1, self._lower_ns)
            back: Side = "lower" if word & 1 else "upper"
            k, h = self.settings.k, BACK * self.settings.h
            self._back = Cusum(k, h, sides=[back], target=2.0 * k * self.direction)
        return self.direction

    def _level(self, sigmas: float, at_ns: int) -> int:
        was_up = self._average.level > 0.0
        word = self._average.step(sigmas)
        level = self.statistic = self._average.level
        if was_up != (level > 0.0) or not self._upper_ns:
            self._upper_ns = at_ns
        if self.direction and abs(level) > BACK * self.limit and (level > 0.0) == (self.direction > 0):
            return self.direction
        wanted = (word & 1 and "upper" in self.sides) or (word & 2 and "lower" in self.sides)
        self.direction = (1 if word & 1 else -1) if wanted else 0
        self.since_ns = self._upper_ns
        return self.direction
