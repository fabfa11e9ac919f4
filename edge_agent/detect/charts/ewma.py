"""The exponentially weighted moving average: finds small shifts and drifts, and its level reads as the mean of late."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from edge_agent.arrays import np
from edge_agent.detect.charts.chart import LARGEST, checked, refuse
from edge_agent.detect.charts.cusum import LOWEST, check_scale

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from edge_agent.arrays import Floats, Words


class Ewma:
    """level = level + weight (value - level), signal beyond target +- half_width (Roberts 1959; NIST 6.3.2.4).

    half_width = limit sigma sqrt(weight / (2 - weight)), with `time_varying` times sqrt(1 - (1 - weight)^(2 i)) at
    sample i: narrower at the start, where the level has seen little. Level, target, start and sigma are in the
    value's unit. The limit itself is no signal; the level goes on after a signal until `reset()`. Run lengths:
    `run_length.ewma_arl`; 0.2 and 2.962 have an ARL of 500, 0.1 and 3.749 one of 10,000 with a delay of 16.9
    samples at one sigma.

    Both faces add up in the same order, value by value: a level never returns to a known point, so a quicker
    way for blocks that rounds otherwise could not be mended where a level comes to lie at its limit.

    >>> chart = Ewma(0.3, 3.0, target=50.0, sigma=2.0539)
    >>> chart.scan([52.0, 47.0, 56.0, 58.0]).tolist(), round(chart.level, 3), round(chart.half_width, 4)
    ([0, 0, 0, 1], 53.425, 2.5884)

    Raises:
        ValueError: a weight not in (0, 1], a limit not above 0, sigma below 1e-100, a start that is no number;
            by step and scan: see `Chart`.
    """

    RULES = ("upper", "lower")
    __slots__ = ("_fading", "_final", "_past", "level", "limit", "sigma", "start", "target", "time_varying", "weight")

    def __init__(
        self,
        weight: float,
        limit: float,
        *,
        time_varying: bool = False,
        start: float | None = None,
        target: float = 0.0,
        sigma: float = 1.0,
    ) -> None:
        if not 0.0 < weight <= 1.0:
            message = f"weight is a share above 0 and at most 1, not {weight}; 0.1 and 0.2 are usual"
            raise ValueError(message)
        if not 0.0 < limit < math.inf:
            message = f"limit is a number of sigma above 0, not {limit}; 3 is usual, 3.75 quiet enough for a lamp"
            raise ValueError(message)
        check_scale(target, sigma)
        self.start = target if start is None else start
        if not LOWEST <= self.start <= LARGEST:
            raise refuse(self.start)
        self.weight, self.limit, self.target, self.sigma = weight, limit, target, sigma
        self.time_varying = time_varying
        self._final = limit * sigma * math.sqrt(weight / (2.0 - weight))
        self._fading = (1.0 - weight) * (1.0 - weight)
        self.reset()

    def reset(self) -> None:
        """Begin anew, from the start level."""
        self.level = self.start
        self._past = 1.0 if self.time_varying else 0.0  # (1 - weight)^(2 i): what the limits still lack

    @property
    def half_width(self) -> float:
        """How far the limits of the newest sample lie from the target, in the value's unit; 0 before the first."""
        return self._final * math.sqrt(1.0 - self._past)

    def step(self, value: float) -> int:
        """The flag word of this value: 1 above, 2 below."""
        if not LOWEST <= value <= LARGEST:
            raise refuse(value)
        self.level = level = self.level + self.weight * (value - self.level)
        half_width = self._final
        if self._past:
            self._past = past = self._past * self._fading
            half_width *= math.sqrt(1.0 - past)
        gap = level - self.target
        if gap > half_width:
            return 1
        return 2 if gap < -half_width else 0

    def scan(self, values: ArrayLike) -> Words:
        """The flag words of a block, shape (n,)."""
        block = checked(values)
        if not block.size:
            return np.zeros(0, dtype=np.uint16)
        gaps = self._levels(block) - self.target
        half_widths = self._half_widths(block.size)
        words: Words = (gaps > half_widths).astype(np.uint16)
        words |= (gaps < -half_widths).astype(np.uint16) << 1
        return words

    def _levels(self, block: Floats) -> Floats:
        level, weight = self.level, self.weight
        levels: Floats = np.array([level := level + weight * (value - level) for value in block.tolist()])
        self.level = level
        return levels

    def _half_widths(self, count: int) -> float | Floats:
        if not self._past:
            return self._final
        factors = np.full(count + 1, self._fading)
        factors[0] = self._past
        past = np.multiply.accumulate(factors)[1:]
        self._past = float(past[-1])
        widths: Floats = self._final * np.sqrt(1.0 - past)
        return widths
