"""From a history and what was found in it to the panels of a run chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from edge_agent import detect
from edge_agent.detect.block import Cycles
from edge_agent.detect.cycle_overrun import CycleOverrun
from edge_agent.detect.sample import unit_of
from edge_agent.detect.short_cycle import ShortCycle
from edge_agent.events import CallRaised, Event, FindingObserved
from edge_agent.recording import RecordingError
from edge_agent.run_chart import Finding, Line, Panel, Stroke, drawn
from edge_agent.standard import NS_PER_S, to_s
from edge_agent.tune.history import History, Series, on_axis

if TYPE_CHECKING:
    from edge_agent.config import Config


def draw(config: Config, history: History, said: Iterable[Event], path: Path, recording: Path) -> None:
    """Write the run chart of `history` with what `said` found into the file at `path`.

    Raises:
        RecordingError: there is nothing to draw, or the file cannot be written.
    """
    found = list(findings(on_axis(history, said)))
    shown = list(panels(config, history, found))
    if not shown:
        message = f"{recording}: no cycle and no reading, so there is nothing to draw"
        raise RecordingError(message)
    length = f"{history.length_s / 3600.0:,.1f} h of {recording.name}, with the settings of {config.path.name}"
    try:
        path.write_text(drawn(f"{config.station.name}: run chart", length, shown, history.length_s), encoding="utf-8")
    except OSError as error:
        message = f"{path} cannot be written: {(error.strerror or str(error)).lower()}; name another file"
        raise RecordingError(message) from error


def findings(said: Iterable[tuple[float, Event]]) -> Iterator[tuple[str, Finding]]:
    """What was called or observed, with the sensor or characteristic it belongs to."""
    for at_s, event in said:
        match event.data:
            case CallRaised(kind=kind, source=source):
                yield source.partition(":")[2] or source, Finding(at_s, kind, called=True)
            case FindingObserved(kind=kind, verdict="abnormal", measured=measured):
                yield measured.detector.partition(":")[2], Finding(at_s, kind, called=False)


def panels(config: Config, history: History, found: list[tuple[str, Finding]]) -> Iterator[Panel]:
    """Cycles first, then each characteristic; calls of people belong to the first panel."""
    drawn_of = [*history.cycles, *history.readings]
    homes = {of: of for of in drawn_of}
    for of, series in history.cycles.items():
        mine = tuple(finding for home, finding in found if homes.get(home, drawn_of[0]) == of)
        yield Panel(f"cycle times of '{of}'", "s", series.at_s, series.values, cycle_lines(config, series), mine)
    for of, series in history.readings.items():
        mine = tuple(finding for home, finding in found if homes.get(home, drawn_of[0]) == of)
        yield Panel(of, unit_of(of), series.at_s, series.values, specification(config, of), mine)


def cycle_lines(config: Config, series: Series) -> tuple[Line, ...]:
    """Standard, takt, and the limits on single cycles as they stand once their baselines are learned."""
    standard = config.standard
    lines = [Line("standard", standard.standard_cycle_s, "target")]
    if standard.takt_s is not None:
        lines.append(Line("takt", standard.takt_s, "pace"))
    lengths_ns = np.round(series.values * NS_PER_S).astype(np.int64)
    for settings, of in config.watches():
        detector = detect.build(settings, config.workplace(), of)
        if isinstance(detector, (CycleOverrun, ShortCycle)) and of == series.of:
            detector.scan(Cycles.from_durations(of, lengths_ns[: detector.settings.baseline]))
            name = "too long" if isinstance(detector, CycleOverrun) else "too short"
            lines.append(Line(name, round(to_s(detector.limit_ns), 1), "limit"))
    return tuple(lines)


def specification(config: Config, of: str) -> tuple[Line, ...]:
    """Nominal and specification limits, those there are."""
    limits = config.workplace().characteristic(of)
    lines: tuple[tuple[str, float | None, Stroke], ...] = (
        ("nominal", limits.nominal, "target"),
        ("lower", limits.lower, "limit"),
        ("upper", limits.upper, "limit"),
    )
    return tuple(Line(name, value, stroke) for name, value, stroke in lines if value is not None)
