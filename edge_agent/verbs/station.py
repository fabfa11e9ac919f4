"""`edge-agent station`: the process that owns the wires, judges, lights the lamp and writes the journal."""

from __future__ import annotations

import argparse

from edge_agent.verbs.arguments import Subparsers, add_verb, loaded


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "station",
        "be the station process: wires, lamp and journal",
        "Watch the station: read the sensors, judge, light the stack, record. Opens no network. Ends in good order "
        "on SIGTERM, all lamps off.",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Be the station process."""
    config = loaded(arguments)
    from edge_agent import assembly

    return assembly.run_station(config)
