"""A station under test: its wires are seen and counted, its outputs driven as asked, and nobody is called.

The rules:

1. A test ends when it is asked to, or by itself: whoever tests asks again and again, each time for a while, so that a
   terminal that dies leaves the station in service. It never lasts longer than `LONGEST_NS`; then it is begun anew.
2. What a wire says meanwhile is counted and told with the end, by name. It is not judged, not booked, and calls nobody.
3. Calls that are open stay open as they are: they light and escalate nothing, and their response times stand still.
   What people answer at the terminal or from afar still counts. A line that is stopped stays stopped.
4. Nothing is green but a green lamp that was asked for. Afterwards all that judges begins anew: green is earned again.
5. A cord that stands pulled when the test ends calls then, as one that is found so at a start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from edge_agent.events.upkeep import ModeChanged
from edge_agent.observations import (
    Acknowledge,
    Arrive,
    CycleEnd,
    CycleStart,
    Heard,
    Judged,
    Observation,
    Pull,
    Reading,
    Released,
    Restore,
    Samples,
    Unreadable,
    Via,
)
from edge_agent.observations.asked import UnderTest
from edge_agent.standard import to_ns, to_s
from edge_agent.state import InTest
from edge_agent.station.shell import INBOX

if TYPE_CHECKING:
    from edge_agent.station.station import Station

LONGEST_NS = to_ns(30 * 60.0)  # a station of 20 wires takes a quarter of an hour; longer, and it was forgotten
UNCOUNTED = (CycleStart, Heard, Released)  # the other half of a signal, or none

Ended = Literal["asked", "time", "restart"]


class Testing:
    """The test of one station, if there is one now; `kept` is one that a restart has interrupted."""

    def __init__(self, kept: InTest | None) -> None:
        self.interrupted = kept
        self.now: InTest | None = None
        self.show = ""
        self.until_ns = 0
        self.seen: dict[str, int] = {}
        self.cords: dict[str, Pull | None] = {}  # those that were touched: the pull that stands, None once released

    @property
    def reason(self) -> str:
        """Why the lamp shows what it shows, a sentence."""
        who = "" if self.now is None else self.now.who
        return f"Under test by {who}: nothing is judged, nobody is called."

    def told(self) -> InTest | None:
        """The test as it stands."""
        if self.now is None:
            return None
        return InTest(who=self.now.who, since_ns=self.now.since_ns, show=self.show, seen=dict(self.seen))

    def due_ns(self) -> int | None:
        """When it ends by itself."""
        return None if self.now is None else self.until_ns

    def overhears(self, seen: Observation) -> bool:
        """Whether this is a wire's word and a test is on: then it is counted, and nobody else hears it."""
        if self.now is None:
            return False
        match seen:
            case Pull() | Released():
                self.cords[seen.sensor] = seen if isinstance(seen, Pull) else None
                name = seen.sensor
            case CycleStart() | CycleEnd() | Reading() | Judged() | Heard() | Unreadable() | Samples():
                name = seen.sensor
            case Acknowledge() | Arrive() | Restore() if seen.via == "local":
                name = type(seen).__name__.lower()
            case _:
                return False
        if not isinstance(seen, UNCOUNTED):
            self.seen[name] = self.seen.get(name, 0) + 1
        return True


def begin(station: Station) -> None:
    """Say, after a restart, that the test it has interrupted is over."""
    kept = station.testing.interrupted
    if kept is not None:
        _say_over(station, kept, "restart", "agent", None)


def heard(station: Station, seen: Observation) -> bool:
    """Take a wire's word while a test is on; False where it is for the station as ever."""
    if not station.testing.overhears(seen):
        return False
    sensor = getattr(seen, "sensor", None)
    if sensor is not None:
        station.senses.heard.add(sensor)
        station.find(sensor, INBOX, seen.at_ns)
    return True


def take(station: Station, asked: UnderTest) -> None:
    """Begin a test, go on with it, or end it."""
    testing = station.testing
    if asked.for_ns <= 0:
        if testing.now is not None:
            _end(station, "asked", asked.who, asked.via, asked.role)
        return
    if testing.now is None:
        _begin(station, asked)
    since_ns = station.clock_ns if testing.now is None else testing.now.since_ns
    testing.show = asked.show
    testing.until_ns = min(station.clock_ns + asked.for_ns, since_ns + LONGEST_NS)


def advance(station: Station) -> None:
    """End a test whose time is over."""
    due_ns = station.testing.due_ns()
    if due_ns is not None and due_ns <= station.clock_ns:
        _end(station, "time", "agent", None)


def _begin(station: Station, asked: UnderTest) -> None:
    testing, now_ns = station.testing, station.clock_ns
    testing.now = InTest(who=asked.who, since_ns=now_ns)
    testing.seen, testing.cords = {}, {}
    station.tested_ns = None
    for sensor in station.senses.names:
        station.cycles.forget(sensor)  # a cycle whose middle nobody saw is no cycle
    station.say(now_ns, ModeChanged(mode="test", who=asked.who, role=asked.role, via=asked.via))
    _serve(station, in_service=False)


def _end(station: Station, how: Ended, who: str, via: Via | None, role: str = "") -> None:
    testing, now_ns = station.testing, station.clock_ns
    told, testing.now, testing.show = testing.told(), None, ""
    if told is not None:
        _say_over(station, told, how, who, via, role)
    station.planned.began_ns = now_ns  # nothing has been seen in service yet, and that is no fault
    _serve(station, in_service=True)
    station.cords.resume(testing.cords, now_ns)


def _serve(station: Station, *, in_service: bool) -> None:
    """Let everything that judges, calls and books do so, or not."""
    now_ns = station.clock_ns
    station.watch.tested = not in_service
    for detector in station.watch.detectors if in_service else ():
        if detector.relies_on or detector.FAULT:  # who judges by what wires say begins anew
            station.watch.restart(detector.name, now_ns)
    station.calls.test(not in_service, now_ns)
    station.cords.tested = not in_service
    station.planned.look(station.senses, now_ns)


def _say_over(station: Station, told: InTest, how: Ended, who: str, via: Via | None, role: str = "") -> None:
    lasted_s = max(0.0, to_s(station.clock_ns - told.since_ns))
    over = ModeChanged(mode="service", who=who, role=role, via=via, ended=how, lasted_s=lasted_s, seen=told.seen)
    station.say(station.clock_ns, over)
