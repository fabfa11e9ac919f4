"""`edge-agent relearn`: let the running station learn anew what is usual."""

from __future__ import annotations

import argparse

from edge_agent.control import Request
from edge_agent.verbs.arguments import Subparsers, acting, add_config_option, add_person, add_verb, client, loaded, tell


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
    add_person(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Ask, and say what came of it."""
    request = Request(do="relearn", text=arguments.detector, who=acting(arguments), role=arguments.role)
    answer = client(loaded(arguments)).ask(request)
    begun = f"{arguments.detector or 'every detector that learns'} begins to learn anew"
    return tell(answer, begun, as_json=arguments.json)
