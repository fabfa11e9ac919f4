"""A sensor that should be heard and is not: a fault of the sensor, never of the process."""

from __future__ import annotations

from typing import Annotated

import msgspec

from edge_agent.detect import rule
from edge_agent.detect.rule import NORMAL, UNKNOWN, Finding
from edge_agent.observations import Cycle, CycleEnd, CycleStart, Heard, Judged, Reading, Seen, Unreadable
from edge_agent.standard import Span, Workplace, to_ns

WORK = (CycleStart, CycleEnd, Cycle)
SPOKEN = (*WORK, Reading, Judged, Heard)
PARTS = (Cycle, Reading, Judged)  # what shows that one more part went through


class Settings(rule.Settings, tag="silent", frozen=True, kw_only=True):
    """Silent after `parts` seen by other sensors, or after `after` where that is set or the sensor is polled."""

    parts: Annotated[int, msgspec.Meta(ge=2, le=1000, description="parts others saw and this one did not")] = 5
    unreadable: Annotated[int, msgspec.Meta(ge=1, le=1000, description="unreadable lines in a row")] = 5
    after: Annotated[Span | None, msgspec.Meta(description="time without a sound; none unless polled")] = None


class Silent(rule.Detector[Settings]):
    """No sound from the sensor although there should be: it says UNKNOWN until the sensor speaks again.

    Three grounds. Others saw `parts` parts since this one last spoke: a gauge that is dead while cycles go
    on, or a cycle sensor that is dead while the gauge measures. A polled sensor, or one with `after`, was not
    heard in time, planned time left out: a machine may be switched off with its sensors. Or `unreadable` lines in a
    row said nothing. A lone cycle sensor without `after` cannot be told from a stopped machine: that is `no_cycle`,
    and it says so.

    >>> from edge_agent.observations import Source
    >>> from edge_agent.standard import Standard
    >>> gauge = Source(name="gauge", sees="reading", characteristic="bore_mm", heard_within_s=5.0)
    >>> detector = Silent(Settings(), Workplace(standard=Standard(standard_cycle_s=50.0), sources=(gauge,)), "gauge")
    >>> detector.restart(0)
    >>> detector.step(None, detector.due_ns()).text
    'Nothing heard from gauge for 5 s.'
    """

    SETTINGS = Settings
    JUDGES = "sensor"
    FAMILY = "abnormality"
    FAULT = True

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        source = next(source for source in workplace.sources if source.name == of)
        self.within_ns: int | None = None
        if settings.after is not None:
            self.within_ns = settings.after.ns(workplace.standard.pace_s)
        elif source.heard_within_s is not None:
            self.within_ns = to_ns(source.heard_within_s)
        self.counted = PARTS if source.sees == "reading" else (Reading, Judged)
        self.heard_ns: int | None = None
        self.missed: dict[str, int] = {}  # parts each other sensor has seen since this one spoke
        self.garbled = 0
        self.silent = self.resting = False

    def due_ns(self) -> int | None:
        """When it should have been heard again."""
        if self.within_ns is None or self.heard_ns is None or self.silent or self.resting:
            return None
        return self.heard_ns + self.within_ns

    def heeds(self, kind: type[Seen], subjects: tuple[str | None, str | None]) -> bool:  # noqa: ARG002 - all of them
        """Whoever speaks: others tell that this one does not."""
        return True

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:
        """Note who speaks."""
        if seen is None:
            return self._late(now_ns)
        sensor = getattr(seen, "sensor", None)
        if sensor == self.of:
            return self._spoke(seen)
        if isinstance(seen, self.counted) and not self.silent:
            return self._others_spoke(str(sensor), seen.at_ns)
        return None

    def _spoke(self, seen: Seen) -> Finding | None:
        if isinstance(seen, Unreadable):
            self.garbled += 1
            text = f"{self.of} sent {self.garbled} lines in a row that nobody can read, such as {seen.raw!r}."
            too_many = self.garbled >= self.settings.unreadable and not self.silent
            return self._lost(seen.at_ns, text) if too_many else None
        if not isinstance(seen, SPOKEN):
            return None
        self.heard_ns, self.garbled, self.silent = seen.at_ns, 0, False
        self.missed.clear()
        return Finding(verdict=NORMAL, at_ns=seen.at_ns, text=f"{self.of} is heard.")

    def _others_spoke(self, sensor: str, at_ns: int) -> Finding | None:
        count = self.missed[sensor] = self.missed.get(sensor, 0) + 1
        if count < self.settings.parts:
            return None
        return self._lost(at_ns, f"{sensor} saw {count} parts since {self.of} was last heard.")

    def _late(self, now_ns: int) -> Finding | None:
        due_ns = self.due_ns()
        if due_ns is None or self.within_ns is None or now_ns < due_ns:
            return None
        return self._lost(now_ns, f"Nothing heard from {self.of} for {self.within_ns / 1e9:g} s.")

    def _lost(self, at_ns: int, text: str) -> Finding:
        self.silent = True
        return Finding(verdict=UNKNOWN, at_ns=at_ns, onset_ns=self.heard_ns, text=text)

    def restart(self, now_ns: int) -> None:
        """Begin to listen anew from now."""
        self.heard_ns, self.garbled, self.silent = now_ns, 0, False
        self.missed.clear()

    def rest(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Let silence count for nothing: the machine may stand or be switched off."""
        self.resting = True

    def wake(self, now_ns: int) -> None:
        """Wait from now on: whoever spoke last before the break has its time anew."""
        self.resting, self.heard_ns = False, now_ns
