"""Judged parts: how many readings were good, and how many were not."""

from __future__ import annotations

from collections.abc import Callable

from edge_agent.observations import Judged, Reading, Samples, Seen
from edge_agent.standard import Workplace


class Parts:
    """Counts since the station started; `tell` is told good and bad as they are counted."""

    def __init__(self, workplace: Workplace, tell: Callable[[int, int], None]) -> None:
        self.workplace = workplace
        self.tell = tell
        self.good = self.bad = 0

    def count(self, seen: Seen) -> None:
        """Count what a judged reading, a verdict or a block of samples says; anything else says nothing."""
        match seen:
            case Judged():
                self._add(1, int(seen.good))
            case Reading():
                accepted = self.workplace.characteristic(seen.characteristic).accepts(seen.value)
                self._add(1, int(accepted and seen.good is not False))
            case Samples():
                accepts = self.workplace.characteristic(seen.characteristic).accepts
                self._add(len(seen.values), sum(map(accepts, seen.values)))

    def _add(self, all_of_them: int, good: int) -> None:
        self.good += good
        self.bad += all_of_them - good
        self.tell(good, all_of_them - good)
