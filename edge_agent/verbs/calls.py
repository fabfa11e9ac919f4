"""`edge-agent calls`: the open calls, and what a person answers to them."""

from __future__ import annotations

import argparse
import sys

from edge_agent.control import Request
from edge_agent.standard import Span, to_s
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
from edge_agent.verbs.telling import call_line

VERDICTS = ("true", "false_alarm", "standard_wrong")
ANSWERS = ("acknowledge", "arrive", "restore", "shelve", "unshelve")


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "calls",
        "list open calls; acknowledge, arrive, restore, shelve",
        "List the open calls, or answer them. Without a number the answer is for every open call. What is shelved "
        "lights and escalates nothing for a time, and is judged and recorded; a person's call never is. Meanwhile "
        "the lamp is not green.",
        config=False,
    )
    add_config_option(parser)
    parser.add_argument("answer", nargs="?", choices=ANSWERS, help="what happened; left out: list them")
    parser.add_argument("call", nargs="?", type=int, metavar="NUMBER", help="left out: every open call")
    add_person(parser)
    parser.add_argument("--verdict", choices=VERDICTS, help="with restore: was the call right?")
    parser.add_argument("--reason", default="", help="with restore: a code of [response] reasons")
    parser.add_argument("--for", dest="span", type=span, metavar="TIME", help="with shelve: how long, like 30min")
    parser.add_argument("--why", default="", help="with shelve: what is being done about it")
    parser.add_argument("--json", action="store_true", help="JSON: the list of calls, or the answer")
    parser.set_defaults(run=run)


def span(text: str) -> float:
    """A length of time as people write it, in seconds.

    Raises:
        argparse.ArgumentTypeError: with what to write instead.
    """
    try:
        length = Span.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if length.in_takts:
        message = f"'{text}': a shelf is no number of takts; write it like 30min or 2h"
        raise argparse.ArgumentTypeError(message)
    return to_s(length.ns(None))


def run(arguments: argparse.Namespace) -> int:
    """List, or answer and say what came of it."""
    station = client(loaded(arguments))
    if arguments.answer is None:
        status = station.ask(Request(do="calls")).status
        calls = () if status is None else status.state.calls
        if arguments.json:
            print_json(calls)
        elif status is not None:
            lines = [call_line(call, status.state.at_ns) for call in calls] or ["no call is open"]
            sys.stdout.write("\n".join(lines) + "\n")
        return 0
    if arguments.answer == "shelve" and None in {arguments.call, arguments.span}:
        sys.stderr.write('write it like: edge-agent calls shelve 3 --for 30min --why "sensor being moved"\n')
        return USAGE
    verdict, reason = (arguments.verdict, arguments.reason) if arguments.answer == "restore" else (None, "")
    request = Request(
        do=arguments.answer,
        call=arguments.call,
        verdict=verdict,
        reason=reason,
        for_s=arguments.span if arguments.answer == "shelve" else None,
        why=arguments.why if arguments.answer == "shelve" else "",
        who=acting(arguments),
        role=arguments.role,
    )
    answer = station.ask(request)
    return tell(answer, f"{arguments.answer}: {', '.join(map(str, answer.calls))}", as_json=arguments.json)
