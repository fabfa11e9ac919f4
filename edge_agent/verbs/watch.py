"""`edge-agent watch`: the station, live."""

from __future__ import annotations

import argparse
import sys

from edge_agent.control import StateSaid
from edge_agent.verbs.arguments import Subparsers, add_verb, client, loaded, print_json
from edge_agent.verbs.telling import told

HOME_AND_CLEAR = "\x1b[H\x1b[J"  # redraw in place: a terminal that scrolls cannot be read


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "watch",
        "show the running station, live",
        "Show the station's status each time it changes, until Ctrl-C or until the station ends.",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a change, a line each")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Follow until the station ends."""
    with client(loaded(arguments)).follow() as following:
        for said in following:
            if not isinstance(said, StateSaid):
                continue
            if arguments.json:
                print_json(said.status)
                continue
            sys.stdout.write((HOME_AND_CLEAR if sys.stdout.isatty() else "") + "\n".join(told(said.status)) + "\n")
            sys.stdout.flush()
    return 0
