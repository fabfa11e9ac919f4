"""The same class of call again and again: not one more gap, but a cause nobody has found."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Annotated, NamedTuple

import msgspec

from edge_agent.detect import rule
from edge_agent.detect.counted import Counted
from edge_agent.detect.rule import ABNORMAL, EVERY_CALL, NORMAL, Finding
from edge_agent.observations import Raised, Seen
from edge_agent.standard import Span, Workplace, to_s

MOST_KINDS = 100  # kinds are named in the program's tables and there are not half as many; a bound all the same


class Settings(rule.Settings, tag="repeat", frozen=True, kw_only=True):
    """`many` calls of one kind within `within`; without `of` each kind is counted, apart from the others."""

    many: Annotated[int, msgspec.Meta(ge=2, le=100, description="calls of one kind")] = 5
    within: Annotated[Span, msgspec.Meta(description="time in which they are counted; silent as long after")] = Span(
        8, "h"
    )


class Came(NamedTuple):
    """A call that counts: when it was raised, and its number."""

    at_ns: int
    call: int


class Repeat(rule.Detector[Settings]):
    """The same kind of call `many` times within `within`: a gap from standard that keeps coming back (type 2).

    Raised once, with the numbers and times of the calls as evidence; silent on that kind for `within` after, then
    armed again; a restore meanwhile ends the call and not the silence, for told once is enough. Latched: a person says
    that the cause is found. Chance coincidences a month in three shifts, for a kind that comes r times in 8 h
    (simulated): r 0.25 and `many` 3: 0.55; r 0.5 and 4: 0.55; r 1 and 5, the default: 1.1; what comes more often needs
    more than 5. Onset is the first of the calls; the delay is the last.

    >>> from edge_agent.standard import Standard
    >>> detector = Repeat(Settings(many=3), Workplace(standard=Standard(standard_cycle_s=50.0)), "every")
    >>> for call in range(3):
    ...     finding = detector.step(Raised(call * 600 * 10**9, "material", "button", call), 0)
    >>> finding.text
    'material was called 3 times in 20 min: calls 0 (at 0 min), 1 (10), 2 (20); look for the cause.'
    """

    SETTINGS = Settings
    JUDGES = "call"
    FAMILY = "abnormality"
    CLEARS = "on_restore"
    PROBLEM_TYPE = 2

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.within_ns = settings.within.ns(workplace.standard.pace_s)
        self.silent_until_ns: dict[str, int] = {}
        self.restart(0)

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Count anew: the cause is said to be found. A kind that was raised stays silent to the end of its window."""
        self.calls: dict[str, deque[Came]] = {}
        self.uncounted = 0

    def so_far(self, now_ns: int) -> Iterator[Counted]:
        """By kind: the calls within the window with their numbers, and when it was raised last."""
        for kind in [*self.calls, *(kind for kind in self.silent_until_ns if kind not in self.calls)]:
            calls = [call for call in self.calls.get(kind, ()) if now_ns - call.at_ns < self.within_ns]
            until_ns = self.silent_until_ns.get(kind)
            if calls or until_ns is not None:
                yield Counted(
                    detector=self.name,
                    of=kind,
                    at_ns=tuple(call.at_ns for call in calls),
                    numbers=tuple(call.call for call in calls),
                    said_ns=None if until_ns is None else until_ns - self.within_ns,
                )

    def count_on(self, counted: Iterable[Counted]) -> None:
        """Go on counting; the window is the one that is set now."""
        for each in list(counted)[:MOST_KINDS]:
            if each.said_ns is not None:
                self.silent_until_ns[each.of] = each.said_ns + self.within_ns
            if each.at_ns:
                calls = map(Came, each.at_ns, each.numbers)
                self.calls[each.of] = deque(calls, maxlen=self.settings.many)

    def due_ns(self) -> int | None:
        """When the first kind is armed again."""
        return min(self.silent_until_ns.values(), default=None)

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:
        """Count a call, or arm again."""
        if isinstance(seen, Raised) and seen.kind != self.kind and self.of in {seen.kind, EVERY_CALL}:
            return self._count(seen)
        due_ns = self.due_ns()
        if due_ns is None or now_ns < due_ns:
            return None
        self.silent_until_ns = {kind: until for kind, until in self.silent_until_ns.items() if until > now_ns}
        if self.silent_until_ns:
            return None
        return Finding(verdict=NORMAL, at_ns=now_ns, text="No kind of call comes too often.")

    def _count(self, raised: Raised) -> Finding | None:
        kind = raised.kind
        if self.silent_until_ns.get(kind, raised.at_ns) > raised.at_ns:
            return None
        if kind not in self.calls and len(self.calls) >= MOST_KINDS:
            self.uncounted += 1
            return None
        calls = self.calls.setdefault(kind, deque(maxlen=self.settings.many))
        calls.append(Came(raised.at_ns, raised.call))
        if len(calls) < self.settings.many or raised.at_ns - calls[0].at_ns >= self.within_ns:
            counted = sum(0 <= raised.at_ns - call.at_ns < self.within_ns for call in calls)
            return None if self.silent_until_ns else self._normal(raised, counted)
        self.silent_until_ns[kind] = raised.at_ns + self.within_ns
        del self.calls[kind]  # none of them is within the window when it is armed again
        return self._found(kind, tuple(calls))

    def _normal(self, raised: Raised, counted: int) -> Finding:
        times = "once" if counted == 1 else f"{counted} times"
        return Finding(
            verdict=NORMAL,
            at_ns=raised.at_ns,
            text=f"{raised.kind} was called {times} within {self.settings.within}.",
            value=float(counted),
            limit=float(self.settings.many),
            unit="calls",
        )

    def _found(self, kind: str, calls: tuple[Came, ...]) -> Finding:
        first_ns, last_ns = calls[0].at_ns, calls[-1].at_ns
        minutes = [to_s(call.at_ns - first_ns) / 60.0 for call in calls]
        listed = [f"{call.call} ({at:.0f})" for call, at in zip(calls[1:], minutes[1:], strict=True)]
        evidence = ", ".join([f"{calls[0].call} (at 0 min)", *listed])
        often = f"{len(calls)} times in {minutes[-1]:.0f} min"
        return Finding(
            verdict=ABNORMAL,
            at_ns=last_ns,
            onset_ns=min(first_ns, last_ns),
            text=f"{kind} was called {often}: calls {evidence}; look for the cause.",
            value=float(len(calls)),
            limit=float(self.settings.many),
            unit="calls",
        )
