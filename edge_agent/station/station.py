"""One station without I/O: it is told what was seen and what time it is, and answers with events and a stack.

The rules:

1. `step` is deterministic: no clock, no randomness, no device. The same steps give the same events.
2. Time moves only forward, and deadlines come in their order: before an observation is taken, everything that
   was due before it happened is done.
3. Verdicts are ordered, NORMAL < UNKNOWN < ABNORMAL, and the worst one is shown. Green needs a NORMAL on fresh
   evidence, no sensor lost and no call open. Warming up is dark, and bounded; then it is blind.
4. What relies on a lost sensor is not asked: no stoppage is called because a cable was pulled.
5. In planned time no delay is looked for and silence says nothing; pulls, quality and what is seen know no break.
6. The stack is a level, made anew from what is known each time it is asked for; events are said once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from edge_agent.andon import shelf
from edge_agent.andon.calls import Calls
from edge_agent.andon.legend import Tier
from edge_agent.andon.response import Response
from edge_agent.detect.block import Readings
from edge_agent.detect.rule import UNKNOWN, Detector, Finding, Settings
from edge_agent.events import AgentStarted, Data, Event
from edge_agent.observations import (
    Acknowledge,
    Arrive,
    Changeover,
    ClockTold,
    CycleEnd,
    CycleStart,
    Heard,
    Judged,
    Observation,
    PlannedStop,
    ProductChosen,
    Pull,
    Raised,
    Reading,
    Relearn,
    Released,
    Restore,
    Samples,
    Seen,
    ServiceChange,
    Shelve,
    StandardSet,
    UnderTest,
    Unreadable,
    Unshelve,
)
from edge_agent.pace.ledger import Ledger
from edge_agent.planning.calendar import Calendar
from edge_agent.planning.plan import Plan
from edge_agent.standard import Workplace
from edge_agent.state import State
from edge_agent.station import cycles, in_force, measure, people, picture, planned, shell, testing
from edge_agent.station.baselines import Baselines
from edge_agent.station.cords import Cords
from edge_agent.station.held import Held, Written, standing
from edge_agent.station.hygiene import Hygiene
from edge_agent.station.memory import Memory
from edge_agent.station.parts import Parts
from edge_agent.station.senses import Senses
from edge_agent.station.watch import Watch


class Station:
    """Everything one station knows. Nanoseconds of CLOCK_MONOTONIC throughout."""

    def __init__(
        self,
        workplace: Workplace,
        watches: Iterable[tuple[Settings, str]],
        response: Response,
        tiers: Iterable[Tier] = tuple(Tier),
        memory: Memory | None = None,
        version: str = "",
        plan: Plan | None = None,
        hygiene: shelf.Settings | None = None,
        written: Written | None = None,
    ) -> None:
        memory, plan = memory or Memory(), plan or Plan(calendar=Calendar("UTC"), standard=workplace.standard)
        self.said: list[Event] = []
        self.written, plain = written, Held(workplace=workplace, plan=plan, watches=tuple(watches))
        self.overlay, self.held, self._dropped = standing(memory.overlay, written, plain)
        workplace, plan, watches = self.held.workplace, self.held.plan, self.held.watches
        self.ledger = Ledger(plan, self.say, memory.books)
        self.workplace = planned.at(workplace, plan, self.ledger.account.product)
        self.response = response
        self.tiers, self.version = tuple(tiers), version
        self.senses = Senses(workplace.sources)
        self.watch = Watch(self.workplace, watches, self.senses, memory.waiting)
        self.cycles = cycles.Cycles(self.workplace)
        pace_s = self.workplace.standard.pace_s
        self.calls = Calls(response, pace_s, self.say, memory.calls, memory.next_call, memory.folded)
        self.planned = planned.Planned(self.workplace, self.ledger, self.watch, self.cycles, self.calls)
        count = self.ledger.account.count
        self.hygiene = Hygiene(self.watch, self.calls, self.cycles, self.say, self.raised, count, hygiene, memory)
        self.testing = testing.Testing(memory.test)
        self.cords = Cords(workplace.sources, self.calls, self.planned, self.raised, self.lose, self.find)
        self._counted = memory.counted
        products = (each.name for each in plan.products)
        self._baselines = Baselines(memory.learned, self.ledger.account.product, products)
        self.in_force = in_force.in_force(workplace, plan, watches)
        self._was_in_force = memory.in_force or self.in_force
        self.clock_ns = memory.kept_ns
        self.tested_ns: int | None = None
        self._due_ns: int | None = None
        self.parts = Parts(workplace, self.ledger.account.judge)

    def begin(self, now_ns: int) -> list[Event]:
        """Start to watch at `now_ns`: open calls go on, detectors begin to wait, the lamps are tested."""
        self.clock_ns = self.tested_ns = now_ns
        self.watch.begin(now_ns, self._baselines, self._counted)
        self.planned.begin(now_ns)
        self.planned.look(self.senses, now_ns)
        self.hygiene.begin(now_ns)
        self.say(now_ns, AgentStarted(version=self.version, resumed_calls=tuple(self.calls.open)))
        testing.begin(self)
        measure.begin(self, self._was_in_force, self._dropped)
        self._look_ahead()
        return self._hand_over()

    def step(self, seen: Observation | None, now_ns: int) -> list[Event]:
        """Take one observation, or None when a deadline has come; answer with what is to be said."""
        if seen is not None:
            self._advance(min(seen.at_ns, now_ns))
            self._take(seen)
            self._pace()
            measure.learned(self)
            self.hygiene.unfold(self.clock_ns)
            self._look_ahead()
        self._advance(now_ns)
        return self._hand_over()

    def due_ns(self) -> int | None:
        """When it wants to be asked although nothing was seen; None for never. Only a step can change it."""
        return self._due_ns

    def stack(self, now_ns: int) -> picture.Stack:
        """What the stack light shows at `now_ns`: a level, made anew each time."""
        return picture.stack(self, now_ns)

    def state(self, now_ns: int) -> State:
        """A snapshot for people and subscribers."""
        return picture.state(self, now_ns)

    def memory(self) -> Memory:
        """What must be kept over a restart."""
        return Memory(
            calls=self.calls.kept(self.clock_ns),
            next_call=self.calls.next_call,
            kept_ns=self.clock_ns,
            learned=self.watch.learned(),
            books=self.ledger.memory(self.clock_ns),
            waiting=tuple(self.watch.gate.waiting.values()),
            shelved=tuple(self.hygiene.shelf.shelved.values()),
            out=tuple(self.hygiene.shelf.out.values()),
            nuisance=self.hygiene.nuisance.kept(),
            in_force=self.in_force,
            overlay=self.overlay,
            folded=self.calls.folded(self.clock_ns),
            test=self.testing.told(),
            counted=self.watch.counted(self.clock_ns),
        )

    # -- time ----------------------------------------------------------------------------------------------

    def _advance(self, to_ns: int) -> None:
        """Do everything that is due by `to_ns`, in order of time."""
        while (due_ns := self._due_ns) is not None and due_ns <= to_ns:
            self.clock_ns = max(self.clock_ns, due_ns)
            self.planned.advance(self.clock_ns)  # before anybody calls a delay in the instant a break begins
            testing.advance(self)
            self._pace()
            for detector, finding in self.watch.late(self.clock_ns):
                self._judge(detector, finding)
            self.hygiene.advance(self.clock_ns)
            self.cords.advance(self.clock_ns)
            self.calls.advance(self.clock_ns)
            self.hygiene.unfold(self.clock_ns)
            self._look_ahead()
        if to_ns > self.clock_ns:
            self.clock_ns = to_ns
            self.planned.advance(to_ns)
            self._pace()

    def _pace(self) -> None:
        """Show how the shift stands, where that has changed."""
        for detector, finding in self.planned.pace(self.clock_ns):
            self._judge(detector, finding)

    def _look_ahead(self) -> None:
        """Know the next deadline: all that has one is asked once a step."""
        due = [each.due_ns() for each in (self.watch, self.hygiene, self.cords, self.calls, self.ledger, self.testing)]
        self._due_ns = min((due_ns for due_ns in due if due_ns is not None), default=None)

    # -- what was seen -------------------------------------------------------------------------------------

    def _take(self, seen: Observation) -> None:
        if testing.heard(self, seen):
            return
        match seen:
            case CycleStart():
                self.cycles.start(seen)
                self._show(seen, seen.sensor)
            case CycleEnd():
                cycle = self.planned.part(seen, self.clock_ns)
                self.say(cycle.at_ns, cycles.finished(cycle))
                self._show(cycle, cycle.sensor)
            case Reading() | Judged() | Heard() | Unreadable():
                self.parts.count(seen)
                self._show(seen, seen.sensor)
            case (
                Pull()
                | Released()
                | Acknowledge()
                | Arrive()
                | Restore()
                | Relearn()
                | Shelve()
                | Unshelve()
                | ServiceChange()
            ):
                people.take(self, seen)
            case Samples():
                self._scan(seen)
            case StandardSet():
                measure.take(self, seen)
            case UnderTest():
                testing.take(self, seen)
            case ClockTold() | PlannedStop() | Changeover() | ProductChosen():
                self.planned.take(seen, self.clock_ns)
            case _:
                shell.take(self, seen)

    def _show(self, seen: Seen, sensor: str) -> None:
        """Show it to every detector that can tell."""
        self.senses.heard.add(sensor)
        self.find(sensor, shell.INBOX, seen.at_ns)
        for detector, finding in self.watch.show(seen, self.clock_ns):
            self._judge(detector, finding)

    def _scan(self, seen: Samples) -> None:
        """Judge many readings at once; to those who only listen, the sensor is heard."""
        self._show(Heard(seen.at_ns, seen.sensor), seen.sensor)
        for detector, finding in self.watch.scan(Readings.from_samples(seen), self.clock_ns):
            self._judge(detector, finding)

    # -- sensors -------------------------------------------------------------------------------------------

    def lose(self, sensor: str, ground: str, at_ns: int, why: str) -> None:
        """Rely on a sensor no more, on this ground."""
        lost = self.senses.lose(sensor, ground, at_ns, why)
        if lost is not None:
            self.say(at_ns, lost)
            self.planned.look(self.senses, self.clock_ns)

    def find(self, sensor: str, ground: str, at_ns: int) -> None:
        """Take a ground away; what relies on a sensor that is back begins anew."""
        back = self.senses.find(sensor, ground, at_ns)
        if back is None:
            return
        self.say(at_ns, back)
        self.cycles.forget(sensor)
        self.watch.back(sensor, self.clock_ns)
        self.planned.look(self.senses, self.clock_ns)

    # -- findings ------------------------------------------------------------------------------------------

    def _judge(self, detector: Detector[Any], finding: Finding) -> None:
        """Act on a detector's answer: a call raised or ended, a sensor lost or found, a line in the record."""
        if detector.FAULT:
            if finding.verdict is UNKNOWN:
                self.lose(detector.of, detector.kind, finding.at_ns, finding.text)
            else:
                self.find(detector.of, detector.kind, finding.at_ns)
                self.watch.quiet.add(detector.name)
        else:
            self.hygiene.take(detector, finding)

    def raised(self, seen: Raised) -> None:
        """Let the detectors of calls see a call: one that keeps coming back is a gap of its own."""
        for detector, finding in self.watch.show(seen, self.clock_ns):
            self._judge(detector, finding)

    # -- saying --------------------------------------------------------------------------------------------

    def say(self, at_ns: int, data: Data) -> None:
        """Say it once, and book it."""
        event = Event(at_ns, data)
        self.said.append(event)
        self.ledger.note(event)

    def _hand_over(self) -> list[Event]:
        said, self.said = self.said, []
        return said
