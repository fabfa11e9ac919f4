"""A whole test: the session begun, its parts one after another, and the record written after each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from edge_agent.commissioning import delivery, lamps, ports, record
from edge_agent.commissioning.dialogue import Dialogue
from edge_agent.commissioning.inputs import Inputs
from edge_agent.commissioning.mending import Mending
from edge_agent.commissioning.result import TITLES, Part, Result
from edge_agent.commissioning.session import Refused, Session
from edge_agent.config import Config


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be tested: which parts, of each only the wire called `only`; how long to wait, for how many."""

    parts: tuple[Part, ...]
    only: str | None = None
    pieces: int = 5
    wait_s: float | None = None


def begin(session: Session, dialogue: Dialogue) -> None:
    """Put the station under test; where somebody waits for a call, say that we are there, if that is so.

    Raises:
        Refused: the station does not let itself be tested.
    """
    while True:
        try:
            session.begin()
        except Refused as refused:
            call = next(iter(refused.calls), None)
            dialogue.say(f"  {refused}")
            if call is None or not dialogue.agrees("Are you at the station for it?") or not session.arrive(call).ok:
                raise  # also where nobody is asked: that somebody is there is not for a script to say
            dialogue.say(f"  arrived for call {call}")
        else:
            return


def run(config: Config, session: Session, dialogue: Dialogue, wanted: Wanted, path: Path) -> Iterator[Result]:
    """Test, and write the record after each part, so that one that is broken off has what was done."""
    for part in wanted.parts:
        dialogue.say(f"\n{TITLES[part]}")
        mending = Mending(config.path, config.document, dialogue)
        results = list(_tested(part, config, session, dialogue, mending, wanted))
        if not results:
            dialogue.say("  there are none")
        yield from results
        tested = record.tested_now(
            config, part, session.who, results, unattended=dialogue.unattended, mended=mending.done
        )
        known = record.read(path, config)
        if wanted.only is not None and part in known.parts:
            tested = _beside(known.parts[part], tested)
        record.write(path, record.added(known, config, part, tested))


def _tested(
    part: Part, config: Config, session: Session, dialogue: Dialogue, mending: Mending, wanted: Wanted
) -> Iterator[Result]:
    wires = tuple(wire for wire in config.wires() if wanted.only in {None, wire.name, wire.label})
    match part:
        case "lamps":
            yield from lamps.tested(wires, session, dialogue, mending)
        case "inputs":
            inputs = Inputs(config, session, dialogue, mending, pieces=wanted.pieces, wait_s=wanted.wait_s)
            yield from inputs.tested(wires)
        case "serial":
            yield from ports.tested(config, session, dialogue, wanted.wait_s, wanted.only)
        case "mqtt":
            yield delivery.tested(config, session, dialogue, wanted.wait_s)


def _beside(before: record.Tested, tested: record.Tested) -> record.Tested:
    """One wire tested anew beside the others, if those were tested with the same file."""
    if before.configuration != tested.configuration:
        return tested
    again = {each.name for each in tested.results}
    others = tuple(each for each in before.results if each.name not in again)
    return msgspec.structs.replace(tested, results=(*others, *tested.results), mended=(*before.mended, *tested.mended))
