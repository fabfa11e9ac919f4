"""A tap on the wires: while somebody tests them, what they say is kept as it comes, for that person alone."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Protocol, runtime_checkable

from edge_agent.observations.raw import Contact, Raw

MOST_KEPT = 2_000  # between two looks of a terminal, four a second: a contact that bounces gives tens


class Tap:
    """Takes from any thread, never blocks for long, never raises; the oldest go, and are counted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: deque[Raw] = deque(maxlen=MOST_KEPT)
        self._lost = 0

    def take(self, raw: Raw) -> None:
        """Keep one more."""
        with self._lock:
            self._lost += len(self._kept) == MOST_KEPT
            self._kept.append(raw)

    def taken(self) -> tuple[tuple[Raw, ...], int]:
        """What was kept since this was last asked, oldest first, and how many went before it."""
        with self._lock:
            kept, lost = tuple(self._kept), self._lost
            self._kept.clear()
            self._lost = 0
        return kept, lost


@runtime_checkable
class Tapped(Protocol):
    """A wire that can be listened to."""

    def listen(self, tap: Tap | None) -> None:
        """Tell `tap` everything from now on; None for nobody."""
        ...

    def contacts(self) -> tuple[Contact, ...]:
        """How its contacts stand now; none where it has none."""
        ...
