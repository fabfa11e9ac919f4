"""`edge-agent uplink`: the process that owns the broker connection and sends what the journal holds."""

from __future__ import annotations

import argparse

from edge_agent.verbs.arguments import Subparsers, add_verb, loaded


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "uplink",
        "be the uplink process: journal to broker",
        "Send what the journal holds to the broker, tell the station what arrived, take commands. Opens no device. "
        "Ends in good order on SIGTERM.",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Be the uplink process."""
    config = loaded(arguments)
    from edge_agent import assembly

    return assembly.run_uplink(config)
