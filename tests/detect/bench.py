"""One press with a gauge, and what they say, written in seconds and millimetres."""

from __future__ import annotations

from typing import Any

from edge_agent.detect import Detector, Finding, Settings, Verdict, build
from edge_agent.observations import Cycle, Reading, Source
from edge_agent.standard import NS_PER_S, Characteristic, Standard, Workplace, to_ns

S = NS_PER_S
WORKPLACE = Workplace(
    standard=Standard(standard_cycle_s=50.0, takt_s=60.0),
    characteristics=(Characteristic(name="bore_mm", lower=24.98, upper=25.02),),
    sources=(
        Source(name="press", sees="cycle"),
        Source(name="gauge", sees="reading", characteristic="bore_mm"),
    ),
)


def made(settings: Settings, of: str = "press") -> Detector[Any]:
    """A detector that has just begun to watch."""
    detector = build(settings, WORKPLACE, of)
    detector.restart(0)
    return detector


def cycle(end_s: float, start_s: float | None = None, *, continues: bool = True) -> Cycle:
    """A finished cycle."""
    return Cycle(to_ns(end_s), "press", None if start_s is None else to_ns(start_s), None, continues, 1)


def reading(value: float, at_s: float = 1.0, good: bool | None = None) -> Reading:
    """A measured bore."""
    return Reading(to_ns(at_s), "gauge", "bore_mm", value, good)


def worked(detector: Detector[Any], *durations_s: float, began_s: float = 0.0) -> list[Finding | None]:
    """What it says to cycles one after another."""
    said, end_s = [], began_s
    for duration_s in durations_s:
        start_s, end_s = end_s, end_s + duration_s
        said.append(detector.step(cycle(end_s, start_s), to_ns(end_s)))
    return said


def measured(detector: Detector[Any], *values: float) -> list[Finding | None]:
    """What it says to readings, one a second."""
    return [detector.step(reading(value, at_s), at_s * S) for at_s, value in enumerate(values)]


def verdict(finding: Finding | None) -> Verdict | None:
    """Its verdict, or None where it said nothing."""
    return None if finding is None else finding.verdict
