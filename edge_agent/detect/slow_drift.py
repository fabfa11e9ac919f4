"""Cycles grow longer little by little."""

from __future__ import annotations

import math
from typing import Annotated

import msgspec
import numpy as np

from edge_agent.detect import rule
from edge_agent.detect.rule import Finding, Verdict
from edge_agent.detect.window import Floats, Window
from edge_agent.observations import Cycle, Seen
from edge_agent.standard import Workplace, to_s

SMALLEST_SPREAD = 0.001  # 0.1 % of a cycle: below, the clock of the machine is measured, not its work


class Settings(rule.Settings, tag="slow_drift", frozen=True, kw_only=True):
    """k and h of the CUSUM in units of the baseline's spread; `baseline` cycles are learned first."""

    k: Annotated[float, msgspec.Meta(gt=0, le=3, description="allowance, in sigma")] = 0.5
    h: Annotated[float, msgspec.Meta(gt=0, le=50, description="decision interval, in sigma")] = 7.36
    baseline: Annotated[int, msgspec.Meta(ge=20, le=1000, description="cycles learned before it judges")] = 100


class SlowDrift(rule.Detector[Settings]):
    """Upper CUSUM of (log cycle - m) / s, with m and s the median and 1.4826 MAD of the first cycles' logs.

    In-control run length 10,000 cycles at the defaults, about one false call in 20 shifts; a slow-down of one
    sigma is seen after 15.1 cycles on average, of two after 5.6 (numerical solution of the run-length integral
    equation for known m and s; a baseline of 100 cycles makes both vary). The baseline is frozen once learned.
    Onset is the first of the cycles the sum has grown over since it was last zero.
    """

    SETTINGS = Settings
    JUDGES = "cycle"
    FAMILY = "delay"

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.learning = Window(settings.baseline)
        self.centre: float | None = None
        self.spread = 0.0
        self.sum = 0.0
        self.onset_ns: int | None = None

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:  # noqa: ARG002 - no timers here
        """Take one finished cycle."""
        if not isinstance(seen, Cycle) or seen.sensor != self.of or not seen.duration_ns or seen.duration_ns < 0:
            return None
        logarithm = math.log(to_s(seen.duration_ns))
        if self.centre is None:
            self._learn(logarithm, seen.at_ns)
            return None
        self.sum = max(0.0, self.sum + (logarithm - self.centre) / self.spread - self.settings.k)
        if self.sum == 0.0:
            self.onset_ns = None
        elif self.onset_ns is None:
            self.onset_ns = seen.at_ns
        return self._finding(seen.at_ns, self.centre)

    def _learn(self, logarithm: float, at_ns: int) -> None:
        self.learning.append(logarithm, at_ns)
        if len(self.learning) == self.learning.capacity:
            self.centre, self.spread = median_and_spread(self.learning.values)

    def _finding(self, at_ns: int, centre: float) -> Finding:
        drifting = self.sum > self.settings.h
        return Finding(
            verdict=Verdict.ABNORMAL if drifting else Verdict.NORMAL,
            at_ns=at_ns,
            onset_ns=self.onset_ns if drifting else None,
            text=f"Cycles {'drift' if drifting else 'do not drift'} away from their usual {math.exp(centre):.1f} s.",
            value=self.sum,
            limit=self.settings.h,
            unit="sigma",
            limit_from=f"baseline of {self.settings.baseline} cycles",
        )

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Begin to sum anew; the baseline stays."""
        self.sum, self.onset_ns = 0.0, None


def median_and_spread(values: Floats) -> tuple[float, float]:
    """Median and 1.4826 x the median absolute deviation of `values`, shape (n,), n >= 1; same unit as they.

    1.4826 makes the deviation equal to the standard deviation of a normal distribution.
    """
    centre = float(np.median(values))
    return centre, max(1.4826 * float(np.median(np.abs(values - centre))), SMALLEST_SPREAD)
