"""What holds while the wires of a station are tested: nobody is called, nothing is booked, and it comes to an end."""

from __future__ import annotations

from dataclasses import dataclass, field

from edge_agent.andon.legend import Mode, Sign, Tier, show
from edge_agent.events import (
    CallEscalated,
    CallLineStop,
    CallRaised,
    CallUpdated,
    CycleFinished,
    Event,
    FindingObserved,
)
from edge_agent.events.data import Data
from edge_agent.events.upkeep import ModeChanged
from edge_agent.observations import Acknowledge, Arrive, Observation, Pull, Released, Restore, UnderTest
from edge_agent.station.station import Station
from edge_agent.station.testing import LONGEST_NS
from tests.invariants.must import must

SILENT = (CallRaised, CallEscalated, CallLineStop, CallUpdated, CycleFinished, FindingObserved)
WORDS = (Acknowledge, Arrive, Restore)


def ends_a_test(event: Event) -> bool:
    """Whether the station says that it is in service again."""
    return isinstance(event.data, ModeChanged) and event.data.mode == "service"


@dataclass
class Testing:
    """The test of one station as its events tell it."""

    since_ns: int | None = None
    spoke: dict[str, int] = field(default_factory=dict)  # pulls and buttons
    stands: set[str] = field(default_factory=set)  # cords that were pulled and not let go
    found: set[str] = field(default_factory=set)  # cords that stood so when the last test ended

    @property
    def on(self) -> bool:
        """Whether one is on."""
        return self.since_ns is not None

    def see(self, seen: Observation | None, said: list[Event]) -> None:
        """Something was seen, before what is said of it is heard; a test may end by time before it, or after."""
        ends_ns = next((event.at_ns for event in said if ends_a_test(event)), None)
        if not self.on or (seen is not None and ends_ns is not None and seen.at_ns >= ends_ns):
            self.found.clear()
        elif isinstance(seen, Pull):
            self.spoke[seen.sensor] = self.spoke.get(seen.sensor, 0) + 1
            self.stands.add(seen.sensor)
        elif isinstance(seen, Released):
            self.stands.discard(seen.sensor)
        elif isinstance(seen, WORDS) and seen.via == "local":
            name = type(seen).__name__.lower()
            self.spoke[name] = self.spoke.get(name, 0) + 1

    def said(self, seen: Observation | None, at_ns: int, data: Data) -> None:
        """Something was said."""
        if not isinstance(data, ModeChanged):
            of_a_person = isinstance(data, CallUpdated) and isinstance(seen, WORDS) and seen.via != "local"
            must(not self.on or of_a_person or not isinstance(data, SILENT), "a test calls and counts nobody", data)
            return
        must((data.mode == "test") == (not self.on), "a test begins, then ends", data)
        if self.since_ns is None:
            must(isinstance(seen, UnderTest) and seen.for_ns > 0, "a test begins because somebody asks", data)
            self.since_ns, self.spoke, self.stands = at_ns, {}, set()
            return
        asked = isinstance(seen, UnderTest) and seen.for_ns <= 0
        must(data.ended != "asked" or asked, "a test that was ended was asked to", data)
        counted = {name: data.seen.get(name, 0) for name in self.spoke}
        must(data.ended == "restart" or counted == self.spoke, "a pull under test is counted", (data, self.spoke))
        self.since_ns, self.found = None, set() if data.ended == "restart" else set(self.stands)

    def moved(self, by_ns: int) -> None:
        """Go on with a clock that reads `by_ns` more."""
        self.since_ns = None if self.since_ns is None else self.since_ns + by_ns

    def check(self, station: Station, now_ns: int) -> None:
        """Hold what was said against what the station knows and shows."""
        state, stack = station.state(now_ns), station.stack(now_ns)
        must((state.mode == "test") == self.on == (stack.sign is Sign.TEST), "a test is shown and said", stack)
        if self.since_ns is None:
            return
        must(now_ns - self.since_ns < LONGEST_NS, "a test ends by itself", now_ns)
        asked = station.testing.show
        lit = {tier: Mode.CONTINUOUS for tier in station.tiers if tier == asked}
        must(stack.lamps == (lit if asked else show({Sign.TEST}, station.tiers)), "what is asked is lit", stack)
        must(asked == Tier.GREEN or Tier.GREEN not in stack.lamps, "green is not earned by a test", stack)
        must((stack.sound is not None) == (asked == "buzzer"), "it sounds only where asked", stack)
        stopped = any(call.line_stop for call in station.calls.open.values())
        must(stack.line_stop == (stopped or asked == "line_stop"), "a test takes no stop back", stack)
