"""What a target is: a border, the bytes that reach it, and real ones to begin with."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge_agent import config
from edge_agent.andon.legend import Sign
from edge_agent.config import Config
from edge_agent.observations import CycleEnd, Pull, Reading
from edge_agent.standard import NS_PER_S
from edge_agent.station.station import Station
from tests.bench_station import written

BEGUN_NS = 10 * NS_PER_S  # the lamp test is over
UNTOUCHED = frozenset({Sign.RUNNING, Sign.BLIND})  # what garbage may leave of a green lamp


@dataclass(frozen=True)
class Target:
    """`one` takes any bytes and returns; whatever it raises is a finding. `seeds` are real, whole inputs."""

    name: str
    border: str
    one: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


@functools.cache
def shared() -> Path:
    """A folder in memory where there is one: inputs that must be files cost no disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made inside
    folder = tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory if memory.is_dir() else None)
    FOLDERS.append(folder)
    return Path(folder.name)


FOLDERS: list[tempfile.TemporaryDirectory[str]] = []
"""Held until the process ends, and removed with it."""


@functools.cache
def configured() -> Config:
    """A station with a press, a cord, a reset button and a bore gauge."""
    return config.load(written(shared(), port=Path("/dev/null")))


def green() -> Station:
    """A station that runs inside its standard, at `BEGUN_NS`."""
    station = configured().made(None, "fuzz")
    station.begin(0)
    station.step(CycleEnd(BEGUN_NS, "press"), BEGUN_NS)
    station.step(Reading(BEGUN_NS, "gauge", "bore_mm", 25.0), BEGUN_NS)
    must(station.stack(BEGUN_NS).sign is Sign.RUNNING, "the station does not even begin green")
    return station


def stopped() -> Station:
    """A station whose cord was pulled and whose fixed position has passed: the line is stopped."""
    station = green()
    station.step(Pull(BEGUN_NS, "cord", "help"), BEGUN_NS)
    station.step(None, after(150))
    must(station.stack(after(150)).line_stop, "the station does not even begin stopped")
    return station


def after(seconds: float) -> int:
    """An instant so long after the beginning."""
    return BEGUN_NS + round(seconds * NS_PER_S)


def must(holds: bool, what: str) -> None:
    """Say what does not hold."""
    if not holds:
        raise AssertionError(what)
