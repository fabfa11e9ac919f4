"""`edge-agent station`: the process that owns the wires, judges, lights the lamp and writes the journal."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from edge_agent import leash
from edge_agent.verbs import refused
from edge_agent.verbs.arguments import Subparsers, add_leash, add_verb, loaded

if TYPE_CHECKING:
    from edge_agent.config import Config


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "station",
        "be the station process: wires, lamp and journal",
        "Watch the station: read the sensors, judge, light the stack, record. Opens no network. Ends in good order "
        "on SIGTERM, all lamps off.",
    )
    parser.add_argument(
        "--dark",
        action="store_true",
        help="only switch every output of the stack off and end: what systemd does for a station that was killed",
    )
    add_leash(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Be the station process, or with `--dark` say for a dead one that nobody is watching."""
    if arguments.leash is not None:
        leash.hold(arguments.leash)
    config = loaded(arguments) if arguments.dark else patiently_loaded(arguments)
    from edge_agent.agent import assembly

    return assembly.darken(config) if arguments.dark else assembly.run_station(config)


def patiently_loaded(arguments: argparse.Namespace) -> Config:
    """The configuration meant; one that was refused already is waited for."""
    refused.wait(arguments.config, "station")
    try:
        config = loaded(arguments)
    except ValueError:  # ConfigError is one; importing it takes all of the configuration with it
        refused.note(arguments.config, "station", refused=True)
        raise
    refused.note(arguments.config, "station", refused=False)
    return config
