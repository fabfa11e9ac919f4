"""`edge-agent rules`: the detectors with their answers and service; take one out of service, put it back."""

from __future__ import annotations

import argparse
import sys
from typing import Literal

from edge_agent.control import Request
from edge_agent.verbs.arguments import (
    USAGE,
    Subparsers,
    acting,
    add_config_option,
    add_person,
    add_verb,
    client,
    loaded,
    print_json,
    tell,
)
from edge_agent.verbs.telling import rule_lines

DEEDS: dict[str, Literal["rule-out", "rule-back"]] = {"out": "rule-out", "back": "rule-back"}


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "rules",
        "list the detectors; take one out of service, put it back",
        "List the detectors with their answers, or take one out of service while something is mended, and put it back. "
        "Out of service it is not asked, over a restart too, and while one that lights is out the lamp is not green.",
        config=False,
    )
    add_config_option(parser)
    parser.add_argument("deed", nargs="?", choices=tuple(DEEDS), help="left out: list them")
    parser.add_argument("detector", nargs="?", metavar="NAME", help="as listed: cycle_overrun:press")
    add_person(parser)
    parser.add_argument("--why", default="", help="with out: what is being mended")
    parser.add_argument("--json", action="store_true", help="JSON: the list of detectors, or the answer")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """List, or change the service of one and say what came of it."""
    if arguments.deed is not None and arguments.detector is None:
        sys.stderr.write('name the detector: edge-agent rules out NAME --why "..."; edge-agent rules lists them\n')
        return USAGE
    station = client(loaded(arguments))
    if arguments.deed is not None:
        request = Request(
            do=DEEDS[arguments.deed],
            text=arguments.detector,
            why=arguments.why,
            who=acting(arguments),
            role=arguments.role,
        )
        done = f"{arguments.detector} is {'out of' if arguments.deed == 'out' else 'in'} service"
        return tell(station.ask(request), done, as_json=arguments.json)
    status = station.ask(Request(do="status")).status
    detectors = () if status is None else status.state.detectors
    if arguments.json:
        print_json(detectors)
    elif status is not None:
        sys.stdout.write("\n".join(rule_lines(detectors, status.state.at_ns)) + "\n")
    return 0
