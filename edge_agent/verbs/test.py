"""`edge-agent test`: the wires of a station one by one, by a person at the cabinet or by a script; and the sheet."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from edge_agent.commissioning.result import PARTS
from edge_agent.verbs.arguments import (
    USAGE,
    Subparsers,
    acting,
    add_config,
    add_person,
    add_verb,
    client,
    loaded,
    print_json,
)
from edge_agent.verbs.calls import span

if TYPE_CHECKING:
    from edge_agent.commissioning.result import Result
    from edge_agent.config import Config

DESCRIPTION = """Test the wires of the running station: each output is driven and asked after, each contact heard with
its bounce, each serial port is shown byte by byte with what is made of it, and the plant's broker is published to and
read from. Meanwhile the station is under test: it calls nobody, and says so upstream. It is back in service by itself,
also where this terminal dies. What is found is written beside the journal, and printed as the commissioning sheet."""
EPILOG = "exit code 0 where nothing failed, 1 where something did, 69 where the station is not running"


class Report(msgspec.Struct, frozen=True):
    """What `--json` says."""

    station: str
    ready: bool
    results: list[Result]
    open: list[str]
    record: str


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "test",
        "test lamps, inputs, serial ports and the broker; print the sheet",
        DESCRIPTION,
        config=False,
    )
    parser.epilog = EPILOG
    parser.add_argument("part", choices=(*PARTS, "all", "sheet"), help="what to test; `sheet` only prints the record")
    add_config(parser)
    parser.add_argument("--yes", action="store_true", help="ask nothing: lamps are driven, what can be measured is")
    parser.add_argument("--only", metavar="NAME", help="only the output or sensor of this name")
    parser.add_argument("--pieces", type=_count, default=5, metavar="N", help="parts to hear from each cycle sensor")
    parser.add_argument("--wait", type=span, metavar="TIME", help="how long to wait for each, like 30s")
    parser.add_argument("--record", type=Path, metavar="FILE", help="another place for the record")
    add_person(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object at the end; what is asked goes to stderr")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Test, or print; 1 where something failed."""
    from edge_agent.commissioning import record
    from edge_agent.commissioning.dialogue import Unanswered
    from edge_agent.commissioning.record import RecordError
    from edge_agent.commissioning.session import Refused

    config = loaded(arguments)
    path = arguments.record or record.place(config)
    unknown = _unknown(config, arguments.only)
    if unknown:
        sys.stderr.write(f"{unknown}\n")
        return USAGE
    try:
        record.read(path, config)
        results = [] if arguments.part == "sheet" else _tested(config, arguments, path)
        return _told(loaded(arguments), arguments, path, results)  # the file may have been mended
    except (Refused, RecordError, Unanswered) as error:
        sys.stderr.write(f"edge-agent: {error}\n")
        return 1


def _tested(config: Config, arguments: argparse.Namespace, path: Path) -> list[Result]:
    """Test what is asked for; the station is in service again when this returns or raises."""
    from edge_agent.commissioning import course, record
    from edge_agent.commissioning.dialogue import Dialogue
    from edge_agent.commissioning.session import Session

    out = sys.stderr if arguments.json else sys.stdout
    dialogue = Dialogue(out, sys.stdin.readline, unattended=arguments.yes)
    wanted = course.Wanted(
        parts=PARTS if arguments.part == "all" else (arguments.part,),
        only=arguments.only,
        pieces=arguments.pieces,
        wait_s=arguments.wait,
    )
    record.can_be_written(path)
    with Session(client(config), acting(arguments), arguments.role) as session:
        course.begin(session, dialogue)
        dialogue.say(f"{config.identity().path} is under test: it calls nobody. It is back in service by itself.")
        results = list(course.run(config, session, dialogue, wanted, path))
    dialogue.say(f"\n{config.station.name} is in service again.\n")
    return results


def _told(config: Config, arguments: argparse.Namespace, path: Path, results: list[Result]) -> int:
    """Print the sheet, or all of it as JSON; the exit code."""
    from edge_agent.commissioning import record
    from edge_agent.commissioning.sheet import missing, sheet

    known = record.read(path, config)
    open_points = list(missing(config, known))
    if arguments.json:
        report = Report(config.identity().path, not open_points, results, open_points, str(path))
        print_json(report)
    else:
        sys.stdout.write("\n".join(sheet(config, known)) + f"\n\nrecord: {path}\n")
    if arguments.part == "sheet":
        return 1 if open_points else 0
    return 1 if any(result.verdict == "failed" for result in results) else 0


def _unknown(config: Config, only: str | None) -> str:
    """Why there is no such wire; empty where there is."""
    from edge_agent.config.complaint import meant

    names = {wire.name for wire in config.wires()} | {wire.label for wire in config.wires()}
    names |= {sensor.name for sensor in config.sensors}
    return "" if only is None or only in names else f"no wire is called {only!r}; {meant(only, sorted(names))}"


def _count(text: str) -> int:
    """How many parts, 2 to 100."""
    if text.isdecimal() and 2 <= int(text) <= 100:  # noqa: PLR2004 - one part has no time; nobody waits for more
        return int(text)
    message = f"{text!r} is no number from 2 to 100"
    raise argparse.ArgumentTypeError(message)
