"""`edge-agent status`: what the running station knows."""

from __future__ import annotations

import argparse
import sys

from edge_agent.control import Request
from edge_agent.verbs.arguments import Subparsers, add_verb, client, loaded, print_json
from edge_agent.verbs.telling import told


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "status",
        "say what the running station knows",
        "Say what the lamp shows and why, which calls are open, how sensors, journal and uplink do. Exit code 1 "
        "where something needs a person, 69 where the station is not running.",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Ask once and print."""
    status = client(loaded(arguments)).ask(Request(do="status")).status
    if status is None:
        return 1
    if arguments.json:
        print_json(status)
    else:
        sys.stdout.write("\n".join(told(status)) + "\n")
    state = status.state
    well = state.sign in {"running", "planned", "starting"} and not status.degraded
    return 0 if well else 1
