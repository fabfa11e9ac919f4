"""Fewer parts than the customer's pace asks for."""

from __future__ import annotations

from typing import Annotated

import msgspec

from edge_agent.detect import rule
from edge_agent.detect.rule import Finding, Rest, Verdict
from edge_agent.observations import Cycle, CycleStart, Seen
from edge_agent.standard import Workplace, to_ns


class Settings(rule.Settings, tag="behind_takt", frozen=True, kw_only=True):
    """Raised at `parts` behind, cleared at `clear_at`, so that the lamp does not flicker at the limit."""

    parts: Annotated[int, msgspec.Meta(ge=1, le=10_000, description="parts behind at which it is raised")] = 2
    clear_at: Annotated[int, msgspec.Meta(ge=0, description="parts behind at which it is cleared")] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.clear_at >= self.parts:
            message = f"clear_at = {self.clear_at} must be below parts = {self.parts}, or the lamp flickers"
            raise ValueError(message)


class BehindTakt(rule.Detector[Settings]):
    """Parts due by takt minus parts made; the clock starts with the first sign of work in a shift.

    Due is the whole number of takts since then. Raised by a timer at the instant one more part becomes due,
    not when a late part arrives. Deterministic, but a random walk: with cycles that average the takt and
    vary by c, the gap drifts by c x sqrt(n) takts (4.4 parts in a shift of 480 at c = 20 %), so the standard
    cycle belongs below takt.

    >>> from edge_agent.standard import Standard
    >>> detector = BehindTakt(Settings(), Workplace(standard=Standard(standard_cycle_s=50.0, takt_s=60.0)), "press")
    >>> detector.step(CycleStart(at_ns=0, sensor="press"), 0)
    >>> detector.step(None, detector.due_ns()).text
    '2 parts behind takt: 2 due, 0 made.'
    """

    SETTINGS = Settings
    JUDGES = "cycle"
    FAMILY = "delay"
    DEADBAND_IN = "parts"

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.takt_ns = to_ns(workplace.standard.pace_s)
        self.began_ns: int | None = None
        self.made = 0
        self.behind = False

    def due_ns(self) -> int | None:
        """When the next part becomes due that would put the station behind."""
        if self.began_ns is None or self.behind:
            return None
        return self.began_ns + (self.made + self.settings.parts) * self.takt_ns

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:
        """Count parts made against parts due."""
        if isinstance(seen, CycleStart) and seen.sensor == self.of and self.began_ns is None:
            self.began_ns = seen.at_ns
            return None
        if isinstance(seen, Cycle) and seen.sensor == self.of:
            return self._made_one(seen.at_ns)
        due_ns = self.due_ns()
        if due_ns is None or now_ns < due_ns:
            return None
        self.behind = True
        return self._finding(now_ns)

    def _made_one(self, at_ns: int) -> Finding:
        if self.began_ns is None:
            self.began_ns = at_ns  # its beginning was not seen: the pace is counted from here
        else:
            self.made += 1
        gap = self.gap(at_ns)
        self.behind = gap >= self.settings.parts or (self.behind and gap > self.settings.clear_at)
        return self._finding(at_ns)

    def gap(self, now_ns: int) -> int:
        """Parts due by `now_ns` minus parts made; negative when ahead."""
        return 0 if self.began_ns is None else (now_ns - self.began_ns) // self.takt_ns - self.made

    def _finding(self, at_ns: int) -> Finding:
        gap = self.gap(at_ns)
        began_ns = at_ns if self.began_ns is None else self.began_ns
        first_late_ns = began_ns + (self.made + 1) * self.takt_ns
        where = f"{gap} parts behind takt" if gap > 0 else f"{-gap} parts ahead of takt" if gap < 0 else "On takt"
        return Finding(
            verdict=Verdict.ABNORMAL if self.behind else Verdict.NORMAL,
            at_ns=at_ns,
            onset_ns=min(first_late_ns, at_ns) if self.behind else None,
            text=f"{where}: {gap + self.made} due, {self.made} made.",
            value=float(gap),
            limit=float(self.settings.parts),
            unit="parts",
        )

    def resume(self, rest: Rest, now_ns: int) -> bool:
        """Go on counting: the clock stood still, and parts made meanwhile are made."""
        if self.began_ns is not None:
            self.began_ns += rest.lasted_ns
            self.made += rest.cycles
            gap = self.gap(now_ns)
            self.behind = gap >= self.settings.parts or (self.behind and gap > self.settings.clear_at)
        return True

    def next_shift(self, now_ns: int) -> None:
        """Each shift answers for its own parts."""
        self.restart(now_ns)

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Count anew from the next sign of work: what was made unseen cannot be counted."""
        self.began_ns, self.made, self.behind = None, 0, False
