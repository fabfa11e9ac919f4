"""One station through its life: stepped, killed, begun again, on a clock that begins anew with each boot; audited."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from edge_agent.events import Event
from edge_agent.observations import Observation
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station
from tests.invariants import Audit


@dataclass(frozen=True)
class Kept:
    """What is on the disk after a commit: the memory, and what the events up to it have said."""

    memory: bytes
    audit: Audit
    now_ns: int


class Life:
    """A station from its first start on; every step is audited.

    Args:
        make: a station that has not begun yet, from what was kept.
        now_ns: CLOCK_MONOTONIC at the first start; later of the last step.
        reads_back_every: see `Audit`.
    """

    def __init__(self, make: Callable[[Memory | None], Station], now_ns: int = 0, *, reads_back_every: int = 1) -> None:
        self.make = make
        self.now_ns = now_ns
        self.audit = Audit(reads_back_every)
        self.said: list[Event] = []  # by the last step
        self.station = self._begun(None)

    def see(self, seen: Observation | None, after_ns: int = 0) -> list[Event]:
        """Take one step, so long after the last one."""
        self.now_ns += after_ns
        self.said = self.station.step(seen, self.now_ns)
        self.audit.stepped(self.station, seen, self.said, self.now_ns)
        return self.said

    def keep(self) -> Kept:
        """Commit what must be known after a restart."""
        return Kept(msgspec.json.encode(self.station.memory()), copy.deepcopy(self.audit), self.now_ns)

    def restart(self, kept: Kept, after_ns: int = 0) -> list[Event]:
        """Begin again in the same boot, so long after the last step."""
        self.now_ns += after_ns
        self.audit = copy.deepcopy(kept.audit)
        self.station = self._begun(msgspec.json.decode(kept.memory, type=Memory))
        return self.said

    def boot(self, kept: Kept, now_ns: int, away_ns: int) -> list[Event]:
        """Begin again in another boot, whose clock reads `now_ns`; what was kept is `away_ns` old by the wall clock."""
        memory = msgspec.json.decode(kept.memory, type=Memory)
        by_ns = now_ns - away_ns - memory.kept_ns
        self.now_ns = now_ns
        self.audit = copy.deepcopy(kept.audit)
        self.audit.moved(by_ns)
        self.station = self._begun(memory.moved(by_ns))
        return self.said

    def _begun(self, memory: Memory | None) -> Station:
        station = self.make(memory)
        self.said = station.begin(self.now_ns)
        self.audit.begun(station, self.said, self.now_ns)
        return station
