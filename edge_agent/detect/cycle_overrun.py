"""The cycle in progress takes too long."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import msgspec

from edge_agent.arrays import np
from edge_agent.detect import rule, sample
from edge_agent.detect.baseline import FEWEST, MOST, SMALLEST_LOG_SPREAD, USUAL, Baseline
from edge_agent.detect.block import Block, Cycles
from edge_agent.detect.learning import Learning
from edge_agent.detect.rule import ABNORMAL, NORMAL, Finding
from edge_agent.observations import Cycle, CycleStart, Seen
from edge_agent.standard import Workplace, to_ns, to_s

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_FACTOR = 1.2  # x standard: below, work varies by itself
SIGMAS = 4.0  # true limits: 0.03 of 1,000 lognormal cycles beyond; of 30 cycles' baseline: 1, in the worst tenth 2.4


class Settings(rule.Settings, tag="cycle_overrun", frozen=True, kw_only=True):
    """The limit is `factor` x the standard cycle, or less where the baseline is tighter, never under 1.2 x."""

    factor: Annotated[float, msgspec.Meta(ge=1.2, le=100, description="limit, as a multiple of the standard cycle")] = (
        1.5
    )
    baseline: Annotated[
        int, msgspec.Meta(ge=0, le=MOST, description="cycles learned for a tighter limit; 0: the factor alone")
    ] = USUAL

    def __post_init__(self) -> None:
        super().__post_init__()
        if 0 < self.baseline < FEWEST:
            message = f"baseline = {self.baseline} must be 0, or {FEWEST} cycles or more: fewer say nothing of spread"
            raise ValueError(message)


class CycleOverrun(Learning[Settings]):
    """Elapsed > limit while the cycle still runs: a timer, never a statistic on finished cycles.

    A cycle that never ends raises at the limit, not at its end. The limit is `factor` x the standard; from 20
    finished cycles on it is median x exp(4 s) where that is less, s being the robust spread of their logarithms,
    and never under 1.2 x the standard. Onset is the instant the standard cycle was over, so the delay is
    limit - standard. False alarms, simulated on lognormal cycles: at 1.5 x the median none up to a coefficient of
    variation of 10 %, 42 to 50 per 1,000 cycles at 25 %, where `factor` belongs higher; at 4 s of a baseline of
    30 cycles about 1 per 1,000, in the worst tenth of baselines 2.4.

    >>> from edge_agent.standard import Standard
    >>> detector = CycleOverrun(Settings(), Workplace(standard=Standard(standard_cycle_s=50.0)), "press")
    >>> detector.step(CycleStart(at_ns=0, sensor="press"), 0)
    >>> detector.step(None, detector.due_ns()).text
    'The cycle has run longer than 75.0 s; standard is 50.0 s.'
    """

    SETTINGS = Settings
    JUDGES = "cycle"
    FAMILY = "delay"
    EACH_BY_ITSELF = True
    DEADBAND_IN = "s"

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.standard_ns = to_ns(workplace.standard.standard_cycle_s)
        self.baseline = Baseline(settings.baseline, "cycles", SMALLEST_LOG_SPREAD)
        self.running_since_ns: int | None = None  # None also once the running cycle has been called too long
        self.measure()

    def measure(self) -> None:
        """Set the limit as the baseline has it now."""
        standard_s, fit = self.workplace.standard.standard_cycle_s, self.baseline.fit
        usual_s = (
            math.inf if fit is None else math.exp(min(fit.centre + SIGMAS * fit.spread, 700.0))
        )  # 700: no overflow
        if usual_s >= self.settings.factor * standard_s:
            self.limit_ns, self.limit_from = (
                to_ns(standard_s * self.settings.factor),
                f"{self.settings.factor:g} x standard",
            )
        elif usual_s > LEAST_FACTOR * standard_s:
            self.limit_ns, self.limit_from = to_ns(usual_s), self.baseline.provenance
        else:
            self.limit_ns, self.limit_from = to_ns(standard_s * LEAST_FACTOR), f"{LEAST_FACTOR:g} x standard, the least"

    def limits(self) -> dict[str, float]:
        """The limit, in seconds: learned, or a multiple of the standard."""
        return {"limit_s": to_s(self.limit_ns)}

    def due_ns(self) -> int | None:
        """When the running cycle becomes too long."""
        return None if self.running_since_ns is None else self.running_since_ns + self.limit_ns

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:
        """Judge the cycle in progress, and say when it has ended."""
        if isinstance(seen, CycleStart) and seen.sensor == self.of:
            self.running_since_ns = seen.at_ns
            return None
        if isinstance(seen, Cycle) and seen.sensor == self.of:
            self.running_since_ns = seen.at_ns if seen.continues else None
            return self._ended(seen)
        if self.running_since_ns is None or now_ns < self.running_since_ns + self.limit_ns:
            return None
        started_ns, self.running_since_ns = self.running_since_ns, None
        return Finding(
            verdict=ABNORMAL,
            at_ns=now_ns,
            onset_ns=started_ns + self.standard_ns,
            text=f"The cycle has run longer than {to_s(self.limit_ns):.1f} s; "
            f"standard is {to_s(self.standard_ns):.1f} s.",
            value=to_s(now_ns - started_ns),
            limit=to_s(self.limit_ns),
            limit_from=self.limit_from,
        )

    def _ended(self, cycle: Cycle) -> Finding | None:
        duration_ns = sample.duration_ns(cycle, self.of)
        if duration_ns is None:
            return None
        finding = Finding(
            verdict=NORMAL,
            at_ns=cycle.at_ns,
            text=f"The last cycle took {to_s(duration_ns):.1f} s.",
            value=to_s(duration_ns),
            limit=to_s(self.limit_ns),
            limit_from=self.limit_from,
        )
        if self.baseline.wanted:
            self.baseline.learn(math.log(to_s(duration_ns)))
            self.measure()
        return finding

    def _unready(self, block: Block) -> int:
        if not isinstance(block, Cycles) or block.sensor != self.of or not block.unbroken:
            return len(block)
        follows = self.running_since_ns == (block.started_ns[0] if block.continues else None)
        return self.baseline.wanted or int(not (follows and block.known[0]))

    def _judge_all(self, block: Block) -> NDArray[np.int8]:
        if not isinstance(block, Cycles):
            return super()._judge_all(block)
        self.running_since_ns = int(block.ended_ns[-1]) if block.continues else None
        late = block.durations_ns >= self.limit_ns
        return np.where(late, ABNORMAL, NORMAL).astype(np.int8)

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Forget the running cycle: its end was perhaps not seen."""
        self.running_since_ns = None
