"""The wires of one station in the deciding thread: looked at now and then, and listened to while they are tested."""

from __future__ import annotations

from typing import Any

from edge_agent.agent.looks import Looks
from edge_agent.control import Heard
from edge_agent.sensors.tap import Tap, Tapped
from edge_agent.sensors.wire import Looking


class Wires:
    """All that want to be looked at, or can be listened to."""

    def __init__(self) -> None:
        self.looks = Looks()
        self._tapped: list[Tapped] = []  # as many as there are sensors
        self._tap: Tap | None = None

    def add(self, wire: Any) -> None:
        """Take one more under its care, as far as it can be."""
        if isinstance(wire, Looking):
            self.looks.add(wire.look)
        if isinstance(wire, Tapped):
            self._tapped.append(wire)

    def mind(self, now_ns: int, *, tested: bool) -> None:
        """Look, if it is time; listen while a test is on. Called with every turn."""
        self.looks.take(now_ns)
        self.listen(tested=tested)

    def listen(self, *, tested: bool) -> None:
        """Begin to listen where a test has begun, and cease with its end."""
        if tested != (self._tap is not None):
            self._tap = Tap() if tested else None
            for wire in self._tapped:
                wire.listen(self._tap)

    def heard(self) -> Heard:
        """What they have said since this was last asked, and how the contacts stand."""
        raw, lost = ((), 0) if self._tap is None else self._tap.taken()
        return Heard(raw=raw, lost=lost, contacts=tuple(each for wire in self._tapped for each in wire.contacts()))
