"""`edge-agent replay`: what a recording would have said, under this configuration or another."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from edge_agent import rerun
from edge_agent.progress import Progress
from edge_agent.verbs.arguments import Subparsers, add_config_option, add_verb, loaded

if TYPE_CHECKING:
    from edge_agent.config import Config
    from edge_agent.events import Event

ENCODE = msgspec.json.Encoder().encode


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
        "configuration would have said differently; exit code 1 where it would. With --steps, print the recording "
        "itself, for a bug report or a sensor of kind `recording`.",
        config=False,
    )
    parser.add_argument("recording", metavar="RECORDING", type=Path, help="a journal (.db) or a file of JSON lines")
    add_config_option(parser)
    parser.add_argument("--json", action="store_true", help="one event a line, without ids and wall time")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--diff", metavar="OTHER", help="another configuration to compare with")
    instead.add_argument("--plot", metavar="FILE.svg", type=Path, help="draw the run chart instead")
    instead.add_argument(
        "--steps", action="store_true", help="print the recording as JSON lines; needs no configuration"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the events, what differs, or the recording; or draw it."""
    path = arguments.recording
    if arguments.steps:
        sys.stdout.writelines(ENCODE(step).decode() + "\n" for step in rerun.steps(path))
        return 0
    config = loaded(arguments)
    if arguments.plot is not None:
        plot(config, path, arguments.plot)
        return 0
    if arguments.diff is None:
        sys.stdout.writelines(written(rerun.events(config, seen(path), path), as_json=arguments.json))
        return 0
    from edge_agent import config as configuration

    other = configuration.load(Path(arguments.diff))
    before, after = (
        list(written(rerun.events(each, seen(path), path), as_json=arguments.json)) for each in (config, other)
    )
    sys.stdout.writelines(difflib.unified_diff(before, after, str(config.path), str(other.path), n=0))
    return 0 if before == after else 1


def seen(path: Path) -> Iterable[rerun.Step]:
    """The steps of the recording, with a bar where events do not go to the same terminal."""
    progress = Progress("replaying")
    progress.shown = progress.shown and not sys.stdout.isatty()
    if progress.shown:
        progress.total = rerun.count(path)
    return progress.over(rerun.steps(path))


def written(said: Iterable[Event], *, as_json: bool) -> Iterator[str]:
    """The recorded events, a line each."""
    for event in said:
        data = msgspec.Raw(ENCODE(event.data))
        if as_json:
            yield ENCODE(Line(event.at_ns, event.type, data)).decode() + "\n"
        else:
            yield f"{event.at_ns / 1e9:14.3f}  {event.type:<28} {bytes(data).decode()}\n"


def plot(config: Config, path: Path, picture: Path) -> None:
    """Draw what was seen and what would have been said."""
    from edge_agent.tune import charting
    from edge_agent.tune.history import gathered

    history = gathered(seen(path), config.workplace(), config.plan())
    charting.draw(config, history, rerun.events(config, seen(path), path), picture, path)
