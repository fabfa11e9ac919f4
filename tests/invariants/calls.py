"""The life of every call as its events alone tell it: one beginning, one end, each step with its cause."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import get_args

from edge_agent.andon.calls import MOST_OPEN
from edge_agent.andon.fold import IMPLIES
from edge_agent.andon.legend import KINDS
from edge_agent.detect.repeat import Repeat
from edge_agent.events import (
    CallAcknowledged,
    CallAttended,
    CallCleared,
    CallEscalated,
    CallLineStop,
    CallRaised,
    CallUpdated,
)
from edge_agent.observations import CallVerdict, Observation, Pull, Released, Restore
from edge_agent.standard import to_ns, to_s
from edge_agent.station.station import Station
from tests.invariants.must import must

OfACall = CallAcknowledged | CallAttended | CallUpdated | CallEscalated | CallLineStop | CallCleared
OF_A_CALL = get_args(OfACall)


@dataclass
class Told:
    """An open call as its events tell it."""

    raised_ns: int
    raised: CallRaised
    acknowledged: bool = False
    attended: bool = False
    line_stop: bool = False
    refused: bool = False  # a restore, since anything else was told of it
    level: int = 0
    also: set[str] = field(default_factory=set)  # kinds of gaps told in it
    verdict: CallVerdict | None = None
    unsaid: set[CallVerdict] = field(default_factory=set)  # given with restores that changed nothing: not told


@dataclass
class Calls:
    """The calls of one station, by number."""

    last: int = 0
    open: dict[int, Told] = field(default_factory=dict)
    restored: set[str] = field(default_factory=set)  # sources whose last call a person ended, perhaps in a break
    repeated_ns: dict[str, int] = field(default_factory=dict)  # when a kind was last told to come back, by what it says

    def raised(self, seen: Observation | None, at_ns: int, raised: CallRaised, *, found: bool) -> None:
        """A call has been raised; its cord may have been `found` pulled after a test."""
        must(raised.call == self.last + 1, "a call has the next number", raised)
        pulled = found or (isinstance(seen, Pull) and seen.sensor == raised.source)
        must(raised.trigger != "operator" or pulled, "a person's call needs the person", raised)
        self.last = raised.call
        self.open[raised.call] = Told(at_ns, raised)
        self.restored.discard(raised.source)

    def happened(self, station: Station, seen: Observation | None, at_ns: int, data: OfACall) -> None:
        """Something has happened to a call."""
        must(data.call in self.open, "only an open call is answered, escalated or cleared", data)
        call = self.open[data.call]
        must(data.kind == call.raised.kind, "a call stays what it is", data)
        must(at_ns >= call.raised_ns, "nothing happens to a call before it is raised", (call.raised_ns, at_ns, data))
        if not isinstance(data, CallUpdated):
            told_s = data.open_s if isinstance(data, CallCleared) else data.waited_s
            must(told_s == to_s(at_ns - call.raised_ns), "a time told is the difference of its stamps", (call, data))
        refused = isinstance(data, CallUpdated) and data.what == "restore_refused"
        must(not (refused and call.refused), "a refusal is told once, until something changes", data)
        call.refused = refused
        if isinstance(data, CallAttended | CallUpdated | CallCleared):
            _judged(seen, call, data)
        match data:
            case CallAcknowledged():
                must(not call.acknowledged and not call.attended, "a call is acknowledged once", data)
                call.acknowledged = True
            case CallAttended():
                must(not call.attended, "somebody arrives once", data)
                call.attended = True
            case CallUpdated(what="also"):
                self._also(call, data)
            case CallEscalated():
                self._escalated(station, call, at_ns, data)
            case CallLineStop():
                self._line_stop(call, data)
            case CallCleared():
                self._cleared(seen, call, data)

    def see(self, seen: Observation | None) -> None:
        """After all that was said of it: what a person judged whose restore changed nothing is told at the end."""
        for number, call in self.open.items() if isinstance(seen, Restore) else ():
            if seen.call in {None, number} and seen.verdict is not None:
                call.unsaid.add(seen.verdict)

    def repeated(self, station: Station, at_ns: int, raised: CallRaised) -> None:
        """A kind that comes back is told once in its window, whoever restores it or starts the agent meanwhile."""
        detectors = (each for each in station.watch.detectors if each.name == raised.source)
        if (detector := next(detectors, None)) is not None and isinstance(detector, Repeat):
            kind = raised.text.partition(" ")[0]
            since_ns = at_ns - self.repeated_ns.get(kind, at_ns - detector.within_ns)
            must(since_ns >= detector.within_ns, "what comes back is told once in its window", raised)
            self.repeated_ns[kind] = at_ns

    def moved(self, by_ns: int) -> None:
        """Go on with a clock that reads `by_ns` more."""
        self.repeated_ns = {kind: at_ns + by_ns for kind, at_ns in self.repeated_ns.items()}
        for call in self.open.values():
            call.raised_ns += by_ns

    def check(self, station: Station) -> None:
        """The station has the same calls open."""
        must(self.open.keys() == station.calls.open.keys(), "what is raised and has not ended is open", self.open)
        must(self.last + 1 == station.calls.next_call, "numbers are given once", self.last)
        sources = [call.source for call in station.calls.open.values()]
        must(len(set(sources)) == len(sources), "a source has one open call", sources)
        for folded in station.calls.folds.known.values():
            told = folded.call in self.open and folded.kind in self.open[folded.call].also
            must(told, "what is folded was told in an open call", folded)
            must(folded.detector not in sources, "a gap is a call, or told in another", folded)
        self._no_gap_unsaid(station, {*sources, *station.calls.folds.known, *self.restored})

    def _no_gap_unsaid(self, station: Station, said: set[str]) -> None:
        """Each delay that stands has a call, or is told in one, unless a person has ended it."""
        for detector in station.watch.detectors:
            name = detector.name
            judged = detector.FAMILY == "delay" and detector.settings.mode == "light" and not detector.FAULT
            if judged and name not in station.watch.gate.waiting and len(self.open) < MOST_OPEN:
                must(name in said or not station.watch.stands(name), "no gap is unsaid", name)

    def forgets_nobody(self, station: Station, now_ns: int) -> None:
        """A call that nobody has come to is at the level its age asks for, unless it was held for some of its time."""
        for number, call in self.open.items():
            known = station.calls.open[number]
            if call.attended or known.held_ns or station.calls.holds(known):
                continue
            age_ns = now_ns - call.raised_ns
            pace_s, terms = station.calls.pace_s, station.calls.terms(call.raised.kind)
            levels_ns = [level.after.ns(pace_s) for level in terms.escalate]
            afters_ns = [max(after, terms.attend.ns(pace_s)) for after in accumulate(levels_ns, max)]  # one by one
            called = sum(after_ns <= age_ns for after_ns in afters_ns)
            must(call.level >= called, f"after {to_s(age_ns)} s nobody came, and level {called} is called", call)

    def _escalated(self, station: Station, call: Told, at_ns: int, data: CallEscalated) -> None:
        must(data.level == call.level + 1, "levels go up one by one", data)
        terms = station.calls.terms(data.kind)
        level = terms.escalate[call.level]
        must(data.to == level.to, "the role of the level is called", data)
        standards = (station.ledger.plan.standard_of(each) for each in (None, *_products(station)))
        soonest_ns = min(level.after.ns(standard.pace_s) for standard in standards)
        waited_ns = at_ns - call.raised_ns + to_ns(call.raised.waited_s)
        in_time = call.attended or waited_ns >= soonest_ns
        must(in_time, "a level is called no sooner than it says", data)
        must(not call.attended or terms.restore is not None, "who is there is given time", data)
        call.level = data.level

    def _also(self, call: Told, data: CallUpdated) -> None:
        must(data.also in IMPLIES.get(data.kind, ()), "only what follows from a stop is told in its call", data)
        call.also.add(data.also)

    def _line_stop(self, call: Told, data: CallLineStop) -> None:
        stops = [kind for kind, meaning in KINDS.items() if meaning.stops_line]
        must(call.raised.family == "call" and data.kind in stops, "only what may stop the line stops it", data)
        must(not call.line_stop, "the line is stopped once", data)
        must(not call.attended, "a line is not stopped where somebody is there", data)
        call.line_stop = True

    def _cleared(self, seen: Observation | None, call: Told, data: CallCleared) -> None:
        must(data.line_stopped == call.line_stop, "a cleared call says whether it stopped the line", data)
        afar = call.line_stop and data.via == "remote"
        allowed = isinstance(seen, Restore) and seen.ends_stop
        must(not afar or allowed, "nobody starts a line from afar whose role may not", data)
        match data.how:
            case "by_itself":
                must(call.raised.clears == "by_itself", "what is latched ends by a person", data)
            case "withdrawn":
                must(
                    isinstance(seen, (Pull, Released)) and not call.attended,
                    "who pulled withdraws, before anybody came",
                    data,
                )
            case "restored":
                must(isinstance(seen, (Restore, Pull, Released)), "a person restores", data)
        if data.how != "by_itself":
            of = call.raised.source.partition(":")[2]
            self.restored |= {call.raised.source, *(f"{kind}:{of}" for kind in call.also)}
        del self.open[data.call]


def _judged(seen: Observation | None, call: Told, data: CallAttended | CallUpdated | CallCleared) -> None:
    """What a person says of a call is said with what comes of it, and again at its end."""
    given = seen.verdict if isinstance(seen, Restore) else None
    match data:
        case CallCleared():
            said = {call.verdict, *call.unsaid} if data.how == "by_itself" or given is None else {given}
        case CallUpdated() if data.what != "restore_refused" or call.line_stop:
            said = {None}
        case _:
            said = {given}
            call.verdict = given or call.verdict
    must(data.verdict in said, "a verdict travels with its call to the end", (call, data))


def _products(station: Station) -> list[str]:
    return [product.name for product in station.ledger.plan.products]
