"""`edge-agent demo`: the whole job on one machine with nothing attached."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from edge_agent.standard import Span, to_s
from edge_agent.verbs.arguments import Subparsers, add_verb

if TYPE_CHECKING:
    from edge_agent.demo.inbox import Inbox

SPEEDS = (0.1, 5.0)  # beyond them nobody can follow, and a busy machine cannot keep the acts apart
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "demo",
        "watch it work, with nothing attached",
        "A simulated press runs, slips beyond its standard, goes out of specification, is called by cord, answered "
        "and not answered, and loses its gauge. Station, uplink, broker and subscriber are the real ones, on "
        "127.0.0.1. Nothing is left behind.",
        config=False,
    )
    parser.add_argument("--for", dest="length", type=length, default=length("60s"), help="how long; default 60s")
    parser.add_argument("--seed", type=int, default=1, help="of the press: the same seed plays the same; default 1")
    parser.add_argument("--speed", type=speed, default=1.0, help="divides the times of the press; default 1")
    parser.add_argument("--json", action="store_true", help="each event received, a line each, and nothing else")
    parser.add_argument("--keep", metavar="FOLDER", type=Path, help="keep configuration and journal there")
    parser.set_defaults(run=run)


def length(text: str) -> float:
    """How long the demo lasts, in seconds."""
    try:
        return to_s(Span.parse(text if not text.isdecimal() else float(text)).ns(None))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).replace(", '15min' or '2takt'", " or '2min'")) from error


def speed(text: str) -> float:
    """How much faster than by itself."""
    slowest, fastest = SPEEDS
    with contextlib.suppress(ValueError):
        if slowest <= (value := float(text)) <= fastest:
            return value
    message = f"{text!r} is not between {slowest:g} and {fastest:g}"
    raise argparse.ArgumentTypeError(message)


def run(arguments: argparse.Namespace) -> int:
    """Show it; 0 at its end or when asked to stop, 1 where a part of it has ended by itself, 69 without a broker."""
    from edge_agent.demo.faces import face
    from edge_agent.demo.faults import DemoError
    from edge_agent.demo.inbox import made_inbox
    from edge_agent.demo.show import Show, StopAskedError

    inbox = made_inbox()
    lines: list[str] = []
    try:
        with folder_for(arguments.keep) as folder, asked_by_signals(inbox):
            shown = face(arguments.json, arguments.length)
            show = Show(folder, shown, inbox, seed=arguments.seed, speed=arguments.speed, length_s=arguments.length)
            try:
                with contextlib.suppress(StopAskedError):
                    show.run()
                lines = show.lines()
            finally:
                shown.close(lines)
    except DemoError as error:
        sys.stderr.write(f"edge-agent: {error}\n")
        return error.code
    return os.EX_OK


@contextlib.contextmanager
def folder_for(keep: Path | None) -> Iterator[Path]:
    """The folder asked for, new or empty, else a temporary one; DemoError where something is in it."""
    from edge_agent.demo.faults import DemoError

    if keep is None:
        with tempfile.TemporaryDirectory(prefix="edge-agent-demo-") as name:
            yield Path(name)
        return
    keep.mkdir(parents=True, exist_ok=True)
    if any(keep.iterdir()):
        message = f"{keep} is not empty; name a new folder"
        raise DemoError(message, 2)
    yield keep.absolute()


@contextlib.contextmanager
def asked_by_signals(inbox: Inbox) -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and a closed terminal end it in good order."""
    from edge_agent.demo.inbox import Asked

    before = {number: signal.signal(number, lambda *_: inbox.post(Asked())) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
