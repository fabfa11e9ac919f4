"""The uplink's inbox: bounded, and what is dropped when it is full depends on who spoke."""

from __future__ import annotations

import queue
from collections import Counter
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 1000  # in flight are 20 at most and the loop takes thousands a second: beyond this it hangs
SHARES: dict[str, int] = {
    "Came": 500,  # a flood of commands must leave room for what the broker confirms
    "StationSaid": 750,  # repeated each second, and the journal is looked at anyway
}


class Inbox(Generic[T]):
    """Takes from any thread, never blocks, never raises; `dropped` counts by kind what did not fit."""

    def __init__(self) -> None:
        self.dropped: Counter[str] = Counter()
        self.overflowed = False  # something was dropped that nobody will repeat
        self._queue: queue.Queue[T] = queue.Queue(MOST)

    def post(self, said: T) -> None:
        """Put one message in, or count it as dropped."""
        kind = type(said).__name__
        try:
            if self._queue.qsize() < SHARES.get(kind, MOST):
                self._queue.put_nowait(said)
                return
        except queue.Full:
            pass  # another thread was faster: counted like all others
        self.dropped[kind] += 1
        self.overflowed = self.overflowed or kind not in SHARES

    def take(self, timeout_s: float) -> T | None:
        """The next message, or None when none came in time."""
        try:
            return self._queue.get(timeout=timeout_s)
        except queue.Empty:
            return None
