"""`edge-agent set`: hold work against another standard, takt, demand or limit, or show what it is held against."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from edge_agent import clock
from edge_agent.control import FigureInForce, Request
from edge_agent.station.overlay import part_of
from edge_agent.verbs.arguments import (
    USAGE,
    Subparsers,
    acting,
    add_config_option,
    add_person,
    add_verb,
    client,
    loaded,
    tell,
)

if TYPE_CHECKING:
    from edge_agent.control import Answer
    from edge_agent.observations.asked import Value

NONE = "none"
LIKE = ("takt_s=62", "shift early demand=450", "bore_mm upper=25.03")  # what examples/station.toml takes as it is


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "set",
        "set a standard, takt, demand or limit while the station runs",
        "Hold work against other figures from now on, over a restart too: all that are named, or none. They are "
        "checked as the file is, and said as an event with who, old and new. What is later changed in the file holds "
        "as the file has it. Set a figure to what the file says to take it back.",
        config=False,
    )
    add_config_option(parser)
    parser.add_argument(
        "figures",
        nargs="*",
        metavar="NAME=VALUE",
        help=f"{', '.join(LIKE)}; `none` for a figure that shall not be in force",
    )
    parser.add_argument("--show", action="store_true", help="list what is in force, by name, and what the file says")
    parser.add_argument("--why", default="", help="recorded with the change")
    parser.add_argument("--revision", type=int, help="set only if this revision is in force still")
    add_person(parser)
    parser.add_argument("--json", action="store_true", help="JSON: the answer of the station")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Set, or show, and say what came of it."""
    try:
        settings = dict(pairs(arguments.figures))
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    if bool(settings) == arguments.show:
        sys.stderr.write(f"name what to set, like {LIKE[0]}, or --show what is in force\n")
        return USAGE
    station = client(loaded(arguments))
    if arguments.show:
        return show(station.ask(Request(do="figures")), as_json=arguments.json)
    request = Request(
        do="set-plan" if all(part_of(what) == "plan" for what in settings) else "set-standard",
        settings=settings,
        revision=arguments.revision,
        why=arguments.why,
        who=acting(arguments),
        role=arguments.role,
    )
    answer = station.ask(request)
    return tell(answer, "\n".join(done(answer)), as_json=arguments.json)


def pairs(words: list[str]) -> Iterator[tuple[str, Value]]:
    """Names and values; a name of several words need not be in quotes: it ends with the word that has the `=`.

    >>> list(pairs(["shift", "early", "demand=450", "takt_s=none"]))
    [('shift early demand', 450), ('takt_s', None)]
    """
    name: list[str] = []
    for word in words:
        last, sign, value = word.rpartition("=")
        name.append(last if sign else word)
        if sign:
            yield " ".join(name), read(value)
            name = []
    if name:
        message = f"{' '.join(name)!r} has no value; write {' '.join(name)}=VALUE"
        raise ValueError(message)


def read(text: str) -> Value:
    """A value as the file would have it: a number, `none`, or text such as a span.

    >>> read("450"), read("58.5"), read("2takt"), read("none")
    (450, 58.5, '2takt', None)
    """
    if text == NONE:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def done(answer: Answer) -> Iterator[str]:
    """What was changed, a line each, and the revision in force."""
    for each in answer.changes:
        yield f"{each.what}: {each.old or NONE} to {in_unit(each.new, each.unit)}"
    yield f"revision {answer.revision} is in force" + ("" if answer.changes else ", as before")


def in_unit(value: str | None, unit: str) -> str:
    """A value with its unit, where there is one of either."""
    return NONE if value is None else f"{value} {unit}".rstrip()


def show(answer: Answer, *, as_json: bool) -> int:
    """List the figures; the exit code."""
    lines = [f"revision {answer.revision}", *shown(answer.figures, clock.wall_ns() - clock.now_ns())]
    return tell(answer, "\n".join(lines), as_json=as_json)


def shown(figures: tuple[FigureInForce, ...], boot_ns: int) -> Iterator[str]:
    """A line a figure: what is in force, and where that is not the file's, the file's, who set it, when and why.

    Args:
        boot_ns: wall time, ns since 1970, at which CLOCK_MONOTONIC was 0.
    """
    longest = max((len(each.what) for each in figures), default=0)
    for each in figures:
        line = f"{each.what:<{longest}}  {in_unit(each.value, each.unit)}"
        if each.value != each.file:
            line += f"   file: {each.file or NONE}"
        if each.at_ns is not None:
            when = datetime.fromtimestamp((boot_ns + each.at_ns) // clock.NS_PER_S).astimezone()
            who = f"{each.who} as {each.role}" if each.role else each.who
            line += f"; {who} by {each.via}, {when:%Y-%m-%d %H:%M}" + (f": {each.why}" if each.why else "")
        yield line
