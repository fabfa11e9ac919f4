"""The board a station names: its terminals stand for lines, and what it knows stands where the file is silent.

Without `[station] board` nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from edge_agent import boards
from edge_agent.boards import Board
from edge_agent.config.complaint import Complaints, meant, shown
from edge_agent.config.lines import Path
from edge_agent.kind import kind_of
from edge_agent.sensors import SENSORS
from edge_agent.signals import stack

PINS: dict[str, tuple[str, ...]] = {kind_of(each): each.PINS for each in SENSORS}


def named(found: Complaints, document: dict[str, Any]) -> Board | None:
    """The profile that `[station] board` names; None where it names none, or none there is."""
    station = document.get("station")
    name = station.get("board") if isinstance(station, dict) else None
    if not isinstance(name, str):
        return None  # no text is a complaint of its own
    try:
        return boards.board(name)
    except boards.UnknownBoardError as error:
        found.error(("station", "board"), f"board: no board is called {shown(name)}; {meant(name, error.known)}")
        return None


def in_doubt(document: dict[str, Any], board: Board | None) -> bool:
    """Whether a board is named that is not known: then its terminals are not either, and are no slips of their own."""
    station = document.get("station")
    return board is None and isinstance(station, dict) and "board" in station


def settled(document: dict[str, Any], board: Board | None) -> dict[str, Any]:
    """The document with lines for terminals, and with the board's levels and pulls where nothing is written."""
    if board is None:
        return document
    done = dict(document)
    if isinstance(tables := document.get("sensor"), list):
        done["sensor"] = [_settled(table, pins_of(table), board, "input", ("pull", "active")) for table in tables]
    if "stack" in document:
        done["stack"] = _settled(document["stack"], stack.Settings.PINS, board, "output", ("active",))
    return done


def _settled(table: Any, keys: tuple[str, ...], board: Board, direction: str, filled: tuple[str, ...]) -> Any:
    """One table; what is no table, or no text, is left for its own complaint; so is a pin of another direction."""
    if not isinstance(table, dict):
        return table
    names = {key: name for key in keys if isinstance(name := table.get(key), str)}
    found = [wire for name in names.values() if (wire := board.wire_of(name)) is not None]
    wires = [wire for wire in found if wire.direction in {direction, "either"}]
    lines = {key: wire.gpio for key, name in names.items() if (wire := board.terminal(name)) is not None}
    told = {key: getattr(wires[0], key) for key in filled} if wires and wires[0].active != "either" else {}
    return told | table | lines


def pins_of(table: Any) -> tuple[str, ...]:
    """The keys of a sensor's table that name a pin; none where its kind is not known."""
    kind = table.get("kind") if isinstance(table, dict) else None
    return PINS.get(kind, ()) if isinstance(kind, str) else ()


def used(document: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every pin of the file with its path, as it is written, also in tables that could not be read."""
    tables = document.get("sensor")
    for index, table in enumerate(tables if isinstance(tables, list) else ()):
        for key in pins_of(table):
            if isinstance(name := table.get(key), str):
                yield ("sensor", index, key), name
    yield from lamps(document)


def lamps(document: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """The outputs of the stack."""
    table: object = document.get("stack")
    if not isinstance(table, dict):
        return
    for key in stack.Settings.PINS:
        if isinstance(name := table.get(key), str):
            yield ("stack", key), name


def line_of(board: Board | None, name: str) -> int | None:
    """The GPIO number of what is written; None where it is neither a terminal of the board nor a pin."""
    wire = boards.wire_of(name, board)
    return None if wire is None else wire.line
