"""What cannot be: readings no part can have, cycles of no length, a time before the last; a fault of the sensor."""

from __future__ import annotations

import math
from typing import Annotated

import msgspec

from edge_agent.detect import rule
from edge_agent.detect.rule import NORMAL, UNKNOWN, Finding
from edge_agent.observations import Cycle, CycleStart, Heard, Judged, Reading, Seen
from edge_agent.standard import Characteristic, Workplace

SPOKEN = (Cycle, CycleStart, Reading, Judged, Heard)


class Settings(rule.Settings, tag="implausible", frozen=True, kw_only=True):
    """The range a reading can have at all: given, or so many specification widths beyond the limits."""

    lowest: Annotated[float | None, msgspec.Meta(description="no reading can be lower")] = None
    highest: Annotated[float | None, msgspec.Meta(description="no reading can be higher")] = None
    widths: Annotated[
        float,
        msgspec.Meta(
            gt=0, le=1e6, description="beyond the limits, in widths of the specification, if no range is given"
        ),
    ] = 10.0
    many: Annotated[int, msgspec.Meta(ge=1, le=1000, description="in a row")] = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lowest is not None and self.highest is not None and self.lowest >= self.highest:
            message = f"lowest = {self.lowest:g} must be below highest = {self.highest:g}"
            raise ValueError(message)


class Implausible(rule.Detector[Settings]):
    """`many` in a row that cannot be: UNKNOWN until the sensor says something that can.

    A reading that is no number, or outside the physical range: `lowest` to `highest`, else ten widths of the
    specification beyond its limits, where it has both. A cycle that lasted no time or less. A time stamp before the
    one before: the sensor's clock has stepped. One or two are counted and told, no more: all detectors ignore
    what is no number or no duration; a number that cannot be is still judged, for a bad part must not pass as a
    faulty gauge. False alarms: none while the process is inside the physical range. Onset is the first of them.

    >>> from edge_agent.observations import Source
    >>> from edge_agent.standard import Standard
    >>> bore = Characteristic(name="bore_mm", lower=24.98, upper=25.02)
    >>> gauge = Source(name="gauge", sees="reading", characteristic="bore_mm")
    >>> standard = Standard(standard_cycle_s=50.0)
    >>> workplace = Workplace(standard=standard, characteristics=(bore,), sources=(gauge,))
    >>> detector = Implausible(Settings(), workplace, "gauge")
    >>> for at_ns in range(3):
    ...     finding = detector.step(Reading(at_ns, "gauge", "bore_mm", 999.9), at_ns)
    >>> finding.text
    'gauge says what cannot be, 3 times in a row: 999.9 is above 25.42.'
    """

    SETTINGS = Settings
    JUDGES = "sensor"
    FAMILY = "abnormality"
    FAULT = True

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.ignored = 0
        self.ranges = {each.name: self._range(each) for each in workplace.characteristics}
        self.restart(0)

    def _range(self, characteristic: Characteristic) -> tuple[float, float]:
        """What a reading can be at all."""
        lowest, highest = self.settings.lowest, self.settings.highest
        lower, upper = characteristic.lower, characteristic.upper
        if lowest is None and highest is None and lower is not None and upper is not None:
            away = self.settings.widths * (upper - lower)
            return lower - away, upper + away
        return -math.inf if lowest is None else lowest, math.inf if highest is None else highest

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Count those in a row anew; how many there were stays."""
        self.run = 0
        self.first_ns = 0
        self.last_ns: int | None = None

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:  # noqa: ARG002 - no timers here
        """Take what the sensor says."""
        if not isinstance(seen, SPOKEN) or seen.sensor != self.of:
            return None
        why = self._why(seen)
        self.last_ns = seen.at_ns
        if not why:
            self.run = 0
            before = f"; {self.ignored} times before it did not" if self.ignored else ""
            return Finding(verdict=NORMAL, at_ns=seen.at_ns, text=f"{self.of} says what can be{before}.")
        self.ignored += 1
        self.run += 1
        if self.run == 1:
            self.first_ns = seen.at_ns
        if self.run < self.settings.many:
            return None
        return Finding(
            verdict=UNKNOWN,
            at_ns=seen.at_ns,
            onset_ns=min(self.first_ns, seen.at_ns),
            text=f"{self.of} says what cannot be, {self.run} times in a row: {why}.",
            value=float(self.run),
            limit=float(self.settings.many),
            unit="times",
        )

    def _why(self, seen: Seen) -> str:
        """Why it cannot be; empty where it can."""
        if self.last_ns is not None and seen.at_ns < self.last_ns:
            return "its time lies before that of the last"
        if isinstance(seen, Cycle) and seen.started_ns is not None and seen.at_ns <= seen.started_ns:
            return "a cycle ended when or before it began"
        if not isinstance(seen, Reading):
            return ""
        if not math.isfinite(seen.value):
            return f"{seen.value:g} is no number"
        lowest, highest = self.ranges.get(seen.characteristic, (-math.inf, math.inf))
        if seen.value > highest:
            return f"{seen.value:g} is above {highest:g}"
        return f"{seen.value:g} is below {lowest:g}" if seen.value < lowest else ""
