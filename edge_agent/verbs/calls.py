"""`edge-agent calls`: the open calls, and what a person answers to them."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from edge_agent.commissioning.dialogue import Unanswered
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
from edge_agent.verbs.restoring import VERDICTS, asked, too_many
from edge_agent.verbs.telling import call_line

if TYPE_CHECKING:
    from edge_agent.config import Config
    from edge_agent.control import Client
    from edge_agent.observations import CallVerdict
    from edge_agent.state import OpenCall

ANSWERS = ("acknowledge", "arrive", "restore", "shelve", "unshelve")


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "calls",
        "list open calls; acknowledge, arrive, restore, shelve",
        "List the open calls, or answer them. Without a number the answer is for every open call. What is shelved "
        "lights and escalates nothing for a time, and is judged and recorded; a person's call never is. Meanwhile "
        "the lamp is not green. On a terminal, restore asks of each call whether it was right; with --verdict it does "
        "not, and neither where its input is a pipe, or with --json.",
        config=False,
    )
    add_config_option(parser)
    parser.add_argument("answer", nargs="?", choices=ANSWERS, help="what happened; left out: list them")
    parser.add_argument("call", nargs="?", type=int, metavar="NUMBER", help="left out: every open call")
    add_person(parser)
    parser.add_argument("--verdict", choices=VERDICTS.values(), help="with restore: was the call right?")
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
    config = loaded(arguments)
    station = client(config)
    match arguments.answer:
        case None:
            return listed(station, as_json=arguments.json)
        case "restore":
            return restore(station, config, arguments)
        case "shelve" if None in {arguments.call, arguments.span}:
            sys.stderr.write('write it like: edge-agent calls shelve 3 --for 30min --why "sensor being moved"\n')
            return USAGE
        case _:
            return answered(station, arguments, arguments.call)


def listed(station: Client, *, as_json: bool) -> int:
    """List the open calls."""
    calls, now_ns = open_calls(station)
    if as_json:
        print_json(calls)
    else:
        lines = [call_line(call, now_ns) for call in calls] or ["no call is open"]
        sys.stdout.write("\n".join(lines) + "\n")
    return 0


def open_calls(station: Client) -> tuple[tuple[OpenCall, ...], int]:
    """The calls that are open, and the instant they were."""
    status = station.ask(Request(do="calls")).status
    return ((), 0) if status is None else (status.state.calls, status.state.at_ns)


def restore(station: Client, config: Config, arguments: argparse.Namespace) -> int:
    """Restore what is meant; a verdict and a reason are of one call, and on a terminal asked for, call by call."""
    verdict, reason = arguments.verdict, arguments.reason
    asks = verdict is None and not arguments.json and sys.stdin.isatty()
    if not (asks or verdict or reason):
        return answered(station, arguments, arguments.call)
    calls, now_ns = open_calls(station)
    meant = [call for call in calls if arguments.call in {None, call.call}]
    if len(meant) > 1 and (verdict or reason):
        sys.stderr.write(too_many(meant, now_ns, f"--verdict {verdict}" if verdict else f"--reason {reason}"))
        return USAGE
    code = 0 if meant else answered(station, arguments, arguments.call)
    for call in meant:
        try:
            said = asked(call, now_ns, config.response.reasons, reason) if asks else (verdict, reason)
        except Unanswered:
            sys.stderr.write(f"\nstopped; call {call.call} is not restored\n")
            return 1
        code = answered(station, arguments, call.call, *said) or code
    return code


def answered(
    station: Client,
    arguments: argparse.Namespace,
    call: int | None,
    verdict: CallVerdict | None = None,
    reason: str = "",
) -> int:
    """Send the answer for this call, or for every open one; the exit code."""
    shelved = arguments.answer == "shelve"
    request = Request(
        do=arguments.answer,
        call=call,
        verdict=verdict,
        reason=reason,
        for_s=arguments.span if shelved else None,
        why=arguments.why if shelved else "",
        who=acting(arguments),
        role=arguments.role,
    )
    answer = station.ask(request)
    return tell(answer, f"{arguments.answer}: {', '.join(map(str, answer.calls))}", as_json=arguments.json)
