"""Limits and delays of the drift charts: by the theory of run lengths where it holds, else by the recording itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from edge_agent.detect import drift
from edge_agent.detect.charts import design
from edge_agent.tune import resample
from edge_agent.tune.records import SHIFTS, Delay, Method, Setting
from edge_agent.tune.usual import Sample

MEDIAN_ERROR = math.sqrt(math.pi / 2.0)  # x sigma / sqrt(n): standard error of the median of n normal values
STEP = {"h": 0.01, "limit": 0.001}  # limits are rounded up to this: a tenth of a per cent of the run length


class Drift(NamedTuple):
    """One drift chart on one sample: what is asked of it in values, in its own unit (widened sigma).

    Args:
        key: the setting that is its limit.
        theory: run length by limit and shift, where the sample is normal and independent.
    """

    sample: Sample
    key: str
    theory: Callable[[float, float], float]
    peaks: resample.Peaks
    signal: Callable[[float], resample.Signal]
    drawing: resample.Drawing

    @classmethod
    def of(cls, settings: drift.Settings, sample: Sample, sides: list[drift.Side]) -> Drift:
        """The chart these settings ask for."""
        sigmas = sample.sigmas / sample.widening
        drawing = resample.Drawing.of(sigmas, sample.fit.correlation)
        if settings.chart == "cusum":
            k = settings.k
            sums = design.CusumDesign(k, sides)
            peaks = resample.peaks_of_sums(k, sides)
            return cls(sample, "h", sums.arl, peaks, lambda h: resample.sums(k, h, sides), drawing)
        weight = settings.weight
        average, rarer = design.EwmaDesign(weight), 3 - len(sides)

        def arl(limit: float, shift: float) -> float:
            # two sides call twice as often as one while nothing is wrong; after a shift only one of them does
            return average.arl(limit, shift) * (rarer if shift == 0.0 else 1)

        peaks = resample.peaks_of_averages(weight, sides)
        return cls(sample, "limit", arl, peaks, lambda limit: resample.averages(weight, limit, sides), drawing)

    @property
    def method(self) -> Method:
        """Where its figures come from."""
        return "theory" if self.sample.theory_holds else "resampled"

    def limit_for(self, between: float) -> float:
        """The limit with one false call in `between` values, rounded up.

        Raises:
            ValueError: no limit of this chart does that.
        """
        if self.sample.theory_holds:
            exact = design.limit_for(_Asked(self.theory), between)
        else:
            exact = resample.limit_for(self.drawing, self.peaks, between)
        step = STEP[self.key]
        if exact < step:
            message = "its values stay so near to their median that the chart never moves: no limit can be counted"
            raise ValueError(message)
        return round(math.ceil(exact / step - 1e-6) * step, 3)

    def between(self, limit: float, wanted: float) -> float | None:
        """Values between two false calls at `limit`; None where `wanted` times what is wanted holds none."""
        found = (
            self.theory(limit, 0.0)
            if self.sample.theory_holds
            else resample.between_for(self.drawing, self.peaks, limit, wanted)
        )
        return found if math.isfinite(found) else None

    def between_off(self, limit: float, wanted: float, baseline: int) -> float | None:
        """The same where the learned centre lies one standard error too low, as every sixth baseline does or worse."""
        off = MEDIAN_ERROR / math.sqrt(baseline)
        if self.sample.theory_holds:
            found = self.theory(limit, off)
        else:
            moved = resample.Drawing(self.drawing.values + off, self.drawing.stretch)
            found = resample.between_for(moved, self.peaks, limit, wanted)
        return found if math.isfinite(found) else None

    def delays(self, limit: float) -> tuple[Delay, ...]:
        """How long each shift stays unseen."""
        return tuple(
            Delay(shift=shift, means=self.sample.means(shift), values=self._delay(limit, shift)) for shift in SHIFTS
        )

    def _delay(self, limit: float, shift: float) -> float | None:
        if self.sample.theory_holds:
            return self.theory(limit, shift)
        moved = shift / self.sample.widening
        return resample.delay(self.drawing, self.signal(limit), moved, drift.FARTHEST)


class _Asked(NamedTuple):
    """A run length as `design.limit_for` asks for it."""

    theory: Callable[[float, float], float]

    def arl(self, limit: float, shift: float = 0.0) -> float:
        """See `design.Design`."""
        return self.theory(limit, shift)


def changed(settings: drift.Settings, key: str, limit: float) -> dict[str, Setting]:
    """The limit, where it is another one than now."""
    return {} if math.isclose(getattr(settings, key), limit, abs_tol=STEP[key] / 2) else {key: limit}
