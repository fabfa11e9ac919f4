"""`edge-agent ledger`: the reference consumer, for the plant's side of the broker."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec

from edge_agent.verbs.arguments import Subparsers, add_verb, print_json

STATION_LEVELS = 5  # enterprise, site, area, line, station
MOST_EVENTS = 1_000  # of one query; `--after` goes on from there
MOST_DIGITS = 18  # of a number: what SQLite can hold
LONGEST_LINE = 20_000  # characters of one event: ours have about 1,000; `--json` has all of it


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "ledger",
        "keep the books of a plant's stations; say what is in them",
        'The consumer that `[mqtt] confirm = "ledger"` waits for: keeps every event exactly once, acknowledges what '
        "its disk has, asks for what is missing. Runs beside the broker, not at the station.",
        config=False,
    )
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    _add_run(verbs)
    report = verbs.add_parser("report", help="what is there, what is missing and why; exit code 1 where something is")
    report.add_argument("books", metavar="BOOKS", type=Path, help="the file `ledger run` keeps")
    report.add_argument("--silent-h", type=float, default=24.0, metavar="HOURS", help="gaps in time longer than this")
    report.add_argument("--json", action="store_true", help="one JSON object a journal, a line each")
    report.set_defaults(run=tell)
    events = verbs.add_parser("events", help="the events of one station, in order")
    events.add_argument("books", metavar="BOOKS", type=Path, help="the file `ledger run` keeps")
    events.add_argument("--station", required=True, metavar="PATH", help="enterprise/site/area/line/station")
    events.add_argument("--epoch", help="of one journal only")
    events.add_argument("--type", help="of one type only, like andon.call.raised.v1")
    events.add_argument("--after", type=_number, default=0, metavar="N", help="beyond this number of each journal")
    events.add_argument("--most", type=_number, default=MOST_EVENTS, metavar="N", help=f"default {MOST_EVENTS}")
    events.add_argument("--json", action="store_true", help="one JSON object an event, a line each")
    events.set_defaults(run=query)


def _add_run(verbs: Any) -> None:
    run = verbs.add_parser("run", help="listen, keep and acknowledge until asked to stop")
    run.add_argument("books", metavar="BOOKS", type=Path, help="the file; made where there is none")
    run.add_argument("--host", required=True, help="of the broker")
    run.add_argument("--port", type=int, default=1883, help="default 1883")
    run.add_argument("--stations", default="+/+/+/+/+", metavar="FILTER", help="like acme/plant1/+/+/+; default: all")
    run.add_argument("--username")
    run.add_argument("--credential", metavar="FILE", help="name of a file that holds the password")
    run.add_argument("--tls", action="store_true", help="encrypt, and trust what the system trusts")
    for name, what in (("ca", "to trust instead"), ("certificate", "that says who we are"), ("key", "that proves it")):
        run.add_argument(f"--{name}", metavar="FILE", help=f"{what}; implies --tls")
    run.set_defaults(run=keep)


def keep(arguments: argparse.Namespace) -> int:
    """Be the ledger until asked to stop."""
    from edge_agent import log
    from edge_agent.consumer.books import Books
    from edge_agent.consumer.keeper import Keeper
    from edge_agent.signals.broker import Settings

    try:
        settings = msgspec.convert(_settings(arguments), Settings)
        _check_filter(arguments.stations)
    except (msgspec.ValidationError, ValueError) as error:
        sys.stderr.write(f"edge-agent: {error}\n")
        return 2
    books = Books(arguments.books)
    log.configure("ledger", arguments.stations)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        return Keeper(books, settings, arguments.stations).run(stop)
    finally:
        books.close()


def tell(arguments: argparse.Namespace) -> int:
    """Print what is in the books; 1 where something is missing that nobody has explained."""
    from edge_agent.consumer import report

    found = report.told(arguments.books, arguments.silent_h)
    for one in found:
        if arguments.json:
            print_json(one)
        else:
            sys.stdout.write("\n".join([*report.text(one), ""]))
    return int(any(one.missing for one in found))


def query(arguments: argparse.Namespace) -> int:
    """Print events; on a terminal nothing of them moves the cursor or hides what follows."""
    from edge_agent import log
    from edge_agent.consumer import report

    wanted = {"epoch": arguments.epoch, "kind": arguments.type, "after": arguments.after, "most": arguments.most}
    for line in report.lines(arguments.books, arguments.station, **wanted):
        if arguments.json:
            print_json(line)
        else:
            event = msgspec.json.decode(line.event)
            time, kind, data = fields(event) if isinstance(event, dict) else ("unreadable", "", event)
            text = f"{time}  {line.seq:>8}  {line.epoch}  {kind}  {data}"
            sys.stdout.write(f"{log.harmless(text, LONGEST_LINE)}\n")
    return 0


def fields(event: dict[str, Any]) -> tuple[str, str, str]:
    """Time, type and data of an event, for one line."""
    return event["time"], event["type"], msgspec.json.encode(event["data"]).decode()


def _number(text: str) -> int:
    """A number that the books may know; argparse.ArgumentTypeError for others."""
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        return int(text)
    message = f"{text[:40]!r} is no number from 0 on; write digits, {MOST_DIGITS} at most"
    raise argparse.ArgumentTypeError(message)


def _settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """The options as settings of a broker."""
    files = {name: getattr(arguments, name) for name in ("ca", "certificate", "key")}
    return {
        "host": arguments.host,
        "port": arguments.port,
        "username": arguments.username,
        "credential": arguments.credential,
        "tls": files if arguments.tls or any(files.values()) else None,
    }


def _check_filter(stations: str) -> None:
    """Five levels, each a name or `+`; ValueError for others."""
    from edge_agent.signals.contract import LEVEL

    levels = stations.split("/")
    if len(levels) != STATION_LEVELS or not all(level == "+" or LEVEL.fullmatch(level) for level in levels):
        message = f"--stations {stations!r} is no filter; write five levels, like acme/plant1/+/+/+"
        raise ValueError(message)
