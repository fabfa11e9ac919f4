"""A contact that chatters: more cycles in a moment than can be; a fault of the sensor, never of the process."""

from __future__ import annotations

from collections import deque
from typing import Annotated

import msgspec

from edge_agent.detect import rule
from edge_agent.detect.rule import NORMAL, UNKNOWN, Finding
from edge_agent.observations import Cycle, CycleStart, Seen
from edge_agent.standard import NS_PER_S, Span, Workplace

FASTER = 6  # times the standard: a machine that ends and begins cycles this fast is none
CALM = 10  # times `within` without a sign, and it is well again: a stoppage after it must still be called
MOST = 10_000  # signs kept; reached only by a standard cycle under a millisecond for each second of `within`


class Settings(rule.Settings, tag="chatter", frozen=True, kw_only=True):
    """More than `many` within `within`; where the standard is so short, more than six times what it allows."""

    many: Annotated[int, msgspec.Meta(ge=2, le=1000, description="starts and ends of cycles")] = 6
    within: Annotated[Span, msgspec.Meta(description="time in which they are counted")] = Span(1, "s")


class Chatter(rule.Detector[Settings]):
    """More starts and ends of cycles in a moment than the work can make: UNKNOWN until it is calm.

    What passes the debounce and still bounces would be counted as parts made. False alarms: none where no work is
    six times as fast as the standard. Onset is the first sign of the burst, the delay at most `within`; it
    clears with the first sign after the burst, or after ten times `within` without any.

    >>> from edge_agent.standard import Standard
    >>> detector = Chatter(Settings(), Workplace(standard=Standard(standard_cycle_s=50.0)), "press")
    >>> for number in range(7):
    ...     finding = detector.step(CycleStart(number * 10_000_000, "press"), number * 10_000_000)
    >>> finding.text
    'press chatters: 7 starts and ends of cycles within 1s.'
    """

    SETTINGS = Settings
    JUDGES = "cycle"
    FAMILY = "abnormality"
    FAULT = True

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.within_ns = settings.within.ns(workplace.standard.pace_s)
        standard_s = workplace.standard.standard_cycle_s
        possible = int(min(FASTER * self.within_ns / NS_PER_S / standard_s, MOST - 1))
        self.most = max(settings.many, possible)
        self.signs_ns: deque[int] = deque(maxlen=self.most + 1)
        self.chattering = False

    def due_ns(self) -> int | None:
        """When it has been calm for long enough."""
        return self.signs_ns[-1] + CALM * self.within_ns if self.chattering else None

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:
        """Count signs of work."""
        if isinstance(seen, (Cycle, CycleStart)) and seen.sensor == self.of:
            return self._count(seen.at_ns)
        due_ns = self.due_ns()
        if due_ns is None or now_ns < due_ns:
            return None
        self.restart(now_ns)
        return Finding(verdict=NORMAL, at_ns=now_ns, text=f"{self.of} is calm again.")

    def _count(self, at_ns: int) -> Finding:
        if self.signs_ns and at_ns < self.signs_ns[-1]:
            self.signs_ns.clear()  # the clock has stepped back: what was counted is of another time
        while self.signs_ns and at_ns - self.signs_ns[0] >= self.within_ns:
            self.signs_ns.popleft()
        self.signs_ns.append(at_ns)
        recent = len(self.signs_ns)
        self.chattering = recent > self.most
        return Finding(
            verdict=UNKNOWN if self.chattering else NORMAL,
            at_ns=at_ns,
            onset_ns=self.signs_ns[0] if self.chattering else None,
            text=f"{self.of} chatters: {recent} starts and ends of cycles within {self.settings.within}."
            if self.chattering
            else f"{self.of} does not chatter.",
            value=float(recent),
            limit=float(self.most),
            unit="signs",
        )

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Count anew."""
        self.signs_ns.clear()
        self.chattering = False
