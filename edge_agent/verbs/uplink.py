"""`edge-agent uplink`: the process that owns the broker connection and sends what the journal holds."""

from __future__ import annotations

import argparse
import os
import sys

from edge_agent import leash
from edge_agent.verbs import refused
from edge_agent.verbs.arguments import Subparsers, add_leash, add_verb, loaded, print_json


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "uplink",
        "be the uplink process: journal to broker",
        "Send what the journal holds to the broker, tell the station what arrived, take commands. Opens no device. "
        "Ends in good order on SIGTERM.",
    )
    parser.add_argument("--part", action="store_true", help=argparse.SUPPRESS)  # how the verb asks itself
    add_leash(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Be the uplink process, or with `--part` only say what it would need."""
    from edge_agent.uplink import assembly as uplink_assembly

    if arguments.leash is not None:
        leash.hold(arguments.leash)
    if not arguments.part:
        refused.wait(arguments.config, "uplink")
        mine = uplink_assembly.checked_apart(arguments.config)
        refused.note(arguments.config, "uplink", refused=mine == os.EX_CONFIG)
        return mine if isinstance(mine, int) else uplink_assembly.run(mine)
    config = loaded(arguments)
    part = uplink_assembly.part(config)
    if part is None:
        sys.stderr.write(f"edge-agent: {config.path} has no [mqtt]: there is nobody to send to\n")
        return os.EX_CONFIG
    print_json(part)
    return os.EX_OK
