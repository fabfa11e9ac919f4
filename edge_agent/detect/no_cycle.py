"""No cycle begins or ends: a stoppage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from edge_agent.arrays import np
from edge_agent.detect import rule
from edge_agent.detect.block import Block, Cycles
from edge_agent.detect.rule import ABNORMAL, NORMAL, Finding, Verdict
from edge_agent.observations import Cycle, CycleStart, Seen
from edge_agent.standard import Span, Workplace, to_ns, to_s

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHORTEST_S = 30.0  # below, a person reaching for the next part would be called a stoppage


class Settings(rule.Settings, tag="no_cycle", frozen=True, kw_only=True):
    """Two takts without a sign of work; never under 30 s unless `after` itself says seconds."""

    after: Annotated[Span, msgspec.Meta(description="time without a cycle")] = Span(2, "takt")


class NoCycle(rule.Detector[Settings]):
    """No cycle started or finished within `after`, while none is known to be running.

    The gap is counted from the last sign of work, at first from the start of the agent, so a station that
    never begins is called too. Onset is one takt after the last sign: the next part was due then. False
    alarms by design, none statistical: the delay is `after`.

    >>> from edge_agent.standard import Standard
    >>> detector = NoCycle(Settings(), Workplace(standard=Standard(standard_cycle_s=50.0, takt_s=60.0)), "press")
    >>> detector.restart(0)
    >>> detector.step(None, detector.due_ns()).text
    'No cycle for 120.0 s.'
    """

    SETTINGS = Settings
    JUDGES = "cycle"
    FAMILY = "delay"
    EACH_BY_ITSELF = True

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.pace_ns = to_ns(workplace.standard.pace_s)
        floor_ns = to_ns(SHORTEST_S) if settings.after.in_takts else 0
        self.after_ns = max(settings.after.ns(workplace.standard.pace_s), floor_ns)
        self.limit_from = str(settings.after)
        self.quiet_since_ns: int | None = None  # None while a cycle runs, and before the first restart
        self.said = False

    def due_ns(self) -> int | None:
        """When the quiet has lasted too long."""
        return None if self.quiet_since_ns is None or self.said else self.quiet_since_ns + self.after_ns

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:
        """Note signs of work, and their absence."""
        if isinstance(seen, (CycleStart, Cycle)) and seen.sensor == self.of:
            self.quiet_since_ns = seen.at_ns if isinstance(seen, Cycle) else None
            self.said = False
            return self._finding(NORMAL, seen.at_ns, None, "Work goes on.", None)
        due_ns = self.due_ns()
        if due_ns is None or now_ns < due_ns or self.quiet_since_ns is None:
            return None
        self.said = True
        quiet_s = to_s(now_ns - self.quiet_since_ns)
        onset_ns = min(self.quiet_since_ns + self.pace_ns, now_ns)
        return self._finding(ABNORMAL, now_ns, onset_ns, f"No cycle for {quiet_s:.1f} s.", quiet_s)

    def _finding(self, verdict: Verdict, at_ns: int, onset_ns: int | None, text: str, value: float | None) -> Finding:
        return Finding(
            verdict=verdict,
            at_ns=at_ns,
            onset_ns=onset_ns,
            text=text,
            value=value,
            limit=to_s(self.after_ns),
            limit_from=self.limit_from,
        )

    def _unready(self, block: Block) -> int:
        if not isinstance(block, Cycles) or block.sensor != self.of or not block.unbroken:
            return len(block)
        since_ns = self.quiet_since_ns
        follows = not self.said and since_ns is not None and since_ns <= block.started_ns[0]
        return int(not (follows and block.known[0]))

    def _judge_all(self, block: Block) -> NDArray[np.int8]:
        if not isinstance(block, Cycles):
            return super()._judge_all(block)
        quiet_ns = np.roll(block.ended_ns, 1)
        quiet_ns[0] = block.started_ns[0] if self.quiet_since_ns is None else self.quiet_since_ns
        signs_ns = block.ended_ns if block.continues else block.started_ns
        self.quiet_since_ns = int(block.ended_ns[-1])
        late = signs_ns - quiet_ns >= self.after_ns
        return np.where(late, ABNORMAL, NORMAL).astype(np.int8)

    def restart(self, now_ns: int) -> None:
        """Begin to wait anew from now."""
        self.quiet_since_ns, self.said = now_ns, False
