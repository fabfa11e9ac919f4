"""What the demo's one loop waits for: everything its children, its subscriber and its user say."""

from __future__ import annotations

import msgspec

from edge_agent import inbox

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


Inbox = inbox.Inbox[Said]


def made_inbox() -> Inbox:
    """The inbox of the demo's loop."""
    return inbox.Inbox(LIMIT)
