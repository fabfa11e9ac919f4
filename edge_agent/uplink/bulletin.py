"""What the broker keeps of a station for whoever comes later: `status`, `info` and `state`.

Each connection begins with all three, so that a broker that lost them, or kept somebody else's, is put right by it.
"""

from __future__ import annotations

import msgspec

from edge_agent import clock
from edge_agent.journal import Row
from edge_agent.signals import contract
from edge_agent.signals.connection import Connection, Myself
from edge_agent.signals.mqtt import Letter
from edge_agent.signals.payloads import Info, Snapshot
from edge_agent.signals.sender import Sender
from edge_agent.standard import to_ns
from edge_agent.state import StandardInForce, Status

STATE_NS = to_ns(1.0)  # `state` at most once in this
SLOWED_NS = to_ns(30.0)  # the same while another machine speaks on our topics: two that alternate blind a board


class Bulletin:
    """Says them to `sender` when they are due; told the time.

    Args:
        connection: says whether there is one, and its `status`.
        info: what `info` says beside the standard in force and the clock, the same for the life of the process.
    """

    def __init__(self, myself: Myself, connection: Connection, sender: Sender[Row], info: Info) -> None:
        self.status: Status | None = None  # the station's last word; None while it is away
        self.away = "not heard yet"
        self._myself, self._connection, self._sender, self._info = myself, connection, sender, info
        self._shown: object = None  # what `state` showed last
        self._state_ns = 0
        self._informed: tuple[StandardInForce | None, str] = (None, "")  # what `info` said last of standard and clock

    def greet(self, now_ns: int) -> None:
        """A connection begins: `status` and `info` at once, `state` with the next `tend`."""
        self._say_status(now_ns)
        self._say_info()
        self._shown, self._state_ns = None, 0

    def repeat(self) -> None:
        """Say `state` again, changed or not, as soon as it may be."""
        self._shown = None

    def tend(self, now_ns: int) -> None:
        """Say `state` where it has changed; `status` where the mode has, or somebody else's has taken its place."""
        if not self._connection.up:
            return
        mode = None if self.status is None else self.status.state.mode
        if self._connection.namesake.wants_word(now_ns) or mode != self._connection.mode:
            self._connection.mode = mode
            self._say_status(now_ns)
        if self._known() != self._informed:
            self._say_info()
        if now_ns >= self._state_ns:
            self._say_state(now_ns)

    def _say_status(self, now_ns: int) -> None:
        self._connection.namesake.said(now_ns)
        self._sender.publish("status", self._connection.status("online"))

    def _known(self) -> tuple[StandardInForce | None, str]:
        """Standard and clock as the station said last: what they were is no less true while the station is away."""
        if self.status is None:
            return self._informed
        synchronised = self.status.synchronised
        words = "" if synchronised is None else "synchronised" if synchronised else "not synchronised"
        return self.status.in_force, words

    def _say_info(self) -> None:
        """Say what the station is made of, and the standard in force: the file's until it says more."""
        self._informed = in_force, words = self._known()
        info = msgspec.structs.replace(self._info, clock=words)
        if in_force is not None:
            info = msgspec.structs.replace(info, **msgspec.structs.asdict(in_force))
        self._sender.publish("info", Letter(topic=self._topic("info"), payload=msgspec.json.encode(info), retain=True))

    def _say_state(self, now_ns: int) -> None:
        snapshot = self._snapshot(now_ns)
        shown = msgspec.structs.replace(
            snapshot, time="", calls=(), state=snapshot.state and msgspec.structs.replace(snapshot.state, at_ns=0)
        )
        if shown == self._shown:
            return
        self._shown = shown
        self._state_ns = now_ns + (SLOWED_NS if self._connection.namesake.present(now_ns) else STATE_NS)
        letter = Letter(topic=self._topic("state"), payload=msgspec.json.encode(snapshot), retain=True)
        self._sender.publish("state", letter)

    def _snapshot(self, now_ns: int) -> Snapshot:
        wall_ns = clock.wall_ns()
        held_back = self._sender.held_back()
        trouble = {"uplink": held_back} if held_back else {}
        if self.status is not None:
            snapshot = contract.snapshot(self.status, now_ns, wall_ns)
            return msgspec.structs.replace(snapshot, degraded=snapshot.degraded | trouble)
        return Snapshot(
            time=clock.wall_text(wall_ns),
            boot=self._myself.boot,
            epoch=self._sender.epoch,
            seq=None,
            depth=None,
            degraded={"station": self.away} | trouble,
        )

    def _topic(self, kind: str) -> str:
        return self._myself.identity.topic(kind)
