"""One stop, one call: which delays are later sights of a stop that is called already, and those told in its call."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from edge_agent.andon.life import Call
from edge_agent.andon.response import Response
from edge_agent.detect.rule import Finding

# An open call, and the delays its stop brings by itself if it lasts. The first one calls (first-out, ISA-18.2).
IMPLIES: dict[str, frozenset[str]] = {
    "cycle_overrun": frozenset({"no_cycle", "behind_takt"}),
    "no_cycle": frozenset({"behind_takt"}),
}


class Folded(msgspec.Struct, frozen=True, kw_only=True):
    """A gap that is told in the call of another detector.

    Args:
        detector: who found it, by name; `kind` of the call it would have been.
        call: the number of the call it is told in.
        finding: as it was when it was folded.
        since_ns: what its response times count from (CLOCK_MONOTONIC), later by planned time; None once somebody came.
    """

    detector: str
    kind: str
    call: int
    finding: Finding
    since_ns: int | None

    def moved(self, by_ns: int) -> Folded:
        """The same on a clock that reads `by_ns` more."""
        since_ns = None if self.since_ns is None else self.since_ns + by_ns
        return msgspec.structs.replace(self, finding=self.finding.moved(by_ns), since_ns=since_ns)

    def rested(self, held_ns: int, now_ns: int) -> Folded:
        """The same after its call was held from `held_ns` to `now_ns`: that time is no waiting."""
        if self.since_ns is None:
            return self
        return msgspec.structs.replace(self, since_ns=self.since_ns + max(0, now_ns - max(held_ns, self.since_ns)))


class Folds:
    """All that is folded, by detector; at most one entry a detector."""

    def __init__(self, kept: Iterable[Folded]) -> None:
        self.known = {each.detector: each for each in kept}

    def of(self, call: int) -> tuple[Folded, ...]:
        """What is told in the call of this number."""
        return tuple(each for each in self.known.values() if each.call == call)

    def answered(self, call: int) -> None:
        """Somebody came for the call, and so for what is told in it."""
        for each in self.of(call):
            self.known[each.detector] = msgspec.structs.replace(each, since_ns=None)

    def restored(self, call: int, stands: Callable[[str], bool]) -> None:
        """Somebody says that work is restored: what is not seen to stand is over with the call."""
        self.answered(call)
        for each in self.of(call):
            if not stands(each.detector):
                del self.known[each.detector]

    def keep(self, detectors: Iterable[str]) -> None:
        """Forget those of rules that the configuration has no more, or that only observe."""
        self.known = {name: self.known[name] for name in detectors if name in self.known}

    def rested(self, call: int, held_ns: int, now_ns: int) -> None:
        """The call was held from `held_ns` to `now_ns`."""
        for each in self.of(call):
            self.known[each.detector] = each.rested(held_ns, now_ns)


def folds(call: Call, kind: str, of: str, response: Response) -> bool:
    """Whether a gap of this `kind`, found on the sensor `of`, is told in an open call instead of being one.

    Only what asks the same people in the same times: a kind that `[[response.call]]` names is always its own call.
    """
    named = any(each.kind == kind for each in response.call)
    same_stop = kind in IMPLIES.get(call.kind, ()) and call.source == f"{call.kind}:{of}"
    return same_stop and not named and response.of(kind) == response.of(call.kind)
