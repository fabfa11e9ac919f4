"""The open calls of one station: raised, signalled, escalated in time, and remembered over a restart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from edge_agent.andon import KINDS, NOBODY, By, Call, Response, Signal, State, deadline, step
from edge_agent.detect.baseline import Learned
from edge_agent.detect.rule import Detector, Finding
from edge_agent.events import CallRaised, Data, Measured
from edge_agent.observations import Pull
from edge_agent.standard import to_s

MOST_OPEN = 200  # one a source is the rule, so no configuration comes near; a bound all the same


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What a station must not forget over a restart; stamps are of the boot in which it was kept, at `kept_ns`."""

    calls: tuple[Call, ...] = ()
    next_call: int = 1
    kept_ns: int = 0
    learned: tuple[Learned, ...] = ()

    def moved(self, by_ns: int) -> Memory:
        """The same on a clock that reads `by_ns` more: CLOCK_MONOTONIC begins anew with each boot."""
        return msgspec.structs.replace(self, calls=tuple(_moved(call, by_ns) for call in self.calls))


class Calls:
    """The calls that are open, by number, oldest first; `say` takes what is to be said of them."""

    def __init__(self, response: Response, pace_s: float, memory: Memory, say: Callable[[int, Data], None]) -> None:
        self.response = response
        self.pace_s = pace_s
        self.open = {call.call: call for call in memory.calls}
        self.next_call = memory.next_call
        self.say = say

    def from_source(self, source: str) -> Call | None:
        """The open call that `source` raised, if any."""
        return next((call for call in self.open.values() if call.source == source), None)

    def found(self, detector: Detector[Any], finding: Finding, recent_cycles_s: tuple[float, ...]) -> Call | None:
        """Raise a call for a gap that a detector found; None where the bound is reached."""
        call = Call(
            kind=detector.kind,
            family=detector.FAMILY,
            trigger="auto",
            source=detector.name,
            text=finding.text,
            tier="yellow",
            clears=detector.CLEARS,
            problem_type=detector.PROBLEM_TYPE,
            raised_ns=finding.at_ns,
        )
        return self._raise(call, measured(detector, finding), recent_cycles_s)

    def pulled(self, pull: Pull, fixed_ns: int, recent_cycles_s: tuple[float, ...]) -> Call | None:
        """Raise a person's call; `fixed_ns` is where the line would stop, if this kind of call may stop it."""
        kind = KINDS[pull.call]
        call = Call(
            kind=pull.call,
            family="call",
            trigger="operator",
            source=pull.sensor,
            text=kind.text,
            tier=kind.tier,
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
        raised = CallRaised(
            call=call.call,
            kind=call.kind,
            family=call.family,
            trigger=call.trigger,
            source=call.source,
            text=call.text,
            to=self.response.to,
            clears=call.clears,
            acknowledge_s=to_s(self.response.acknowledge.ns(self.pace_s)),
            attend_s=to_s(self.response.attend.ns(self.pace_s)),
            problem_type=call.problem_type,
            measured=found,
            recent_cycles_s=recent_cycles_s,
        )
        self.say(call.raised_ns, raised)
        return call

    def signal(self, call: Call, signal: Signal, at_ns: int, by: By = NOBODY) -> None:
        """Let one signal happen to an open call."""
        after, said = step(call, signal, at_ns, self.response, by)
        if after.state is State.CLEARED:
            del self.open[call.call]
        else:
            self.open[call.call] = after
        if said is not None:
            self.say(at_ns, said)

    def due_ns(self) -> int | None:
        """When the first open call gets a signal from time itself."""
        return min((due[0] for due in self._deadlines().values()), default=None)

    def advance(self, now_ns: int) -> None:
        """Give every call the signals that are due by `now_ns`."""
        for number, (at_ns, signal) in self._deadlines().items():
            if at_ns <= now_ns:
                self.signal(self.open[number], signal, now_ns)

    def _deadlines(self) -> dict[int, tuple[int, Signal]]:
        due = ((call.call, deadline(call, self.response, self.pace_s)) for call in self.open.values())
        return {number: entry for number, entry in due if entry is not None}


STAMPS = ("raised_ns", "acknowledged_ns", "attended_ns", "escalated_ns", "fixed_ns")


def _moved(call: Call, by_ns: int) -> Call:
    stamps = {name: stamp + by_ns for name in STAMPS if (stamp := getattr(call, name)) is not None}
    return msgspec.structs.replace(call, **stamps)


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
