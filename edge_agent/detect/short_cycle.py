"""A cycle too short for all the work to have been done."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import msgspec

from edge_agent.arrays import np
from edge_agent.detect import rule, sample
from edge_agent.detect.baseline import FEWEST, MOST, SMALLEST_LOG_SPREAD, USUAL, Baseline
from edge_agent.detect.block import Block, Cycles
from edge_agent.detect.learning import Learning
from edge_agent.detect.rule import ABNORMAL, NORMAL, NOTHING, Finding
from edge_agent.observations import Seen
from edge_agent.standard import Workplace, to_ns, to_s

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_FACTOR = 0.83  # x standard, 1 / 1.2: above, work varies by itself
SIGMAS = 4.0  # as for the overrun, on the other side
SMALLEST_EXPONENT = -700.0  # exp() below it is no number a duration could have


class Settings(rule.Settings, tag="short_cycle", frozen=True, kw_only=True):
    """The limit is `factor` x the standard cycle, or more where the baseline is tighter, never over 0.83 x."""

    factor: Annotated[float, msgspec.Meta(gt=0, le=0.83, description="limit, as a multiple of the standard cycle")] = (
        0.7
    )
    baseline: Annotated[
        int, msgspec.Meta(ge=0, le=MOST, description="cycles learned for a tighter limit; 0: the factor alone")
    ] = USUAL

    def __post_init__(self) -> None:
        super().__post_init__()
        if 0 < self.baseline < FEWEST:
            message = f"baseline = {self.baseline} must be 0, or {FEWEST} cycles or more: fewer say nothing of spread"
            raise ValueError(message)


class ShortCycle(Learning[Settings]):
    """Cycle < limit: work was skipped, or something else than a part closed the contact. Latched: the part is there.

    The limit is `factor` x the standard; from 20 finished cycles on it is median x exp(-4 s) where that is more, s
    being the robust spread of their logarithms, and never over 0.83 x the standard. Onset is where the cycle
    began, its end is the signal: no delay. False alarms as of `cycle_overrun`, in the lower tail: with a known spread
    0.03 per 1,000 lognormal cycles, with that of 30 cycles about 1 per 1,000 (simulated); by the factor alone none
    where cycles vary less than 9 %.

    >>> from edge_agent.observations import Cycle
    >>> from edge_agent.standard import Standard
    >>> detector = ShortCycle(Settings(), Workplace(standard=Standard(standard_cycle_s=50.0)), "press")
    >>> detector.step(Cycle(34_000_000_000, "press", 0, None, True, 1), 34_000_000_000).text
    'The last cycle took 34.0 s, less than 35.0 s; standard is 50.0 s.'
    """

    SETTINGS = Settings
    JUDGES = "cycle"
    FAMILY = "abnormality"
    EACH_BY_ITSELF = True
    CLEARS = "on_restore"

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.baseline = Baseline(settings.baseline, "cycles", SMALLEST_LOG_SPREAD)
        self.measure()

    def measure(self) -> None:
        """Set the limit as the baseline has it now."""
        standard_s, fit, factor = self.workplace.standard.standard_cycle_s, self.baseline.fit, self.settings.factor
        usual_s = 0.0 if fit is None else math.exp(max(fit.centre - SIGMAS * fit.spread, SMALLEST_EXPONENT))
        if usual_s <= factor * standard_s:
            self.limit_ns, self.limit_from = to_ns(factor * standard_s), f"{factor:g} x standard"
        elif usual_s < MOST_FACTOR * standard_s:
            self.limit_ns, self.limit_from = to_ns(usual_s), self.baseline.provenance
        else:
            self.limit_ns, self.limit_from = to_ns(MOST_FACTOR * standard_s), f"{MOST_FACTOR:g} x standard, the most"

    def limits(self) -> dict[str, float]:
        """The limit, in seconds: learned, or a multiple of the standard."""
        return {"limit_s": to_s(self.limit_ns)}

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:  # noqa: ARG002 - no timers here
        """Judge one finished cycle."""
        duration_ns = sample.duration_ns(seen, self.of)
        if seen is None or duration_ns is None:
            return None
        finding = self._finding(seen.at_ns, duration_ns)
        if self.baseline.wanted:
            self.baseline.learn(math.log(to_s(duration_ns)))
            self.measure()
        return finding

    def _finding(self, at_ns: int, duration_ns: int) -> Finding:
        short = duration_ns < self.limit_ns
        text = f"The last cycle took {to_s(duration_ns):.1f} s"
        if short:
            standard_s = self.workplace.standard.standard_cycle_s
            text += f", less than {to_s(self.limit_ns):.1f} s; standard is {standard_s:.1f} s"
        return Finding(
            verdict=ABNORMAL if short else NORMAL,
            at_ns=at_ns,
            onset_ns=at_ns - duration_ns if short else None,
            text=f"{text}.",
            value=to_s(duration_ns),
            limit=to_s(self.limit_ns),
            limit_from=self.limit_from,
        )

    def _unready(self, block: Block) -> int:
        if not isinstance(block, Cycles) or block.sensor != self.of:
            return len(block)
        return self.baseline.wanted

    def _judge_all(self, block: Block) -> NDArray[np.int8]:
        if not isinstance(block, Cycles):
            return super()._judge_all(block)
        verdicts = np.where(block.durations_ns < self.limit_ns, ABNORMAL, NORMAL)
        return np.where(block.known, verdicts, NOTHING).astype(np.int8)
