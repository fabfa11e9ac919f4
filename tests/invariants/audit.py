"""The audit of one station: told each step, it holds what was said against what is known and shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from edge_agent.events import (
    AgentStarted,
    BaselineRelearned,
    CallAcknowledged,
    CallAttended,
    CallRaised,
    CallUpdated,
    CycleFinished,
    Data,
    Event,
    Hour,
    PlanChanged,
    SensorBack,
    SensorLost,
    ShiftSummary,
)
from edge_agent.events.upkeep import CallShelved, DetectorService
from edge_agent.observations import (
    Acknowledge,
    Arrive,
    Changeover,
    CycleEnd,
    Observation,
    PlannedStop,
    ProductChosen,
    Relearn,
    Restore,
)
from edge_agent.state import State
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station
from tests.invariants import lamp
from tests.invariants.books import Books
from tests.invariants.calls import OF_A_CALL, Calls
from tests.invariants.must import must
from tests.invariants.shelf import Shelf
from tests.invariants.testing import Testing, ends_a_test

CAUSES: dict[type[Data], tuple[type[Observation], ...]] = {  # what alone can make a station say it
    CycleFinished: (CycleEnd,),
    CallAcknowledged: (Acknowledge,),
    CallAttended: (Arrive, Restore),
    BaselineRelearned: (Relearn,),
}
CHANGED_BY = {"planned_stop": PlannedStop, "changeover": Changeover, "product": ProductChosen}


@dataclass
class Audit:
    """What the events of one station have said so far.

    A copy of it (`copy.deepcopy`) belongs to each memory that is kept: what was said later is gone with a power cut,
    from the journal as from the memory.

    Args:
        reads_back_every: steps between two looks at whether all of it can be written down; they take half of the time.
    """

    reads_back_every: int = 1
    steps: int = 0
    now_ns: int = 0  # of the last step
    calls: Calls = field(default_factory=Calls)
    books: Books = field(default_factory=Books)
    shelf: Shelf = field(default_factory=Shelf)
    testing: Testing = field(default_factory=Testing)
    lost: set[str] = field(default_factory=set)  # sensors

    def begun(self, station: Station, said: list[Event], now_ns: int) -> None:
        """The station has begun to watch, for the first time or with what was kept."""
        self.lost.clear()  # a start knows of no lost sensor
        starts = [event.data for event in said if isinstance(event.data, AgentStarted)]
        must(len(starts) == 1, "a start is said once", said)
        must(set(starts[0].resumed_calls) == self.calls.open.keys(), "a start resumes the open calls", starts)
        self._hear(station, None, [event for event in said if event.data is not starts[0]], now_ns)
        self.books.begun(now_ns, self.now_ns)
        self.check(station, now_ns)  # what came due meanwhile is said with the first step

    def stepped(self, station: Station, seen: Observation | None, said: list[Event], now_ns: int) -> None:
        """The station has taken one step."""
        must(not any(isinstance(event.data, AgentStarted) for event in said), "only a start says that it is one", said)
        tested, ends = self.testing.on, any(ends_a_test(event) for event in said)
        self.books.see(station, seen if ends or not tested else None, doubted=tested and ends)
        self.testing.see(seen, said)
        self._hear(station, seen, said, now_ns)
        self.calls.see(seen)
        self.calls.forgets_nobody(station, now_ns)
        due_ns = station.due_ns()
        must(due_ns is None or due_ns > now_ns, f"nothing is overdue after a step at {now_ns}", due_ns)
        self.check(station, now_ns)

    def moved(self, by_ns: int) -> None:
        """Go on with a clock that reads `by_ns` more: CLOCK_MONOTONIC begins anew with each boot."""
        self.now_ns += by_ns
        self.calls.moved(by_ns)
        self.books.moved(by_ns)
        self.testing.moved(by_ns)

    def check(self, station: Station, now_ns: int) -> None:
        """Hold what was said against what the station knows and shows."""
        self.now_ns = now_ns
        self.calls.check(station)
        self.books.check(station, now_ns)
        self.shelf.check(station)
        self.testing.check(station, now_ns)
        must(self.lost == station.senses.lost.keys(), "a sensor that is lost is said to be", self.lost)
        lamp.check(station, now_ns)
        self.steps += 1
        if self.steps % self.reads_back_every == 0:
            reads_back(station, now_ns)

    def _hear(self, station: Station, seen: Observation | None, said: list[Event], now_ns: int) -> None:
        for event in said:
            must(event.at_ns <= now_ns, f"nothing is said of what comes after {now_ns}", event)
            must(_caused(event.data, seen), f"no event without its cause, and {seen} is none", event)
            self._event(station, seen, event)

    def _event(self, station: Station, seen: Observation | None, event: Event) -> None:
        data = event.data
        self.testing.said(seen, event.at_ns, data)
        match data:
            case CallRaised():
                self.calls.raised(seen, event.at_ns, data, found=data.source in self.testing.found)
                self.calls.repeated(station, event.at_ns, data)
            case Hour():
                self.books.hour(event.at_ns, data)
            case ShiftSummary():
                self.books.shift(data)
            case CycleFinished():
                self.books.part()
            case SensorLost() | SensorBack():
                self._sensor(data)
            case CallShelved():
                self.shelf.put(seen, data)
            case DetectorService():
                self.shelf.serve(seen, data)
            case _ if isinstance(data, OF_A_CALL):
                self.calls.happened(station, seen, event.at_ns, data)
                if isinstance(data, CallUpdated) and data.what == "also":
                    self.shelf.told(self.calls.open[data.call].raised.source, data)

    def _sensor(self, data: SensorLost | SensorBack) -> None:
        if isinstance(data, SensorLost):
            must(data.sensor not in self.lost, "a sensor is lost once", data)
            self.lost.add(data.sensor)
        else:
            must(data.sensor in self.lost and data.lost_s >= 0, "only a lost sensor is back", data)
            self.lost.remove(data.sensor)


def _caused(data: Data, seen: Observation | None) -> bool:
    """Whether what was seen can make a station say this; what time alone can bring needs nothing to be seen."""
    if isinstance(data, PlanChanged):
        return data.ran_out or isinstance(seen, CHANGED_BY[data.what])
    causes = CAUSES.get(type(data))
    return causes is None or isinstance(seen, causes)


def reads_back(station: Station, now_ns: int) -> None:
    """What is kept and what is shown can be written down, and is the same when it is read."""
    memory, state = station.memory(), station.state(now_ns)
    must(memory == msgspec.json.decode(msgspec.json.encode(memory), type=Memory), "what is kept reads back", memory)
    must(state == msgspec.json.decode(msgspec.json.encode(state), type=State), "what is shown reads back", state)
