"""What the demo's one loop waits for: everything its children, its subscriber and its user say."""

from __future__ import annotations

import queue

import msgspec

LIMIT = 5000  # the loop takes each within a millisecond; a broker that replays a whole demo has hundreds


class Level(msgspec.Struct, frozen=True):
    """An output pin of the station has changed."""

    pin: str
    on: bool


class Listening(msgspec.Struct, frozen=True):
    """The broker has taken the subscription."""


class Message(msgspec.Struct, frozen=True):
    """The subscriber has received something."""

    topic: str
    payload: bytes


class Ended(msgspec.Struct, frozen=True):
    """A child has ended; `said` are the last lines of its stderr."""

    name: str
    code: int
    said: tuple[str, ...]


class Asked(msgspec.Struct, frozen=True):
    """The demo is asked to stop."""


Said = Level | Listening | Message | Ended | Asked


class Inbox:
    """Bounded; `post` never blocks and may be called from any thread or signal; what it refuses it counts in `lost`."""

    def __init__(self) -> None:
        self.lost = 0
        self._queue: queue.SimpleQueue[Said] = queue.SimpleQueue()  # unlike Queue, safe to use in a signal's handler

    def post(self, said: Said) -> None:
        """Put it at the end."""
        if self._queue.qsize() < LIMIT:
            self._queue.put(said)
        else:
            self.lost += 1

    def take(self, timeout_s: float) -> Said | None:
        """The next, or None when `timeout_s` is over."""
        try:
            return self._queue.get(timeout=timeout_s) if timeout_s > 0 else self._queue.get_nowait()
        except queue.Empty:
            return None
