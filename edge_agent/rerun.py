"""A recording lived through again: its steps, whichever form it has, and what a station says to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from edge_agent import recording
from edge_agent.events import Event
from edge_agent.events.data import UNDECODABLE
from edge_agent.journal import Reader
from edge_agent.standard import to_ns
from edge_agent.station.memory import Memory

if TYPE_CHECKING:
    from edge_agent.config import Config
    from edge_agent.station.station import Station

SQLITE = b"SQLite format 3\0"  # the first bytes of a journal
LONGEST_STILL_NS = to_ns(31 * 86_400.0)  # a works holiday; a stamp gone bad would be lived through hour by hour
PIECE = 1 << 20  # bytes read at a time where only lines are counted
Step = recording.Begin | recording.Turn


def is_journal(path: Path) -> bool:
    """Whether the file is a journal; anything else is read as text.

    Raises:
        RecordingError: there is no such file.
    """
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except (FileNotFoundError, IsADirectoryError) as error:
        message = f"{path}: {error.strerror}; name a journal (.db) or a file of JSON lines"
        raise recording.RecordingError(message) from error


def steps(path: Path) -> Iterator[Step]:
    """The steps of a recording, a journal or JSON lines, one at a time.

    Raises:
        RecordingError: with file and line, where it cannot be read.
        JournalError: a journal that cannot be read.
    """
    for number, step in enumerate(_decoded(path), start=1):
        seen = step.seen if isinstance(step, recording.Turn) else None
        if seen is not None and abs(seen.at_ns - step.now_ns) > LONGEST_STILL_NS:
            message = f"{path}:{number}: seen more than 31 days before or after it was taken; its time is damaged"
            raise recording.RecordingError(message)
        yield step


def _decoded(path: Path) -> Iterator[Step]:
    """The steps as they are written."""
    if not is_journal(path):
        yield from recording.read(path)
        return
    for number, line in enumerate(_lines(path), start=1):
        try:
            yield recording.DECODE(line)
        except UNDECODABLE as error:
            message = f"{path}: line {number} of the recording: {error}; use the version that recorded it"
            raise recording.RecordingError(message) from error


def count(path: Path) -> int:
    """How many steps the recording has, without reading what they say.

    Raises:
        RecordingError: there is no such file.
    """
    if is_journal(path):
        return sum(1 for _ in _lines(path))
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(PIECE), b""))


def _lines(path: Path) -> Iterator[bytes]:
    """The recording in a journal, line by line."""
    reader = Reader(path)
    try:
        yield from reader.turns()
    finally:
        reader.close()


def events(config: Config, seen: Iterable[Step], path: Path) -> Iterator[Event]:
    """What a station of this configuration records of these steps; each `begin` makes it anew.

    Raises:
        RecordingError: a step that such a station cannot take; `path` is named with the number of the step.
    """
    station, before_ns = None, 0
    known = {characteristic.name for characteristic in config.characteristics}
    for number, step in enumerate(seen, start=1):
        if isinstance(step, recording.Begin):
            station = begun(config, step, f"{path}:{number}")
            said = station.begin(step.now_ns)
        elif station is None:
            continue  # the beginning of this run was pruned: what it knew is not known any more
        else:
            name = getattr(step.seen, "characteristic", None)
            if name is not None and name not in known:
                message = f"{path}:{number}: a reading of {name!r}, and {config.path} has no such characteristic"
                raise recording.RecordingError(message)
            if step.now_ns - before_ns > LONGEST_STILL_NS:
                message = f"{path}:{number}: more than 31 days after the step before it; a run begins with a `begin`"
                raise recording.RecordingError(message)
            said = station.step(step.seen, step.now_ns)
        before_ns = step.now_ns
        for event in said:
            if event.data.KEPT:
                yield event


def begun(config: Config, begin: recording.Begin, where: str) -> Station:
    """The station as it was when a run began.

    Raises:
        RecordingError: its memory cannot be read.
    """
    try:
        memory = msgspec.json.decode(begin.memory, type=Memory | None)
    except UNDECODABLE as error:
        message = f"{where}: the memory of this run cannot be read: {error}; use the version that recorded it"
        raise recording.RecordingError(message) from error
    return config.made(memory, begin.version)
