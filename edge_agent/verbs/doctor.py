"""`edge-agent doctor`: what is wrong on this machine, each finding with its remedy."""

from __future__ import annotations

import argparse
import sys

from edge_agent.verbs.arguments import Subparsers, add_verb, print_json


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "doctor",
        "say what is wrong on this machine, and what to do",
        "Look at pins, permissions, ports, folders, journal, card, clock, supply, broker, certificates, units and "
        "versions; change nothing. Works with the station running or not; as root it sees most. What nobody can tell "
        "is said to be unknown, never to be well. Exit code 1 where something failed.",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object: the findings")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Examine and say."""
    from edge_agent.doctor import examined
    from edge_agent.doctor.case import opened
    from edge_agent.doctor.telling import told

    findings = list(examined(opened(arguments.config)))
    well = not any(each.verdict == "failed" for each in findings)
    if arguments.json:
        print_json({"ok": well, "findings": findings})
    else:
        sys.stdout.write("\n".join(told(findings)) + "\n")
    return 0 if well else 1
