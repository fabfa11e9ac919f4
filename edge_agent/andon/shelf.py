"""What is set aside: sources shelved for a time, and detectors out of service. Neither lights anything.

The rules:

1. Whoever shelves says who they are, why, and for how long; the longest time is a setting, a shift by default.
2. What is shelved is still judged, recorded and published; what is out of service is not asked at all.
3. A shelf ends at its time, when it is taken back, and at a restart. Out of service lasts until it is put back.
4. A person's call is never shelved: it ends when someone comes. Nor is one that has stopped the line.
5. While a rule that lights is set aside, green is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from edge_agent.andon.life import Call
from edge_agent.events.upkeep import CallShelved, DetectorService
from edge_agent.observations import Via
from edge_agent.observations.asked import ServiceChange, Shelve
from edge_agent.standard import Span, to_s

NOBODY = ("", "unknown")
AGENT = {"who": "agent", "via": None, "role": ""}  # who ends a shelf, where no person does


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of `[hygiene]`.

    Args:
        longest_shelf: the longest time a call may be shelved for; one shift: the next one sees it again.
    """

    longest_shelf: Span = Span(8, "h")


class Shelved(msgspec.Struct, frozen=True, kw_only=True):
    """One shelf; stamps in ns of CLOCK_MONOTONIC."""

    source: str
    call: int
    kind: str
    since_ns: int
    until_ns: int
    who: str
    via: Via
    why: str
    role: str = ""

    def moved(self, by_ns: int) -> Shelved:
        """The same on a clock that reads `by_ns` more."""
        return msgspec.structs.replace(self, since_ns=self.since_ns + by_ns, until_ns=self.until_ns + by_ns)

    def said(self) -> CallShelved:
        """What is said when it begins."""
        return CallShelved(
            call=self.call,
            kind=self.kind,
            source=self.source,
            until_ns=self.until_ns,
            for_s=to_s(self.until_ns - self.since_ns),
            who=self.who,
            via=self.via,
            why=self.why,
            role=self.role,
        )


class OutOfService(msgspec.Struct, frozen=True, kw_only=True):
    """One detector that is not asked, since `since_ns` of CLOCK_MONOTONIC."""

    detector: str
    since_ns: int
    who: str
    why: str

    def moved(self, by_ns: int) -> OutOfService:
        """The same on a clock that reads `by_ns` more."""
        return msgspec.structs.replace(self, since_ns=self.since_ns + by_ns)


class Shelf:
    """What is set aside now; as many entries as there are detectors at most. Every door asks `refusal` first."""

    def __init__(self, settings: Settings, names: Iterable[str], pace_s: float, out: Iterable[OutOfService]) -> None:
        self.names = tuple(names)
        self.longest = settings.longest_shelf
        self.longest_ns = settings.longest_shelf.ns(pace_s)
        self.shelved: dict[str, Shelved] = {}
        self.out = {each.detector: each for each in out if each.detector in self.names}

    def sources(self) -> frozenset[str]:
        """Those that light nothing."""
        return frozenset(self.shelved) | frozenset(self.out)

    def refusal(self, asked: Shelve, call: Call | None) -> str | None:
        """Why a call is not shelved, and what to do instead; None where it may be."""
        if call is None:
            return f"call {asked.call} is not open"
        if call.trigger != "auto":
            return f"call {call.call} was made by a person: it ends when someone comes, and is never shelved"
        if call.line_stop:
            return f"call {call.call} has stopped the line: restore it at the station, it is never shelved"
        if call.source in self.shelved:
            number = self.shelved[call.source].call
            return f"{call.source} is shelved already; take that back first: edge-agent calls unshelve {number}"
        if asked.who in NOBODY or not asked.why.strip():
            return "a shelf needs who and why: what is being done about it"
        if not 0 < asked.for_ns <= self.longest_ns:
            return f"a call is shelved for at most {self.longest} ([hygiene] longest_shelf), and longer than nothing"
        return None

    def shelve(self, asked: Shelve, call: Call) -> CallShelved:
        """Set the source of a call aside; `refusal` has nothing against it."""
        shelved = Shelved(
            source=call.source,
            call=call.call,
            kind=call.kind,
            since_ns=asked.at_ns,
            until_ns=asked.at_ns + asked.for_ns,
            who=asked.who,
            via=asked.via,
            why=asked.why,
            role=asked.role,
        )
        self.shelved[call.source] = shelved
        return shelved.said()

    def due_ns(self) -> int | None:
        """When the first shelf is over."""
        return min((each.until_ns for each in self.shelved.values()), default=None)

    def over(self, now_ns: int) -> list[CallShelved]:
        """End those whose time is over by `now_ns`."""
        ended = [each for each in self.shelved.values() if each.until_ns <= now_ns]
        for each in ended:
            del self.shelved[each.source]
        return [msgspec.structs.replace(each.said(), **AGENT, ended="time") for each in ended]

    def unshelve(self, source: str, who: str, via: Via, role: str = "") -> CallShelved:
        """Take a shelf back; KeyError where there is none."""
        shelved = self.shelved.pop(source)
        return msgspec.structs.replace(shelved.said(), who=who, via=via, role=role, ended="unshelved")

    def service_refusal(self, asked: ServiceChange) -> str | None:
        """Why a detector does not change its service; None where it does."""
        if asked.detector not in self.names:
            return f"there is no detector {asked.detector!r}; detectors here: {', '.join(self.names) or 'none'}"
        if asked.out and asked.detector in self.out:
            return f"{asked.detector} is out of service already"
        if not asked.out and asked.detector not in self.out:
            return f"{asked.detector} is in service"
        if asked.out and (asked.who in NOBODY or not asked.why.strip()):
            return "out of service needs who and why: what is being mended"
        return None

    def serve(self, asked: ServiceChange) -> DetectorService:
        """Take a detector out of service, or put it back; `service_refusal` has nothing against it."""
        name, before = asked.detector, self.out.pop(asked.detector, None)
        if asked.out:
            self.out[name] = OutOfService(detector=name, since_ns=asked.at_ns, who=asked.who, why=asked.why)
        return DetectorService(
            detector=name,
            in_service=not asked.out,
            who=asked.who,
            via=asked.via,
            why=asked.why,
            role=asked.role,
            out_s=None if before is None else to_s(max(0, asked.at_ns - before.since_ns)),
        )

    def why(self, source: str) -> str:
        """Why a source lights nothing, a sentence; empty where it does."""
        if source in self.out:
            out = self.out[source]
            return f"{source} is out of service ({out.who}: {out.why.rstrip('.')})."
        if source in self.shelved:
            shelved = self.shelved[source]
            return f"{source} is shelved ({shelved.who}: {shelved.why.rstrip('.')})."
        return ""


def ended_by_restart(shelved: Iterable[Shelved]) -> list[CallShelved]:
    """What is said of shelves that an earlier run had."""
    return [msgspec.structs.replace(each.said(), **AGENT, ended="restart") for each in shelved]
