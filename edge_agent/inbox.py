"""Where one deciding thread is told things by many: bounded, and what does not fit is counted by kind."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class Inbox(Generic[T]):
    """`post` may be called from any thread and from a signal's handler; it never blocks and never raises.

    Args:
        most: how many may wait.
        shares: by the name of a type, how many may wait when one more of it comes: fewer than `most` leaves room for
            others, more is room kept for it.
    """

    def __init__(self, most: int, shares: Mapping[str, int] | None = None) -> None:
        self.most = most
        self.shares = shares or {}
        self.dropped: Counter[str] = Counter()  # ever, by kind
        self._queue: queue.SimpleQueue[T] = queue.SimpleQueue()  # unlike Queue, safe in a signal's handler
        self._counting = threading.RLock()  # the handler may post while its own thread counts
        self._unsaid: Counter[str] = Counter()

    def post(self, item: T) -> None:
        """Put one item at the end, or count it as dropped."""
        kind = type(item).__name__
        if self._queue.qsize() < self.shares.get(kind, self.most):
            self._queue.put(item)
            return
        with self._counting:
            self.dropped[kind] += 1
            self._unsaid[kind] += 1

    def take(self, timeout_s: float) -> T | None:
        """The next item, or None when `timeout_s` is over."""
        try:
            return self._queue.get(timeout=timeout_s) if timeout_s > 0 else self._queue.get_nowait()
        except queue.Empty:
            return None

    def refused(self) -> Counter[str]:
        """What was dropped since this was last asked, by kind."""
        if not self._unsaid:
            return Counter()
        with self._counting:
            unsaid, self._unsaid = self._unsaid, Counter()
        return unsaid
