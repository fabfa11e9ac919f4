"""The open calls of one station: raised, signalled, escalated in time, and remembered over a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

import msgspec

from edge_agent.andon.fold import Folded, Folds, folds
from edge_agent.andon.legend import KINDS
from edge_agent.andon.life import NOBODY, By, Call, Signal, State, deadline, step
from edge_agent.andon.response import Response, Terms
from edge_agent.detect.rule import Detector, Finding, Verdict
from edge_agent.events import CallRaised, CallUpdated, Data, FindingObserved, Measured
from edge_agent.observations import Acknowledge, Arrive, Pull, Restore
from edge_agent.standard import to_s

MOST_OPEN = 200  # one a source is the rule, so no configuration comes near; a bound all the same


class Calls:
    """The calls that are open, by number, oldest first; `say` takes what is to be said of them."""

    def __init__(
        self,
        response: Response,
        pace_s: float,
        say: Callable[[int, Data], None],
        calls: Iterable[Call] = (),
        next_call: int = 1,
        folded: Iterable[Folded] = (),
    ) -> None:
        self.response = response
        self.pace_s = pace_s
        self.open = {call.call: call for call in calls}
        self.next_call = next_call
        self.say = say
        self.ended_ns: dict[str, int] = {}  # when the last call of each source ended
        self._terms: dict[str, Terms] = {}  # by kind, of which there are as many as detectors and buttons know
        self.rests = False  # no work is planned
        self.tested = False  # the wires are tested
        self.aside: frozenset[str] = frozenset()  # sources that are set aside
        self.held: dict[int, int] = {}  # calls nobody is asked to come for, and since when
        self.folds = Folds(folded)

    def terms(self, kind: str) -> Terms:
        """What holds for calls of this kind."""
        if kind not in self._terms:
            self._terms[kind] = self.response.of(kind)
        return self._terms[kind]

    def from_source(self, source: str) -> Call | None:
        """The open call that `source` raised, if any."""
        for call in self.open.values():
            if call.source == source:
                return call
        return None

    def host(self, detector: Detector[Any]) -> Call | None:
        """The open call that a gap of this detector is told in, if there is one and neither is set aside."""
        for call in self.open.values():
            if folds(call, detector.kind, detector.of, self.response):
                return None if {call.source, detector.name} & self.aside else call
        return None

    def fold(self, detector: Detector[Any], finding: Finding, host: Call, since_ns: int | None) -> None:
        """Tell a gap in the call that the same stop has raised already."""
        since_ns = None if host.attended else since_ns
        self.folds.known[detector.name] = Folded(
            detector=detector.name, kind=detector.kind, call=host.call, finding=finding, since_ns=since_ns
        )
        told = CallUpdated(
            call=host.call,
            kind=host.kind,
            what="also",
            text=finding.text,
            also=detector.kind,
            measured=measured(detector, finding),
        )
        self.say(max(finding.at_ns, host.raised_ns), told)

    def found(
        self, detector: Detector[Any], finding: Finding, recent_cycles_s: tuple[float, ...], waited_ns: int = 0
    ) -> Call | None:
        """Raise a call for a gap that a detector found, and `waited_ns` ago first told; None at the bound."""
        terms = self.terms(detector.kind)
        call = Call(
            kind=detector.kind,
            family=detector.FAMILY,
            trigger="auto",
            source=detector.name,
            text=finding.text,
            tier=terms.tier,
            clears=terms.clears or detector.CLEARS,
            problem_type=detector.PROBLEM_TYPE,
            raised_ns=finding.at_ns,
            waited_ns=waited_ns,
        )
        return self._raise(call, measured(detector, finding), recent_cycles_s)

    def pulled(self, pull: Pull, slot_end_ns: int | None, recent_cycles_s: tuple[float, ...]) -> Call | None:
        """Raise a person's call; one that may stop the line does so at the end of the takt slot, or of the window."""
        kind = KINDS[pull.call]
        fixed_ns = pull.at_ns + self.response.fixed_position.ns(self.pace_s) if slot_end_ns is None else slot_end_ns
        call = Call(
            kind=pull.call,
            family="call",
            trigger="operator",
            source=pull.sensor,
            text=kind.text,
            tier=self.terms(pull.call).tier,
            clears="on_restore",
            raised_ns=pull.at_ns,
            fixed_ns=fixed_ns if kind.stops_line else None,
        )
        return self._raise(call, None, recent_cycles_s)

    def _raise(self, call: Call, found: Measured | None, recent_cycles_s: tuple[float, ...]) -> Call | None:
        if len(self.open) >= MOST_OPEN:
            return None
        call = msgspec.structs.replace(call, call=self.next_call)
        self.next_call += 1
        self.open[call.call] = call
        if self.holds(call):
            self.held[call.call] = call.raised_ns
        terms = self.terms(call.kind)
        raised = CallRaised(
            call=call.call,
            kind=call.kind,
            family=call.family,
            trigger=call.trigger,
            source=call.source,
            text=call.text,
            to=terms.to,
            clears=call.clears,
            acknowledge_s=to_s(terms.acknowledge_ns(self.pace_s)),
            attend_s=to_s(terms.attend.ns(self.pace_s)),
            problem_type=call.problem_type,
            measured=found,
            recent_cycles_s=recent_cycles_s,
            shelved=call.source in self.aside,
            waited_s=to_s(call.waited_ns),
        )
        self.say(call.raised_ns, raised)
        return call

    def signal(self, call: Call, signal: Signal, at_ns: int, by: By = NOBODY) -> None:
        """Let one signal happen to an open call."""
        after, said = step(call, signal, at_ns, self.terms(call.kind), by)
        if after.state is State.CLEARED:
            del self.open[call.call]
            self._release(call.call, at_ns)
            self.ended_ns[call.source] = at_ns
        else:
            self.open[call.call] = after
            if after.attended:
                self.folds.answered(call.call)
        if said is not None:
            self.say(max(at_ns, call.raised_ns), said)  # an edge can be read after the deadline it came before

    def holds(self, call: Call) -> bool:
        """Whether nobody is asked to come now: a test, a delay while no work is planned, its source is set aside."""
        return self.tested or (self.rests and call.family == "delay") or call.source in self.aside

    def asking(self) -> list[Call]:
        """Those that somebody is asked to come for."""
        return [call for call in self.open.values() if call.call not in self.held]

    def rest(self, rests: bool, now_ns: int) -> None:
        """Let delays wait, for no work is planned, or go on where they were."""
        self.rests = rests
        self._hold_anew(now_ns)

    def test(self, tested: bool, now_ns: int) -> None:
        """Let every call wait while the wires are tested, or go on where it was."""
        self.tested = tested
        self._hold_anew(now_ns)

    def set_aside(self, sources: Iterable[str], now_ns: int) -> None:
        """Let the calls of these sources, and only these, light nothing and call nobody."""
        self.aside = frozenset(sources)
        self._hold_anew(now_ns)

    def _hold_anew(self, now_ns: int) -> None:
        """Begin to hold, or release, the calls for which that has changed."""
        for number, call in self.open.items():
            if not self.holds(call):
                self.open[number] = self._released(call, now_ns)
                self._release(number, now_ns)
            else:
                self.held.setdefault(number, now_ns)

    def _release(self, number: int, now_ns: int) -> None:
        """Hold a call no longer, nor what is told in it."""
        since_ns = self.held.pop(number, None)
        if since_ns is not None:
            self.folds.rested(number, since_ns, now_ns)

    def kept(self, now_ns: int) -> tuple[Call, ...]:
        """The open calls as they are to be remembered: time up to now in which they were held is no waiting."""
        return tuple(self._released(call, now_ns) for call in self.open.values())

    def folded(self, now_ns: int) -> tuple[Folded, ...]:
        """What is told in other calls, as it is to be remembered."""
        return tuple(each.rested(self.held.get(each.call, now_ns), now_ns) for each in self.folds.known.values())

    def _released(self, call: Call, now_ns: int) -> Call:
        if call.call not in self.held:
            return call
        since_ns = max(self.held[call.call], call.raised_ns if call.attended_ns is None else call.attended_ns)
        return msgspec.structs.replace(call, held_ns=call.held_ns + max(0, now_ns - since_ns))

    def due_ns(self) -> int | None:
        """When the first open call gets a signal from time itself."""
        if not self.open:
            return None  # as a rule, and asked every turn
        return min((due[0] for due in self._deadlines().values()), default=None)

    def advance(self, now_ns: int) -> None:
        """Give every call the signals that are due by `now_ns`."""
        for number, (at_ns, signal) in self._deadlines().items():
            if at_ns <= now_ns:
                self.signal(self.open[number], signal, now_ns)

    def _deadlines(self) -> dict[int, tuple[int, Signal]]:
        due = ((call.call, deadline(call, self.terms(call.kind), self.pace_s)) for call in self.asking())
        return {number: entry for number, entry in due if entry is not None}


def meaning(answer: Acknowledge | Arrive | Restore, call: Call, *, stands: bool) -> Signal:
    """What a person's answer is to this call: a restore can be too soon (the gap `stands`), or not allowed."""
    match answer:
        case Acknowledge():
            return Signal.ACKNOWLEDGE
        case Arrive():
            return Signal.ARRIVE
        case Restore() if call.line_stop and not answer.ends_stop:
            return Signal.RESTORE_NOT_ALLOWED
        case Restore():
            return Signal.RESTORE_TOO_SOON if call.clears == "by_itself" and stands else Signal.RESTORE


def observed(detector: Detector[Any], finding: Finding) -> FindingObserved:
    """What a detector in observe mode says upstream of a gap that begins, or ends."""
    verdict: Literal["normal", "abnormal"] = "abnormal" if finding.verdict is Verdict.ABNORMAL else "normal"
    return FindingObserved(kind=detector.kind, verdict=verdict, text=finding.text, measured=measured(detector, finding))


def measured(detector: Detector[Any], finding: Finding) -> Measured:
    """What a finding says upstream: what is, what should be, and where the limit came from."""
    return Measured(
        detector=detector.name,
        value=finding.value,
        limit=finding.limit,
        unit=finding.unit,
        limit_from=finding.limit_from,
        onset_ns=finding.onset_ns,
    )
