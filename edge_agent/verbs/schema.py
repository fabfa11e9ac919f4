"""`edge-agent schema`: the contract of every payload as JSON Schema, and as one AsyncAPI document."""

from __future__ import annotations

import argparse
import json
import sys

from edge_agent.signals import contract
from edge_agent.verbs.arguments import Subparsers, add_verb


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "schema",
        "print the JSON Schemas of everything published",
        "Print the JSON Schema (2020-12) of one payload or event type, or of all of them in one object by name; or the "
        "whole contract, with topics, who speaks, QoS and examples, as one AsyncAPI 3 document.",
        config=False,
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--asyncapi", action="store_true", help="one AsyncAPI 3 document of everything")
    what.add_argument("name", nargs="?", help="a payload (state, event, ...) or an event type")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print one schema, all, or the document."""
    if arguments.asyncapi:
        from edge_agent.signals import asyncapi

        sys.stdout.write(json.dumps(asyncapi.document(), indent=2) + "\n")
        return 0
    schemas = contract.schemas()
    if arguments.name is not None and arguments.name not in schemas:
        sys.stderr.write(f"no schema {arguments.name!r}; there are: {', '.join(sorted(schemas))}\n")
        return 2
    wanted = schemas if arguments.name is None else schemas[arguments.name]
    sys.stdout.write(json.dumps(wanted, indent=2) + "\n")
    return 0
