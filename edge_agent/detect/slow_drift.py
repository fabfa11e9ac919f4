"""Cycles grow longer little by little."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from edge_agent.arrays import np
from edge_agent.detect import drift, sample
from edge_agent.detect.baseline import SMALLEST_LOG_SPREAD, Baseline
from edge_agent.detect.block import Block, Cycles
from edge_agent.detect.learning import Learning
from edge_agent.detect.rule import ABNORMAL, NORMAL, NOTHING, Finding, Rest
from edge_agent.observations import Seen
from edge_agent.standard import NS_PER_S, Workplace, to_ns, to_s

if TYPE_CHECKING:
    from numpy.typing import NDArray

STOP = 1.7  # x standard: a longer cycle holds a stop, and says nothing of the pace of work


class Settings(drift.Settings, tag="slow_drift", frozen=True, kw_only=True):
    """k, h and the limit in units of the baseline's spread; `baseline` cycles are learned first."""


class SlowDrift(Learning[Settings]):
    """Upper CUSUM of (log cycle - m) / s, with m and s the median and 1.4826 MAD of the first cycles' logarithms.

    The defaults are meant for a baseline of 100 cycles, whose centre and spread miss the true ones: simulated with
    one, h 11 calls falsely about once in 20 shifts and sees a slow-down of one sigma after 22 cycles. For a known m
    and s, h 7.36 does the same (run length 10,000) and sees one sigma after 15.1, two after 5.6 (numerical
    solution of the run-length integral equation); `edge-agent tune` says what a recording allows. With
    `chart = "ewma"`, limit 4.5, one sigma is seen after 26 cycles. Correlated cycles widen s (see `Baseline`).
    Cycles beyond 1.7 x the standard hold a stop and are left out. The baseline is frozen once
    learned; until then it says nothing. Onset is the first of the cycles the sum has grown over; it clears
    when a sum of half the limit says that the cycles are back.

    >>> from edge_agent.observations import Cycle
    >>> from edge_agent.standard import Standard
    >>> detector = SlowDrift(Settings(baseline=20), Workplace(standard=Standard(standard_cycle_s=50.0)), "press")
    >>> at_ns = 0
    >>> for number in range(30):
    ...     length_ns = (49 + number % 3 + (3 if number >= 20 else 0)) * 1_000_000_000
    ...     at_ns += length_ns
    ...     finding = detector.step(Cycle(at_ns, "press", at_ns - length_ns, None, True, number), at_ns)
    >>> finding.text
    'Cycles drift: they grow longer than their usual 50.0 s.'
    """

    SETTINGS = Settings
    JUDGES = "cycle"
    FAMILY = "delay"

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.stop_ns = to_ns(STOP * workplace.standard.standard_cycle_s)
        self.baseline = Baseline(settings.baseline, "cycles", SMALLEST_LOG_SPREAD)
        self.drift = drift.Drift(settings, ["upper"])
        self.measure()

    def measure(self) -> None:
        """Begin to sum anew by the baseline as it is now."""
        fit = self.baseline.fit
        self.centre = 0.0 if fit is None else fit.centre
        self.sigma = 1.0 if fit is None else fit.spread * self.baseline.widening
        self.usual = f"their usual {math.exp(self.centre):.1f} s"
        self.drift.reset()

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:  # noqa: ARG002 - no timers here
        """Take one finished cycle."""
        duration_ns = sample.duration_ns(seen, self.of)
        if seen is None or duration_ns is None or duration_ns > self.stop_ns:
            return None
        logarithm = math.log(to_s(duration_ns))
        if self.baseline.wanted:
            self.baseline.learn(logarithm)
            self.measure()
            return None
        drifting = self.drift.step((logarithm - self.centre) / self.sigma, seen.at_ns) != 0
        return Finding(
            verdict=ABNORMAL if drifting else NORMAL,
            at_ns=seen.at_ns,
            onset_ns=min(self.drift.since_ns, seen.at_ns) if drifting else None,
            text=f"Cycles drift: they grow longer than {self.usual}." if drifting else f"Cycles keep to {self.usual}.",
            value=self.drift.statistic,
            limit=self.drift.limit,
            unit="sigma",
            limit_from=self.baseline.provenance,
        )

    def resume(self, rest: Rest, now_ns: int) -> bool:  # noqa: ARG002 - part of the contract
        """Go on: a drift is seen over cycles, and a break mends no tool."""
        return True

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Begin to sum anew; the baseline stays."""
        self.drift.reset()

    def _unready(self, block: Block) -> int:
        if not isinstance(block, Cycles) or block.sensor != self.of:
            return len(block)
        return self.baseline.wanted

    def _judge_all(self, block: Block) -> NDArray[np.int8]:
        if not isinstance(block, Cycles):
            return super()._judge_all(block)
        said = np.full(len(block), NOTHING, dtype=np.int8)
        judged = block.known & (block.durations_ns <= self.stop_ns)
        # math.log, not numpy's, whose last digit differs between machines: both faces must agree in every digit
        lengths_s = (block.durations_ns[judged] / NS_PER_S).tolist()
        steps = zip(lengths_s, block.ended_ns[judged].tolist(), strict=True)
        drifting = [
            self.drift.step((math.log(length_s) - self.centre) / self.sigma, at_ns) != 0 for length_s, at_ns in steps
        ]
        said[judged] = np.where(drifting, ABNORMAL, NORMAL)
        return said
