"""`edge-agent replay`: what a recording would have said, under this configuration or another."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from edge_agent import recording
from edge_agent.calls import Memory
from edge_agent.events import Event
from edge_agent.journal import Reader
from edge_agent.station import Station
from edge_agent.verbs.arguments import Subparsers, add_verb, loaded

if TYPE_CHECKING:
    from edge_agent.config import Config

SQLITE = b"SQLite format 3\0"  # the first bytes of a journal
ENCODE = msgspec.json.Encoder().encode
Step = recording.Begin | recording.Turn


class Line(msgspec.Struct, frozen=True):
    """An event as `--json` prints it."""

    at_ns: int
    type: str
    data: msgspec.Raw


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "replay",
        "say what a recording would have said",
        "Feed a recording to a station made from a configuration and print its events. The recording is a journal "
        "kept with `[journal] recording_days`, or a file of JSON lines. With --diff, print what another "
        "configuration would have said differently; exit code 1 where it would.",
        config=False,
    )
    parser.add_argument("recording", metavar="RECORDING", type=Path, help="a journal (.db) or a file of JSON lines")
    parser.add_argument("--config", metavar="CONFIG", help="default: ./station.toml, then /etc/edge-agent/station.toml")
    parser.add_argument("--diff", metavar="OTHER", help="another configuration to compare with")
    parser.add_argument("--json", action="store_true", help="one event a line, without ids and wall time")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the events, or what differs."""
    config = loaded(arguments)
    if arguments.diff is None:
        sys.stdout.writelines(written(config, arguments.recording, as_json=arguments.json))
        return 0
    from edge_agent import config as configuration

    other = configuration.load(Path(arguments.diff))
    before = list(written(config, arguments.recording, as_json=arguments.json))
    after = list(written(other, arguments.recording, as_json=arguments.json))
    sys.stdout.writelines(difflib.unified_diff(before, after, str(config.path), str(other.path), n=0))
    return 0 if before == after else 1


def written(config: Config, path: Path, *, as_json: bool) -> Iterator[str]:
    """The recorded events, a line each."""
    for event in events(config, path):
        data = msgspec.Raw(ENCODE(event.data))
        if as_json:
            yield ENCODE(Line(event.at_ns, event.type, data)).decode() + "\n"
        else:
            yield f"{event.at_ns / 1e9:14.3f}  {event.type:<28} {bytes(data).decode()}\n"


def turns(path: Path) -> Iterator[Step]:
    """The steps in a recording, whichever form it has.

    Raises:
        RecordingError: with file and line, where it cannot be read.
    """
    try:
        with path.open("rb") as file:
            is_journal = file.read(len(SQLITE)) == SQLITE
    except (FileNotFoundError, IsADirectoryError) as error:
        message = f"{path}: {error.strerror}; name a journal (.db) or a file of JSON lines"
        raise recording.RecordingError(message) from error
    if not is_journal:
        yield from recording.read(path)
        return
    reader = Reader(path)
    try:
        for number, line in enumerate(reader.turns(), start=1):
            try:
                yield recording.DECODE(line)
            except (msgspec.DecodeError, RecursionError) as error:
                message = f"{path}: line {number} of the recording: {error}; use the version that recorded it"
                raise recording.RecordingError(message) from error
    finally:
        reader.close()


def events(config: Config, path: Path) -> Iterator[Event]:
    """What a station of this configuration says to a recording; each `begin` makes it anew."""
    station = None
    known = {characteristic.name for characteristic in config.characteristics}
    for number, step in enumerate(turns(path), start=1):
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
            said = station.step(step.seen, step.now_ns)
        yield from (event for event in said if event.data.KEPT)


def begun(config: Config, begin: recording.Begin, where: str) -> Station:
    """The station as it was when a run began."""
    try:
        memory = msgspec.json.decode(begin.memory, type=Memory | None)
    except (msgspec.DecodeError, RecursionError) as error:
        message = f"{where}: the memory of this run cannot be read: {error}; use the version that recorded it"
        raise recording.RecordingError(message) from error
    tiers = () if config.stack is None else config.stack.tiers()
    return Station(config.workplace(), config.watches(), config.response, tiers, memory, begin.version)
