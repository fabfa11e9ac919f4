"""The outputs, one at a time: driven, and asked after; lamps on each other's wires are found and swapped back."""

from __future__ import annotations

from edge_agent import clock
from edge_agent.commissioning.dialogue import Dialogue
from edge_agent.commissioning.mending import Mending
from edge_agent.commissioning.result import Result, Verdict
from edge_agent.commissioning.session import Session
from edge_agent.config.wires import Connection

SHOWN_S = 1.0  # where nobody is asked: long enough to be seen by who passes
NOTHING = "nothing"
REMEDY = "follow the wire from the terminal to the lamp; look at the lamp, its common and the 24 V of the stack"
STOP = "asks the machine to stop: only with the machine safe"
ANSWERS = {"y": "yes", "n": "no", "o": "other lamp", "r": "repeat", "s": "skip"}


def tested(wires: tuple[Connection, ...], session: Session, dialogue: Dialogue, mending: Mending) -> list[Result]:
    """Test every output; what is lit instead of another is taken for a swap, and offered to be mended."""
    outputs = [wire for wire in wires if wire.direction == "output"]
    names = [wire.name for wire in outputs if wire.name != "alive"]
    lit: dict[str, str] = {}  # output to what was lit instead
    results = []
    for wire in outputs:
        result, instead = _alive(wire, dialogue) if wire.name == "alive" else _one(wire, names, session, dialogue)
        results.append(result)
        if instead:
            lit[wire.name] = instead
    session.show("")
    by_name = {wire.name: wire for wire in outputs}
    mending.offer_swap({by_name[name]: by_name[other] for name, other in lit.items()})
    return results


def _one(wire: Connection, names: list[str], session: Session, dialogue: Dialogue) -> tuple[Result, str]:
    """One output: what was found, and the lamp that was lit in its place."""
    dialogue.say(f"  {wire.what:<18} {wire.wire}")
    if wire.name == "line_stop" and not dialogue.agrees(f"The line stop {STOP}. Drive it?"):
        return _found(wire, "skipped", f"not driven: it {STOP}"), ""
    session.show(wire.name)
    if dialogue.unattended:
        clock.pause(SHOWN_S)
        return _found(wire, "unconfirmed", "driven; nobody was asked what was to be seen"), ""
    while (answer := dialogue.ask(f"Is the {wire.what} on, and no other?", ANSWERS)) == "r":
        session.show("")
        clock.pause(SHOWN_S / 2)
        session.show(wire.name)
    match answer:
        case "y":
            return _found(wire, "passed", "on when driven, as somebody saw"), ""
        case "s":
            return _found(wire, "skipped", "not tested"), ""
        case "o":
            other = dialogue.choose("Which is on?", [*(name for name in names if name != wire.name), NOTHING])
            if other != NOTHING:
                text = f"{other} was on instead"
                return _found(wire, "failed", text, "the two are on each other's terminals, or their pins are"), other
    return _found(wire, "failed", "stayed off when driven", REMEDY), ""


def _alive(wire: Connection, dialogue: Dialogue) -> tuple[Result, str]:
    """The output that pulses as long as the agent turns: looked at, not driven."""
    dialogue.say(f"  {wire.what:<18} {wire.wire}")
    if dialogue.unattended:
        return _found(wire, "unconfirmed", "pulses while the agent turns; nobody was asked whether its relay holds"), ""
    if dialogue.agrees(
        "It pulses while the agent turns. Does its relay hold, and the lamp for nobody watching stay off?"
    ):
        return _found(wire, "passed", "pulses, and its relay holds"), ""
    return _found(wire, "failed", "its relay does not hold", "look at the relay's supply, and at its time"), ""


def _found(wire: Connection, verdict: Verdict, text: str, remedy: str = "") -> Result:
    return Result(part="lamps", name=wire.name, wire=str(wire.wire), verdict=verdict, text=text, remedy=remedy)
