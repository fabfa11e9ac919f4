"""The figures as Markdown tables for the folder of the detectors, and back again for the test that holds them true."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

from edge_agent.detect import BY_SETTINGS, DETECTORS
from edge_agent.detect.rule import Settings
from edge_agent.kind import kind_of
from tests.simulation.streams import CYCLES, READINGS, Stream
from tests.simulation.trials import LEARNED, SHIFT, SHIFTS, Trial, delays, false_calls

README = Path(__file__).parents[2] / "edge_agent" / "detect" / "README.md"
MARKS = re.compile(r"(?<=<!-- generated: simulation -->\n).*?(?=<!-- /generated -->)", re.DOTALL)
SEED = 20_240_229
RUNS = 100  # of 20 shifts each: standard error 0.1 where calls come by chance, once in 20 shifts
DELAYS = 100  # runs of each change: the median is known to a tenth or two; all of it takes some minutes
LINE = 118  # characters of a line of prose in our documents
PROCESSES = 2  # a small machine; the figures do not depend on it
BOUND = 3.0  # false calls in 20 shifts on well-behaved data; one is meant
WIDER = {"short_cycle": 10.0}  # the logarithm of a gamma leans to the short side: its 4-sigma limit is met more often
WELL_BEHAVED = ("lognormal, CV 10 %", "gamma, CV 10 %", "normal")
NEEDS_OTHERS = {"repeat", "silent"}  # judge calls, or one sensor by what others saw: no single series shows them


class Size(NamedTuple):
    """How much is simulated."""

    calls: int = RUNS
    delays: int = DELAYS
    seed: int = SEED


def watches(stream: Stream) -> list[Settings]:
    """The settings, all by default, of every detector that has something to judge on a stream."""
    judged = ("cycle", "series", "sensor") if stream in CYCLES else ("characteristic", "series", "sensor")
    return [
        each.SETTINGS() for each in DETECTORS if each.JUDGES in judged and kind_of(each.SETTINGS) not in NEEDS_OTHERS
    ]


def lit(settings: Settings) -> bool:
    """Whether a detector lights the lamp by default."""
    return settings.mode == "light"


def run(size: Size, work: tuple[Settings, Stream]) -> Trial:
    """One detector on one stream."""
    settings, stream = work
    calls = false_calls(settings, stream, size.seed, size.calls)
    fault = BY_SETTINGS[type(settings)].FAULT
    waited = () if fault else delays(settings, stream, size.seed, size.delays)
    return Trial(kind_of(type(settings)), stream.name, calls, waited)


def run_all(size: Size, streams: Sequence[Stream]) -> list[Trial]:
    """Every detector on every stream."""
    work = [(settings, stream) for stream in streams for settings in watches(stream)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        return list(pool.map(partial(run, size), work))


def table(title: str, streams: Sequence[Stream], trials: Sequence[Trial]) -> str:
    """One sort of stream: a row a stream and a row each of its changes, a column a detector that ever called."""
    kinds = list(dict.fromkeys(trial.kind for trial in trials if not trial.silent))
    never = [f"`{kind}`" for kind in dict.fromkeys(trial.kind for trial in trials) if kind not in kinds]
    found = {(trial.kind, trial.stream): trial for trial in trials}
    lines = [f"| {title} | {' | '.join(f'`{kind}`' for kind in kinds)} |", "|---" * (len(kinds) + 1) + "|"]
    for stream in streams:
        row = [found[kind, stream.name] for kind in kinds]
        lines.append(f"| **{stream.name}**: false calls | {' | '.join(str(trial.calls) for trial in row)} |")
        for number, change in enumerate(stream.changes):
            cells = [str(trial.delays[number]) if trial.delays else "" for trial in row]
            lines.append(f"| {change.name}: delay | {' | '.join(cells)} |")
    said = f"No call at all on {title}: {', '.join(never)}." if never else ""
    return "\n".join((*lines, "", *wrap(said, LINE)))


def text(size: Size) -> str:
    """Everything between the marks of the README."""
    cycles, readings = run_all(size, CYCLES), run_all(size, READINGS)
    observing = [f"`{kind_of(each.SETTINGS)}`" for each in DETECTORS if not lit(each.SETTINGS())]
    said = (
        f"Calls in {SHIFTS} shifts of {SHIFT} cycles in which nothing is wrong: mean of {size.calls} runs ± its "
        f"standard error. Cycles from a lasting change to its call: median of {size.delays} runs ± its standard "
        f"error; where less than half of the runs find it within a shift, the share that does. All settings are the "
        f"defaults; every run learns its baseline from its own first {LEARNED} values. Only observing by default: "
        f"{', '.join(observing) or 'none'}. Seed {size.seed}; written by `python -m tests.simulation --write`."
    )
    parts = (*wrap(said, LINE), "", table("cycles", CYCLES, cycles), "", table("readings", READINGS, readings), "")
    return "\n".join(parts)


def write(size: Size) -> None:
    """Put the tables into the README.

    Raises:
        ValueError: where the README has no place for them.
    """
    made = text(size)
    old = README.read_text(encoding="utf-8")  # only now: the tables take minutes, and others may have written meanwhile
    if MARKS.search(old) is None:
        message = f"{README.name} has no marks; write <!-- generated: simulation --> and <!-- /generated --> in it"
        raise ValueError(message)
    README.write_text(MARKS.sub(lambda _: made, old), encoding="utf-8")


def written() -> dict[tuple[str, str], tuple[float, float]]:
    """False calls and their standard error as the README has them, by detector and stream; none that never called."""
    place = MARKS.search(README.read_text(encoding="utf-8"))
    figures: dict[tuple[str, str], tuple[float, float]] = {}
    kinds: list[str] = []
    for line in place[0].splitlines() if place is not None else ():
        first, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells and cells[0].startswith("`"):
            kinds = [cell.strip("`") for cell in cells]
        if first.startswith("**"):
            for kind, cell in zip(kinds, cells, strict=True):
                value, _, error = cell.partition(" ± ")
                figures[kind, first.split("**")[1]] = float(value), float(error or 0.0)
    return figures
