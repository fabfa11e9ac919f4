"""Fewer parts than the customer's pace asks for."""

from __future__ import annotations

from typing import Annotated

import msgspec

from edge_agent.detect import rule
from edge_agent.detect.rule import ABNORMAL, NORMAL, Finding, Rest
from edge_agent.observations import Cycle, CycleStart, Seen
from edge_agent.pace.pace import Paced, Standing, standing
from edge_agent.standard import Workplace, to_ns


class Settings(rule.Settings, tag="behind_takt", frozen=True, kw_only=True):
    """Raised at `parts` behind, cleared at `clear_at`, both just before a part is made: there the gap is widest."""

    parts: Annotated[int, msgspec.Meta(ge=1, le=10_000, description="parts behind at which it is raised")] = 2
    clear_at: Annotated[int, msgspec.Meta(ge=0, description="parts behind at which it is cleared")] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.clear_at >= self.parts:
            message = f"clear_at = {self.clear_at} must be below parts = {self.parts}, or the lamp flickers"
            raise ValueError(message)


class BehindTakt(rule.Detector[Settings]):
    """Parts due by takt minus parts made, as the books of the station have them: lamp and board say the same.

    Raised at the instant one more part becomes due, not when a late part arrives; to the second where the takt is
    shorter than one. Cleared, at the defaults, when the parts missing are made up for (see `standing`): one stop is one
    gap, however evenly the station then works. Parts become due from the beginning of the shift, in working time; those
    that became due while nobody could see are left out. Without a station, on a history, it counts by itself: whole
    takts since the first sign of work. Deterministic, but a random walk: with cycles that average the takt and vary by
    c, the gap drifts by c x sqrt(n) takts (4.4 parts in a shift of 480 at c = 20 %), so the standard cycle belongs
    below takt.

    >>> from edge_agent.standard import Standard
    >>> detector = BehindTakt(Settings(), Workplace(standard=Standard(standard_cycle_s=50.0, takt_s=60.0)), "press")
    >>> detector.step(Paced(at_ns=0, due=12, made=11), 0)
    >>> detector.step(Paced(at_ns=60_000_000_000, due=13, made=11), 60_000_000_000).text
    '2 parts behind takt: 13 due, 11 made.'
    """

    SETTINGS = Settings
    JUDGES = "cycle"
    FAMILY = "delay"

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.takt_ns = to_ns(workplace.standard.pace_s)
        self.books: Paced | None = None
        self.began_ns: int | None = None  # without books
        self.made = 0
        self.behind = self.said = False
        self.late_ns: int | None = None  # since when a part is missing

    def heeds(self, kind: type[Seen], subjects: tuple[str | None, str | None]) -> bool:
        """What the books say, and the cycles of its sensor."""
        return kind is Paced or super().heeds(kind, subjects)

    def due_ns(self) -> int | None:
        """When the next part becomes due that would put the station behind; the books come by themselves."""
        if self.books is not None or self.began_ns is None or self.behind:
            return None
        return self.began_ns + (self.made + self.settings.parts) * self.takt_ns

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:
        """Hold parts made against parts due."""
        if isinstance(seen, Paced):
            return self._by_the_books(seen)
        if self.books is not None:
            return None
        if isinstance(seen, CycleStart) and seen.sensor == self.of and self.began_ns is None:
            self.began_ns = seen.at_ns
            return None
        if isinstance(seen, Cycle) and seen.sensor == self.of:
            if self.began_ns is None:
                self.began_ns = seen.at_ns  # its beginning was not seen: the pace is counted from here
            else:
                self.made += 1
            return self._judge(self._counted(seen.at_ns))
        due_ns = self.due_ns()
        return None if due_ns is None or now_ns < due_ns else self._judge(self._counted(now_ns))

    def _by_the_books(self, paced: Paced) -> Finding | None:
        """Answer where a part was made, and where the station falls behind: that time passed is no good news."""
        before, self.books = self.books, paced
        if before is None:
            self.behind = paced.behind  # as it was told before this run, or this product
        finding = self._judge(paced)
        news = self.behind and not self.said
        self.said = self.behind
        return finding if news or (before is not None and paced.made > before.made) else None

    def _counted(self, now_ns: int) -> Paced:
        """How it stands by what was seen since the first sign of work."""
        began_ns = now_ns if self.began_ns is None else self.began_ns
        return Paced(now_ns, (now_ns - began_ns) // self.takt_ns, self.made)

    def _judge(self, paced: Paced) -> Finding:
        gap = paced.missing
        before: Standing = "behind" if self.behind else "on_pace"
        self.behind = standing(-gap, before, self.settings.parts, self.settings.clear_at) == "behind"
        if gap < 1:
            self.late_ns = None
        elif self.late_ns is None:
            self.late_ns = paced.at_ns - (gap - 1) * self.takt_ns
        where = f"{gap} parts behind takt" if gap > 0 else f"{-gap} parts ahead of takt" if gap < 0 else "On takt"
        unseen = f", {paced.unseen} of these unseen" if paced.unseen else ""
        return Finding(
            verdict=ABNORMAL if self.behind else NORMAL,
            at_ns=paced.at_ns,
            onset_ns=self.late_ns if self.behind else None,
            text=f"{where}: {paced.due} due{unseen}, {paced.made} made.",
            value=float(gap),
            limit=float(self.settings.parts),
            unit="parts",
        )

    def resume(self, rest: Rest, now_ns: int) -> bool:
        """Go on: by the books, or by a clock that stood still; parts made meanwhile are made."""
        if self.books is None and self.began_ns is not None:
            self.began_ns += rest.lasted_ns
            self.made += rest.cycles
            self._judge(self._counted(now_ns))
        return True

    def next_shift(self, now_ns: int) -> None:
        """Each shift answers for its own parts."""
        self.behind = False
        self.restart(now_ns)

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Count anew from the next sign of work; the books go on, and what they say is said anew."""
        self.began_ns, self.made, self.late_ns, self.said = None, 0, None, False
        self.behind = self.behind and self.books is not None
