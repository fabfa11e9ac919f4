"""A gauge that gives the same reading for ever: a fault of the sensor, never of the process."""

from __future__ import annotations

from typing import Annotated

import msgspec

from edge_agent.detect import rule, sample
from edge_agent.detect.rule import NORMAL, UNKNOWN, Finding
from edge_agent.observations import Reading, Seen
from edge_agent.standard import Workplace

LEARNED = 100  # readings from which is learned how often this gauge changes: its mean run is then known to a tenth


class Settings(rule.Settings, tag="stuck", frozen=True, kw_only=True):
    """Stuck after `many` times as many equal readings as are usual for this gauge."""

    many: Annotated[
        int, msgspec.Meta(ge=5, le=100_000, description="equal readings in a row, in mean runs of equal readings")
    ] = 30


class Stuck(rule.Detector[Settings]):
    """The reading has not changed for `many` readings: UNKNOWN until it does.

    A coarse gauge repeats itself when it is well. So the first 100 readings say how many equal ones in a row are
    usual (readings / changes), and `many` counts in these: a fine gauge is stuck after 30 readings, one that
    changes every third time after 90. By chance, the run of an independent gauge grows to 30 mean runs less than once
    in 1e12 readings (geometric runs). One that never changed in its first 100 readings is stuck then. Not on by itself:
    a tester that always answers 0.0 is well. Onset is the first of the equal readings; any other value clears it.

    >>> from edge_agent.observations import Source
    >>> from edge_agent.standard import Standard
    >>> gauge = Source(name="gauge", sees="reading", characteristic="bore_mm")
    >>> detector = Stuck(Settings(), Workplace(standard=Standard(standard_cycle_s=50.0), sources=(gauge,)), "gauge")
    >>> for number in range(130):
    ...     finding = detector.step(Reading(number, "gauge", "bore_mm", 25.0 + 0.001 * min(number, 100)), number)
    >>> finding.text
    'gauge has read 25.1 for 30 readings; usually it changes after 1.'
    """

    SETTINGS = Settings
    JUDGES = "sensor"
    FAMILY = "abnormality"
    FAULT = True

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.readings = self.changes = 0
        self.restart(0)

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Count anew; how often it usually changes stays known."""
        self.value: float | None = None
        self.first_ns = self.run = 0

    @property
    def usual_run(self) -> float:
        """Equal readings in a row that are usual."""
        return self.readings / (self.changes + 1)

    @property
    def limit(self) -> float:
        """Equal readings in a row from which on it is stuck."""
        if not self.changes:
            return float(LEARNED)
        if self.readings < LEARNED:
            return float(LEARNED + self.settings.many)  # not yet known: beyond reach
        return self.settings.many * self.usual_run

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:  # noqa: ARG002 - no timers here
        """Take one reading."""
        if not isinstance(seen, Reading) or seen.sensor != self.of or sample.value(seen, seen.characteristic) is None:
            return None
        changed = seen.value != self.value
        if changed:
            self.value, self.first_ns, self.run = seen.value, seen.at_ns, 0
        self.run += 1
        if self.readings < LEARNED:
            self.changes += changed and self.readings > 0
            self.readings += 1
        stuck = self.run >= self.limit
        usual = f"usually it changes after {self.usual_run:.3g}" if self.changes else "it has never changed"
        return Finding(
            verdict=UNKNOWN if stuck else NORMAL,
            at_ns=seen.at_ns,
            onset_ns=min(self.first_ns, seen.at_ns) if stuck else None,
            text=f"{self.of} has read {seen.value:g} for {self.run} readings; {usual}."
            if stuck
            else f"{self.of} changes.",
            value=float(self.run),
            limit=self.limit,
            unit="readings",
        )

    def relearn(self) -> None:
        """Learn anew how often it changes."""
        self.readings = self.changes = 0
