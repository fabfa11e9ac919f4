"""Judged parts: how many were good, and how many were not."""

from __future__ import annotations

from collections.abc import Callable

from edge_agent.observations import Judged, Reading, Seen
from edge_agent.standard import Workplace


class Parts:
    """Counts since the station started; `judge` is told each judgement, and answers what it changes."""

    def __init__(self, workplace: Workplace, judge: Callable[[str, bool], tuple[int, int]]) -> None:
        self.workplace = workplace
        self.judge = judge
        self.good = self.bad = 0

    def count(self, seen: Seen) -> None:
        """Count what a reading or a verdict says of a part. Samples are no parts, and the rest says nothing."""
        if isinstance(seen, (Judged, Reading)) and (verdict := self.verdict(seen)) is not None:
            good, bad = self.judge(seen.characteristic, verdict)
            self.good += good
            self.bad += bad

    def verdict(self, seen: Judged | Reading) -> bool | None:
        """Whether the part is good by this; None where neither a limit nor the device judges it."""
        if isinstance(seen, Judged):
            return seen.good
        characteristic = self.workplace.characteristic(seen.characteristic)
        if seen.good is None and not characteristic.limited:
            return None
        return characteristic.accepts(seen.value) and seen.good is not False
