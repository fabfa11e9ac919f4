"""Another machine that speaks as this station: known by `status` messages on our own topic that are not ours.

Told the time, and of every `status` on the topic. Each connection of each machine has a random id in its `status`
and its will, so that what is not of one of our own connections comes from somebody else. Both machines say their
`status` again when they hear the other, seldom: so both know, and a board that trusts the retained one is put
right when one of the two goes.
"""

from __future__ import annotations

from collections import deque

import msgspec

from edge_agent.events.data import UNDECODABLE
from edge_agent.signals.payloads import Presence
from edge_agent.standard import to_ns

AGAIN_NS = to_ns(30.0)  # between two of ours: two machines for a night make 2,000 messages, no flood
GONE_NS = 3 * AGAIN_NS  # not heard in so long, although it would answer: it is gone
CONNECTIONS = 16  # of our own that are remembered: the will of an older one has long been said
LONGEST_SERIAL = 32  # characters of what a stranger says that are shown

PRESENCE = msgspec.json.Decoder(Presence)


class Namesake:
    """Whether there is another; `serial` is its own word, empty where it gave none."""

    def __init__(self) -> None:
        self.serial = ""
        self._heard_ns: int | None = None
        self._ours: deque[str] = deque(maxlen=CONNECTIONS)
        self._first = True  # of our connections: what is retained may be from this station's last run
        self._said_ns: int | None = None
        self._wanted = False

    def begin(self, conn: str) -> None:
        """A connection of ours begins."""
        self._first = not self._ours
        self._ours.append(conn)

    def said(self, now_ns: int) -> None:
        """We have said our `status`."""
        self._wanted, self._said_ns = False, now_ns

    def hear(self, payload: bytes, *, retained: bool, now_ns: int) -> None:
        """A `status` on our topic, ours or not."""
        try:
            presence = PRESENCE.decode(payload)
        except UNDECODABLE:
            self._wanted = True  # no station wrote this, and boards now see it in our place
            return
        if presence.conn in self._ours:
            self._wanted = self._wanted or presence.conn != self._ours[-1] or presence.state == "offline"
            return
        self._wanted = True
        if retained and self._first:
            return
        if presence.state == "online" or retained:
            self._heard_ns = now_ns
            self.serial = "".join(letter for letter in presence.serial if letter.isprintable())[:LONGEST_SERIAL]
        else:
            self._heard_ns = None

    def present(self, now_ns: int) -> bool:
        """Whether there is another, as far as is known."""
        return self._heard_ns is not None and now_ns - self._heard_ns < GONE_NS

    def wants_word(self, now_ns: int) -> bool:
        """Whether our `status` is to be said again now."""
        return self._wanted and (self._said_ns is None or now_ns - self._said_ns >= AGAIN_NS)
