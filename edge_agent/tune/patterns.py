"""How often run rules call while nothing is wrong, and how soon they see a shift."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge_agent.detect.charts import RunRules
from edge_agent.detect.charts.rule_run_length import COMPARING, rules_arl
from edge_agent.detect.drift import FARTHEST
from edge_agent.tune import resample
from edge_agent.tune.records import SHIFTS, Delay, Method
from edge_agent.tune.usual import Sample


class Patterns(NamedTuple):
    """Run rules on one sample, on what the value before does not explain, as the detector has it."""

    rules: tuple[str, ...]
    sample: Sample
    residuals: NDArray[np.float64]

    @classmethod
    def of(cls, rules: Sequence[str], sample: Sample) -> Patterns:
        """The rules of these names."""
        r, sigmas = sample.fit.correlation, sample.sigmas
        residuals = (sigmas[1:] - r * sigmas[:-1]) / math.sqrt(1.0 - r * r) if r else sigmas
        return cls(tuple(rules), sample, residuals)

    @property
    def method(self) -> Method:
        """Where its figures come from."""
        return "theory" if self.sample.theory_holds else "resampled"

    def between(self, wanted: float) -> float | None:
        """Values between two false signals; None where `wanted` times two hundred hold none.

        Theory adds the rates of the zone rules, of trend and of alternation, which are known apart from each
        other only; all of Nelson's together come out within 4 % of their simulated 73.6.
        """
        if self.sample.theory_holds:
            return self._arl(0.0)
        drawing = resample.Drawing.of(self.residuals, 0.0)
        found = resample.between_for(drawing, self._begun, 0.5, wanted)
        return found if math.isfinite(found) else None

    def _begun(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """1.0 where a signal begins, and 0.0 elsewhere."""
        signals = RunRules(self.rules).scan(values) != 0
        return np.diff(signals.astype(np.float64), prepend=0.0)

    def delays(self) -> tuple[Delay, ...]:
        """How soon a shift is seen."""
        return tuple(Delay(shift=shift, means=self.sample.means(shift), values=self._delay(shift)) for shift in SHIFTS)

    def _delay(self, shift: float) -> float | None:
        if self.sample.theory_holds:
            return self._arl(shift)
        drawing = resample.Drawing.of(self.residuals, 0.0)
        # a lasting shift of d is one of d (1 - r) / sqrt(1 - r^2) in what the value before does not explain
        r = self.sample.fit.correlation
        moved = shift * math.sqrt((1.0 - r) / (1.0 + r))
        return resample.delay(drawing, self._signal(), moved, FARTHEST)

    def _signal(self) -> resample.Signal:
        """The rules side by side, one channel a run."""
        chart = RunRules(self.rules, channels=resample.RUNS)

        def signal(values: NDArray[np.float64]) -> NDArray[np.bool_]:
            seen: NDArray[np.bool_] = chart.scan(values[np.newaxis, :])[0] != 0
            return seen

        return signal

    def _arl(self, shift: float) -> float:
        zones = [rule for rule in self.rules if rule not in COMPARING]
        apart = [rules_arl([rule]) for rule in dict.fromkeys(self.rules) if rule in COMPARING]
        arls = ([rules_arl(zones, shift=shift)] if zones else []) + apart
        return 1.0 / sum(1.0 / arl for arl in arls)
