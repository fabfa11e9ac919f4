"""A recording, a configuration and a wanted rate of false calls become advice on every detector."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from edge_agent import rerun
from edge_agent.events import CallRaised, Event, FindingObserved
from edge_agent.kind import kind_of
from edge_agent.recording import RecordingError
from edge_agent.rerun import Step
from edge_agent.tune.advise import Case, advise
from edge_agent.tune.history import History, gathered, on_axis
from edge_agent.tune.records import FEWEST, FIRM, MOST_TOLD, Advice, Left, Raised, Tuning, Wanted

if TYPE_CHECKING:
    from edge_agent.config import Config

USUAL_SHIFT = 480.0  # cycles: eight hours of one a minute
RATE = re.compile(r"\s*(\d{1,6}(?:\.\d+)?)\s+in\s+(\d{1,6}(?:\.\d+)?)\s+shifts?\s*")

Steps = Callable[[], Iterable[Step]]


def wanted(text: str, config: Config, shift_cycles: float | None) -> Wanted:
    """The rate as people write it, `1 in 20 shifts`, with the cycles of a shift: given, of the calendar, or 480.

    Raises:
        ValueError: it is not written like that.
    """
    match = RATE.fullmatch(text)
    calls, shifts = (float(match[1]), float(match[2])) if match else (0.0, 0.0)
    if not (calls > 0 and shifts > 0):
        message = f"{text!r} is no rate of false calls; write it like '1 in 20 shifts'"
        raise ValueError(message)
    cycles, source = cycles_of_a_shift(config, shift_cycles)
    return Wanted(calls=calls, shifts=shifts, shift_cycles=cycles, shift_from=source)


def cycles_of_a_shift(config: Config, given: float | None) -> tuple[float, str]:
    """How many cycles a shift has, and who says so."""
    if given is not None:
        return given, "as given"
    each = [shift.demand or shift.available_s / config.standard.pace_s for shift in config.shifts]
    if each:
        return sum(each) / len(each), "by [[shift]]"
    return USUAL_SHIFT, "8 h of one a minute, for want of [[shift]]"


def tune(config: Config, path: Path, steps: Steps, aim: Wanted) -> tuple[Tuning, History]:
    """Advice on every detector of `config`, and what it was taken from.

    Args:
        path: what the recording is called, for complaints.
        steps: gives the recording from its beginning each time it is called.

    Raises:
        RecordingError: it cannot be read, or is too short to say anything.
    """
    history = gathered(steps(), config.workplace(), config.plan())
    cycles = sum(len(series) for series in history.cycles.values())
    readings = sum(len(series) for series in history.readings.values())
    judged = max((len(series) for series in history.parts.values()), default=0)
    if max(cycles, judged) < FEWEST:
        counted = f"{cycles} cycles and {readings} readings"
        message = f"{path}: {counted} are too few: {FEWEST} are needed to say what is usual, {FIRM} for a limit"
        raise RecordingError(message)
    advice, left = advised(config, history, aim)
    advice, left = with_raised(config, path, steps, history, advice, left)
    smallest = min((each.usual.count for each in advice if each.usual), default=max(cycles, judged))
    tuning = Tuning(
        station=config.station.name,
        recording=str(path),
        length_s=history.length_s,
        cycles=cycles,
        readings=readings,
        wanted=aim,
        advice=tuple(advice),
        left=left,
        provisional=smallest < FIRM,
    )
    return tuning, history


def advised(config: Config, history: History, aim: Wanted) -> tuple[list[Advice], dict[str, Left]]:
    """Advice where there is any, and why there is none elsewhere; on the detectors of the file, in its order."""
    advice: list[Advice] = []
    left: dict[str, Left] = {}
    watches = config.watches()[: len(config.detectors)]
    for index, (settings, of) in enumerate(watches):
        case = Case(settings, of, index, config.workplace(), history, aim.between)
        found = advise(case)
        if isinstance(found, Advice):
            advice.append(found)
        else:
            left[case.name] = Left(why=found)
    return advice, left


def with_raised(
    config: Config, path: Path, steps: Steps, history: History, advice: list[Advice], left: dict[str, Left]
) -> tuple[list[Advice], dict[str, Left]]:
    """The same with what the recording would have raised, by living through it with both settings."""
    now = raised(on_axis(history, rerun.events(config, steps(), path)))
    changes = any(each.changed for each in advice)
    other = tuned(config, advice)
    then = raised(on_axis(history, rerun.events(other, steps(), path))) if changes else now
    none = Raised(count=0, at_s=())
    replace = msgspec.structs.replace
    return (
        [
            replace(each, raised_now=now.get(each.detector, none), raised_then=then.get(each.detector, none))
            for each in advice
        ],
        {name: replace(each, raised=now.get(name, none)) for name, each in left.items()},
    )


def tuned(config: Config, advice: Iterable[Advice]) -> Config:
    """The configuration with every proposal taken."""
    detectors = list(config.detectors)
    for each in advice:
        detectors[each.index] = msgspec.structs.replace(detectors[each.index], **each.changed)
    return msgspec.structs.replace(config, detectors=tuple(detectors))


def raised(said: Iterable[tuple[float, Event]]) -> dict[str, Raised]:
    """By detector, each gap that was called, or noted where the detector only observes."""
    found: dict[str, list[float]] = {}
    counts: dict[str, int] = {}
    for at_s, event in said:
        detector = gap_of(event)
        if detector is not None:
            counts[detector] = counts.get(detector, 0) + 1
            if counts[detector] <= MOST_TOLD:
                found.setdefault(detector, []).append(at_s)
    return {detector: Raised(count=count, at_s=tuple(found[detector])) for detector, count in counts.items()}


def gap_of(event: Event) -> str | None:
    """The detector whose gap this event opens; None for any other event."""
    match event.data:
        case CallRaised(measured=measured) if measured is not None:
            return measured.detector
        case FindingObserved(verdict="abnormal", measured=measured):
            return measured.detector
    return None


def names(config: Config) -> Iterator[str]:
    """The detectors of the file, as findings name them."""
    for settings, of in config.watches()[: len(config.detectors)]:
        yield f"{kind_of(type(settings))}:{of}"
