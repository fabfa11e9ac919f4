"""Limits on single cycles, too long or too short: far out in the tail, where a recording has few values or none."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge_agent.detect.charts.design import ShewhartDesign, limit_for
from edge_agent.tune.records import SHIFTS, Delay, Method
from edge_agent.tune.usual import Sample

OUTER = 0.05  # share of the values whose excess over the rest gives the slope of the tail
FEWEST_OUTER = 10  # values; fewer give no slope worth a limit
ENOUGH = 10  # times the wanted run length: a recording so long has seen the limit itself


class Tail(NamedTuple):
    """How often single values lie beyond a limit, in sigma from the centre on one side.

    Args:
        sigmas: the sample's distances on that side, rising, shape (n,).
        edge, slope: where the outer twentieth begins, and its mean excess: beyond, it is taken to fall
            exponentially (as logarithms: cycle times by a power law), which no distribution of cycles met so
            far exceeds by much.
    """

    sample: Sample
    sigmas: NDArray[np.float64]
    edge: float
    slope: float

    @classmethod
    def of(cls, sample: Sample, side: float) -> Tail:
        """The upper (1.0) or lower (-1.0) tail of a sample of cycle times."""
        sigmas = np.sort(side * (np.log(sample.values) - sample.fit.centre) / sample.fit.spread)
        outer = max(FEWEST_OUTER, math.ceil(OUTER * len(sigmas)))
        edge = float(sigmas[-outer])
        return cls(sample, sigmas, edge, float((sigmas[-outer:] - edge).mean()))

    def method(self, between: float) -> Method:
        """Where a limit that is exceeded once in `between` values comes from."""
        if self.sample.usual.normal:
            return "theory"
        return "counted" if len(self.sigmas) >= ENOUGH * between else "tail"

    def limit_for(self, between: float) -> float:
        """The limit exceeded once in `between` values, in sigma."""
        method = self.method(between)
        if method == "theory":
            return limit_for(ShewhartDesign(["upper"]), between)
        if method == "counted":
            return float(self.sigmas[-max(1, math.floor(len(self.sigmas) / between))])
        return self.edge + self.slope * math.log(max(1.0, self._outer() * between))

    def between(self, limit: float, wanted: float) -> float | None:
        """Values between two beyond `limit`; None where there are none to count."""
        method = self.method(wanted)
        if method == "theory":
            arl = ShewhartDesign(["upper"]).arl(limit) if limit > 0.0 else 1.0
            return arl if math.isfinite(arl) else None
        if method == "counted" or limit <= self.edge:
            beyond = int((self.sigmas > limit).sum())
            return len(self.sigmas) / beyond if beyond else None
        if self.slope == 0.0:
            return None
        return math.exp(min((limit - self.edge) / self.slope, 100.0)) / self._outer()

    def _outer(self) -> float:
        return max(FEWEST_OUTER, math.ceil(OUTER * len(self.sigmas))) / len(self.sigmas)

    def delays(self, limit: float, side: float) -> tuple[Delay, ...]:
        """How many values it takes until one of a shifted process is beyond `limit`."""
        return tuple(
            Delay(shift=side * shift, means=self.sample.means(side * shift), values=self._delay(limit, shift))
            for shift in SHIFTS
        )

    def _delay(self, limit: float, shift: float) -> float | None:
        if self.sample.usual.normal:
            return 1.0 / max(1e-12, 0.5 * math.erfc((limit - shift) / math.sqrt(2.0)))
        beyond = int((self.sigmas + shift > limit).sum())
        return len(self.sigmas) / beyond if beyond else None
