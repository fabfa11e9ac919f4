"""The cycle in progress takes too long."""

from __future__ import annotations

from typing import Annotated

import msgspec

from edge_agent.detect import rule
from edge_agent.detect.rule import Finding, Verdict
from edge_agent.observations import Cycle, CycleStart, Seen
from edge_agent.standard import Workplace, to_ns, to_s


class Settings(rule.Settings, tag="cycle_overrun", frozen=True, kw_only=True):
    """The limit is `factor` x the standard cycle, never under 1.2: below, work varies by itself."""

    factor: Annotated[float, msgspec.Meta(ge=1.2, le=100, description="limit, as a multiple of the standard cycle")] = (
        1.5
    )


class CycleOverrun(rule.Detector[Settings]):
    """Elapsed > limit while the cycle still runs: a timer, never a statistic on finished cycles.

    A cycle that never ends raises at the limit, not at its end. Onset is the instant the standard cycle was
    over, so the delay is limit - standard. False alarms at 1.5 x the median, simulated on lognormal cycles:
    none at a coefficient of variation up to 10 %, 42 to 50 per 1,000 cycles at 25 %, where `factor` belongs
    higher.

    >>> from edge_agent.standard import Standard
    >>> detector = CycleOverrun(Settings(), Workplace(standard=Standard(standard_cycle_s=50.0)), "press")
    >>> detector.step(CycleStart(at_ns=0, sensor="press"), 0)
    >>> detector.step(None, detector.due_ns()).text
    'The cycle has run longer than 75.0 s; standard is 50.0 s.'
    """

    SETTINGS = Settings
    JUDGES = "cycle"
    FAMILY = "delay"

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.standard_ns = to_ns(workplace.standard.standard_cycle_s)
        self.limit_ns = to_ns(workplace.standard.standard_cycle_s * settings.factor)
        self.running_since_ns: int | None = None  # None also once the running cycle has been called too long

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
            return self._ended(seen.at_ns, seen.duration_ns)
        if self.running_since_ns is None or now_ns < self.running_since_ns + self.limit_ns:
            return None
        started_ns, self.running_since_ns = self.running_since_ns, None
        return Finding(
            verdict=Verdict.ABNORMAL,
            at_ns=now_ns,
            onset_ns=started_ns + self.standard_ns,
            text=f"The cycle has run longer than {to_s(self.limit_ns):.1f} s; "
            f"standard is {to_s(self.standard_ns):.1f} s.",
            value=to_s(now_ns - started_ns),
            limit=to_s(self.limit_ns),
            limit_from=f"{self.settings.factor:g} x standard",
        )

    def _ended(self, at_ns: int, duration_ns: int | None) -> Finding | None:
        if duration_ns is None:
            return None
        return Finding(
            verdict=Verdict.NORMAL,
            at_ns=at_ns,
            text=f"The last cycle took {to_s(duration_ns):.1f} s.",
            value=to_s(duration_ns),
            limit=to_s(self.limit_ns),
            limit_from=f"{self.settings.factor:g} x standard",
        )

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Forget the running cycle: its end was perhaps not seen."""
        self.running_since_ns = None
