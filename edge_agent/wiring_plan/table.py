"""The wiring of a station as a table: one row a wire, from what it is for to the pin of the header."""

from __future__ import annotations

from collections.abc import Iterable

from edge_agent.boards import Board, Wire
from edge_agent.config.wires import Connection

COLUMNS = ("for", "terminal", "line", "pin", "at rest", "held by", "wire")
CIRCUITS = {
    "sink": "transistor to 0 V",
    "relay": "relay contact",
    "opto": "isolated input",
    "buffer": "24 V input",
    "logic": "3.3 V line",
}


def row(each: Connection) -> tuple[str, ...]:
    """The cells of one wire; at rest is: the lamp dark, the cord not pulled."""
    wire = each.wire
    return (each.what, wire.terminal or "-", wire.gpio, str(wire.header_pin), each.idle, held(each), wire.colour or "-")


def held(each: Connection) -> str:
    """What holds the line while nothing drives it, or what should."""
    if each.direction == "input":
        return "the board" if each.pull == "none" else f"the Pi, {each.pull}"
    needed = "down" if each.given == "high" else "up"
    return f"10 kohm, {each.pull}" if each.pull != "none" else f"the Pi, weakly; add 10 kohm, {needed}"


def as_text(wires: Iterable[Connection]) -> str:
    """Columns of text for a terminal."""
    rows = [COLUMNS, *(row(each) for each in wires)]
    widths = [max(len(cells[place]) for cells in rows) for place in range(len(COLUMNS))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) for cells in rows)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def as_markdown(wires: Iterable[Connection]) -> str:
    """A table for a document."""
    return markdown(COLUMNS, [row(each) for each in wires]) + "\n"


def of_board(board: Board) -> str:
    """Every terminal of a board, as a table for a document."""
    columns = ("terminal", "what", "line", "pin", "active", "held by", "at power-on", "proposed for", "wire")
    commons = [(each.terminal, f"to {each.to}: {each.why}", *([""] * 7)) for each in board.commons]
    return markdown(columns, [*(profile_row(each) for each in board.wires), *commons])


def profile_row(wire: Wire) -> tuple[str, ...]:
    """The cells of one terminal."""
    inward = wire.direction == "input"
    held = "" if wire.pull == "none" else ("the Pi, " if inward else "10 kohm, ") + wire.pull
    power = "" if inward else "off" if wire.boot == "off" else f"{wire.at_power_on()}, weakly"
    what = CIRCUITS[wire.circuit]
    return (wire.terminal, what, wire.gpio, str(wire.header_pin), wire.active, held, power, wire.use, wire.colour)


def markdown(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Rows below their heading."""
    lines = [columns, ("---",) * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
