"""`edge-agent report`: the production analysis board, from what the journal has been told."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path

from edge_agent import report
from edge_agent.signals.contract import Identity
from edge_agent.verbs.arguments import Subparsers, add_verb, loaded, print_json


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "report",
        "print the production analysis board, hour by hour",
        "Print plan and actual hour by hour, what time was lost to, and how calls were answered, as the station told "
        "it at each full hour. Without --date, the last date there is. --svg draws a page a shift, for A3 or A4. "
        "Exit code 1 where there is nothing to print.",
    )
    parser.add_argument(
        "--date", type=_date, metavar="YYYY-MM-DD", help="on which the shift began; `all` for every one"
    )
    parser.add_argument("--shift", metavar="NAME", help="one shift, by the name in [[shift]]")
    parser.add_argument("--hour", action="store_true", help="only the last hour told")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object a shift, a line each")
    form.add_argument("--markdown", action="store_true", help="a table for a page")
    form.add_argument(
        "--svg", metavar="FILE.svg", type=Path, help="draw it; several shifts make several files, named after each"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the journal and print."""
    config = loaded(arguments)
    path = Path(config.journal.path)
    found = asked(arguments, path)
    if not found:
        sys.stderr.write(f"{path} has no hour for that; hours are told when they are over\n")
        return 1
    if arguments.svg is not None:
        return draw(found, arguments.svg, place(config.identity()))
    for board in found:
        if arguments.json:
            print_json(board)
        else:
            lines = report.markdown(board) if arguments.markdown else report.text(board)
            sys.stdout.write("\n".join([*lines, ""]) + "\n")
    return 0


def asked(arguments: argparse.Namespace, path: Path) -> list[report.Board]:
    """The boards that are meant, from the journal at `path`."""
    date = None if arguments.date == "all" else arguments.date
    found = report.boards(report.told(path), date, arguments.shift)
    if arguments.date is None or arguments.hour:
        found = [board for board in found if board.date == found[-1].date]
    return [report.last_hour(board) for board in found[-1:]] if arguments.hour else found


def place(where: Identity) -> str:
    """The station with what it lies in, as far as the configuration says it."""
    return " / ".join(name for name in (where.site, where.area, where.line, where.station) if name != "-")


def draw(found: list[report.Board], path: Path, place: str) -> int:
    """Write a page for each board, and tell where."""
    from edge_agent import analysis_board

    for board in found:
        page = path if len(found) == 1 else path.with_stem(f"{path.stem}-{board.date}-{board.shift or 'outside'}")
        try:
            page.write_text(analysis_board.drawn(board, place), encoding="utf-8")
        except OSError as error:
            sys.stderr.write(f"{page} cannot be written: {(error.strerror or str(error)).lower()}; name another file\n")
            return 1
        sys.stdout.write(f"{page}\n")
    return 0


def _date(text: str) -> str:
    """A date as it is written in the journal.

    Raises:
        argparse.ArgumentTypeError: with what to write instead.
    """
    try:
        return text if text == "all" else dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        message = f"{text!r} is no date: write year-month-day, as in 2026-11-23, or all"
        raise argparse.ArgumentTypeError(message) from error
