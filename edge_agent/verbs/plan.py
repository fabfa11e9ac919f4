"""`edge-agent plan`: say what is planned now: a stop, a changeover, work again, another product."""

from __future__ import annotations

import argparse
from typing import Literal

from edge_agent.control import Request
from edge_agent.verbs.arguments import Subparsers, acting, add_config_option, add_person, add_verb, client, loaded, tell

DEEDS: dict[str, Literal["planned-stop", "changeover", "resume", "product"]] = {
    "stop": "planned-stop",
    "changeover": "changeover",
    "resume": "resume",
    "product": "product",
}
DONE = {
    "stop": "planned stop begun; nothing is late until `edge-agent plan resume`",
    "changeover": "changeover begun; nothing is late until `edge-agent plan resume`",
    "resume": "work goes on as the calendar has it",
    "product": "measured against its standard from here on",
}


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "plan",
        "begin and end a planned stop or a changeover; choose the product",
        "Say what is planned now. In a planned stop and in a changeover no delay is called, and the lamp is white; "
        "one that nobody ends is over after the longest time of [modes]. It is said as an event, with who and why.",
        config=False,
    )
    add_config_option(parser)
    parser.add_argument("deed", choices=tuple(DEEDS), help="`resume` ends a planned stop and a changeover")
    parser.add_argument("what", nargs="?", default="", help="the reason of a stop or changeover; the product's name")
    add_person(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Say it to the station, and what came of it."""
    request = Request(do=DEEDS[arguments.deed], text=arguments.what, who=acting(arguments), role=arguments.role)
    return tell(client(loaded(arguments)).ask(request), DONE[arguments.deed], as_json=arguments.json)
