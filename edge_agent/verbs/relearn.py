"""`edge-agent relearn`: let the running station learn anew what is usual."""

from __future__ import annotations

import argparse
import getpass
import sys

from edge_agent.control import Request
from edge_agent.verbs.arguments import Subparsers, add_config_option, add_verb, client, loaded, print_json


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "relearn",
        "let detectors learn anew what is usual",
        "After work on the machine or its method: forget the learned baselines and learn them anew. It is said as an "
        "event, with who asked for it.",
        config=False,
    )
    add_config_option(parser)
    parser.add_argument("detector", nargs="?", default="", help="as `status` names it; left out: all that learn")
    parser.add_argument("--who", default=None, help="who asks (default: the user of this terminal)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Ask, and say what came of it."""
    who = arguments.who or getpass.getuser()
    answer = client(loaded(arguments)).ask(Request(do="relearn", text=arguments.detector, who=who))
    if arguments.json:
        print_json(answer)
    elif answer.ok:
        sys.stdout.write(f"{arguments.detector or 'every detector that learns'} begins to learn anew\n")
    else:
        sys.stderr.write(f"{answer.error}\n")
    return 0 if answer.ok else 1
