"""Rules on the board a station names: each line where the board leads it, levels as the board has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from edge_agent.boards import Board, Wire, header
from edge_agent.config.complaint import Complaints
from edge_agent.config.draft import Draft
from edge_agent.config.lines import Path
from edge_agent.config.terminals import lamps, line_of, pins_of, used

TOWARDS = {"up": "high", "down": "low"}  # the level a resistor pulls to
OPPOSITE = {"high": "low", "low": "high"}


def lines(found: Complaints, draft: Draft) -> None:
    """Each line is one that the board leads somewhere, in that direction, and does not need itself."""
    board = draft.board
    if board is None:
        return
    for path, name in used(draft.document):
        line = line_of(board, name)
        if line is None:
            continue  # what is no pin at all is said by the rule on pins
        key, wire = path[-1], board.wire_of(name)
        direction = "output" if path[0] == "stack" else "input"
        remedy = free(board, draft.document, direction)
        taken = next((bus for bus in board.buses if line in header.BUSES[bus]), None)
        if line in header.EEPROM:
            found.error(path, f"{key}: GPIO{line} reads the EEPROM of HATs at power-on; {remedy}")
        elif taken is not None:
            found.error(path, f"{key}: GPIO{line} belongs to {taken}, which the board {board.name} needs; {remedy}")
        elif wire is None:
            found.warn(path, f"{key}: GPIO{line} leads to no terminal of the board {board.name}; {remedy}")
        elif wire.direction not in {direction, "either"}:
            found.error(path, f"{key}: {wire} is an {wire.direction} of the board {board.name}; {remedy}")
        elif key == "alive" and wire.circuit == "relay":
            text = f"{wire} is a relay, and pulses would wear it out, 69,000 a day"
            found.warn(path, f"{key}: {text}; take an output that is a transistor")


def free(board: Board, document: dict[str, Any], direction: str) -> str:
    """What to write instead: terminals that nothing uses yet, of outputs those that are off at power-on."""
    taken = {line_of(board, name) for _, name in used(document)}
    fit = [
        wire.terminal
        for wire in board.wires
        if wire.direction in {direction, "either"} and wire.line not in taken and (direction == "input" or off(wire))
    ]
    return f"take {' or '.join(fit[:4])}" if fit else f"the board has no further {direction} for it"


def off(wire: Wire) -> bool:
    """Whether an output is off from power-on until the agent runs; of a bare line, where high lights."""
    return wire.at_power_on() != ("high" if wire.active == "either" else wire.active)


def levels(found: Complaints, draft: Draft) -> None:
    """What the file says of levels and resistors is what the board does."""
    if draft.board is None:
        return
    for path, table in draft.raw("sensor"):
        for wire in wires(draft.board, table, pins_of(table)):
            if wire.direction == "input" and wire.active != "either":
                contact(found, path, table, wire)
    outputs: object = draft.document.get("stack")
    active = word(outputs, "active") if isinstance(outputs, dict) else ""
    for _, name in lamps(draft.document) if active in OPPOSITE else ():
        lamp = draft.board.wire_of(name)
        if lamp is not None and lamp.direction == "output" and lamp.active == OPPOSITE[active]:
            text = f"{lamp} is lit by {lamp.active} on the board {draft.board.name}"
            remedy = f'write active = "{lamp.active}", or leave it out'
            found.error(("stack", "active"), f'active = "{active}", but {text}; {remedy}')
            return  # the other outputs of a board are alike


def wires(board: Board, table: dict[str, Any], keys: tuple[str, ...]) -> Iterator[Wire]:
    """The wires of the board that these keys name."""
    for key in keys:
        wire = board.wire_of(word(table, key))
        if wire is not None:
            yield wire


def word(table: dict[str, Any], key: str) -> str:
    """The text of a key, empty where there is none."""
    value = table.get(key)
    return value if isinstance(value, str) else ""


def contact(found: Complaints, path: Path, table: dict[str, Any], wire: Wire) -> None:
    """One input against its table."""
    remedy = f'write active = "{wire.active}" and pull = "{wire.pull}", or leave both out'
    active, pull = word(table, "active"), word(table, "pull")
    if active == OPPOSITE[wire.active]:
        text = f"{wire} reads {wire.active} for a closed contact"
        found.error((*path, "active"), f'active = "{active}", but {text}; {remedy}')
    if TOWARDS.get(pull) == wire.active:
        text = f"pulls {wire} to what a closed contact reads"
        found.error((*path, "pull"), f'pull = "{pull}" {text}; {remedy}')
