"""What stands between a finding and a call: a gap that must stand so long, or be gone so long, or so far, to count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from edge_agent.detect.rule import ABNORMAL, UNKNOWN, Detector, Finding


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that is acted on at `due_ns` (CLOCK_MONOTONIC), unless the detector takes it back before."""

    detector: str
    finding: Finding
    due_ns: int

    def moved(self, by_ns: int) -> Waiting:
        """The same `by_ns` later: on another boot's clock, or after time that does not count."""
        return Waiting(detector=self.detector, finding=self.finding.moved(by_ns), due_ns=self.due_ns + by_ns)


class Gate:
    """On-delay, off-delay and deadband of each detector, as alarms have them (ISA-18.2); one answer a detector waits.

    On-delay: a gap counts once it has stood so long; its onset stays the true one. Off-delay: it is over once it has
    been gone so long. Deadband: it is over once the value is so far back inside the limit. An answer that nothing
    holds up is acted on at once.
    """

    def __init__(self, waiting: Iterable[Waiting] = ()) -> None:
        self.waiting = {each.detector: each for each in waiting}

    def take(self, detector: Detector[Any], finding: Finding, *, stands: bool, pace_s: float) -> Finding | None:
        """The finding to act on now; None where it waits, or changes nothing.

        Args:
            stands: whether the gap counts already: a call is open, or it was recorded.
            pace_s: what one takt means in a delay, in seconds.
        """
        settings, name = detector.settings, detector.name
        if finding.verdict is UNKNOWN:  # neither seen to go on nor to end
            return None
        gap = finding.verdict is ABNORMAL or (stands and _near(finding, settings.deadband))
        if gap is stands:
            self.forget(name)
            return None
        delay = settings.on_delay if gap else settings.off_delay
        if delay is None:
            return finding
        before = self.waiting.get(name)
        if before is None:
            self.waiting[name] = Waiting(detector=name, finding=finding, due_ns=finding.at_ns + delay.ns(pace_s))
        else:
            newer = msgspec.structs.replace(finding, onset_ns=before.finding.onset_ns)
            self.waiting[name] = msgspec.structs.replace(before, finding=newer)
        return None

    def due_ns(self, asked: Callable[[str], bool]) -> int | None:
        """When the first of those whose detector is `asked` has waited long enough."""
        if not self.waiting:
            return None
        return min((each.due_ns for each in self.waiting.values() if asked(each.detector)), default=None)

    def late(self, now_ns: int, asked: Callable[[str], bool]) -> Iterator[tuple[str, Finding]]:
        """Those that have waited long enough by `now_ns`, with the detector's name; true since their time was over."""
        for each in sorted(self.waiting.values(), key=lambda one: one.due_ns):
            if each.due_ns <= now_ns and asked(each.detector):
                self.forget(each.detector)
                yield each.detector, msgspec.structs.replace(each.finding, at_ns=each.due_ns)

    def forget(self, detector: str) -> None:
        """Let nothing of it wait: it was taken back, or the detector begins anew."""
        self.waiting.pop(detector, None)

    def rested(self, detector: str, for_ns: int) -> None:
        """Let what waits wait on after planned time, which does not count."""
        if detector in self.waiting:
            self.waiting[detector] = self.waiting[detector].moved(for_ns)


def _near(finding: Finding, deadband: float | None) -> bool:
    """Whether a value is back inside its upper limit, but not by the deadband."""
    if deadband is None or finding.value is None or finding.limit is None:
        return False
    return finding.value > finding.limit - deadband
