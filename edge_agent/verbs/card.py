"""`edge-agent card`: takes the configuration that lies on the card's boot partition; systemd does it at each start."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edge_agent.verbs.arguments import Subparsers, add_verb

if TYPE_CHECKING:
    from edge_agent.card import Outcome, Sign

REFUSED_TIMES = 6  # over a station that runs with the configuration before: 21 s, long enough to be read twice
ETC = Path("/etc/edge-agent")


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "card",
        "take the configuration on the card's boot partition",
        "Check station.toml on the boot partition and put it in force, once; write the answer beside it as "
        "station.answer.txt and show it on the lamps: accepted is all of them together for 3 s, refused is all of "
        "them four times and a pause. What was in force stays so where the new one is refused. Exit code 78 then.",
        config=False,
    )
    parser.add_argument(
        "--boot", action="append", type=Path, metavar="FOLDER", help="default: /boot/firmware and /boot"
    )
    parser.add_argument("--into", type=Path, default=ETC, metavar="FOLDER", help=f"default: {ETC}")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Take it, say and show what came of it."""
    from edge_agent import log
    from edge_agent.card import Sign, take
    from edge_agent.card.found import FOLDERS
    from edge_agent.signals.watchdog import Watchdog

    log.configure("card", "-")
    manager = Watchdog()
    outcome = take(tuple(arguments.boot or FOLDERS), arguments.into, summary)
    sys.stdout.write(f"{outcome.text.strip()}\n")
    sys.stdout.flush()
    if outcome.accepted is None:
        manager.ready(outcome.text)
        return os.EX_OK
    sign = Sign.ACCEPTED if outcome.accepted else Sign.REFUSED
    if outcome.in_force:
        shown(outcome, sign, 1 if outcome.accepted else REFUSED_TIMES)
        manager.ready(sign.words)
    else:
        manager.ready(sign.words)  # nothing waits for the lamps: the sign stays until somebody comes
        shown(outcome, sign, None)
    return os.EX_OK if outcome.accepted else os.EX_CONFIG


def summary(found: object) -> list[str]:
    """What `check` says of a sound file: the station, its lamps, who answers."""
    from edge_agent.config import Config
    from edge_agent.verbs import check

    return [f"{word:<10} {text}" for word, text in check.summary(found)] if isinstance(found, Config) else []


def shown(outcome: Outcome, sign: Sign, times: int | None) -> None:
    """Show the sign so many times, or until asked to stop; a lamp that cannot be had is told and keeps nothing up."""
    from edge_agent import log
    from edge_agent.card import show
    from edge_agent.pins import open_pins

    if outcome.stack is None:
        log.get("card").warning("no lamp shows it", why="which lamps there are is in no file that can be read")
        return
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    try:
        with contextlib.closing(outcome.stack.open(open_pins("edge-agent card"))) as lamps:
            show(lamps, outcome.stack.tiers(), sign, lambda done: not asked and (times is None or done < times))
    except OSError as error:
        log.get("card").warning("no lamp shows it", why=str(error))
