"""The commissioning sheet of a station, to be printed and filled in: a row a wire, then what must be seen to happen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from edge_agent import svg
from edge_agent.config import Config
from edge_agent.config.wires import Connection
from edge_agent.svg import text
from edge_agent.wiring_plan.symbols import BOLD, SMALL

WIDTH, HEIGHT, EDGE = 840, 1188, 48  # a quarter of a millimetre
SIZE = 'width="210mm" height="297mm"'
ROW = 30
COLUMNS = (
    ("wire", 0),
    ("terminal", 212),
    ("line", 290),
    ("pin", 360),
    ("at rest", 400),
    ("seen", 470),
    ("ok", 620),
    ("by", 664),
)
SAFETY = "The stack, the cord and the line stop request are no safety function. Emergency stops were not touched."
ALWAYS = (
    "Power on: all lamps dark until the agent runs; then each lights once, from the top",
    "Dark again until the first part is seen; green only after that",
    "Five pieces made: sudo edge-agent status counts five cycles",
    "Network cable out: the lamps go on; in again: the status says that nothing waits",
)
CORD = (
    "Each cord and button that calls: its lamp blinks{buzzer} within a second",
    "Each cord: its wire off the terminal calls as if it were pulled",
)
ANSWER = ("Each button that answers: the lamp is steady, or the call is over",)
ALIVE = (
    "Station stopped (systemctl stop): the amber lamp lights within 4 s, the stack is dark",
    "Station held (kill -STOP): the same. The wire of alive off its terminal: the same",
)


def drawn(config: Config) -> str:
    """The blank sheet as an SVG document of one A4 page, or longer where a station has many wires."""
    wires = config.wires()
    deeds = deeds_of(wires)
    top = 232
    below = top + ROW * (len(wires) + 1) + 44
    end = below + ROW * len(deeds) + 150
    body = [*head(config), *table(wires, top), *list_of(deeds, below), *signed(below + ROW * len(deeds) + 30)]
    height = max(HEIGHT, math.ceil(end))
    return svg.document(svg.opening(f"Commissioning of {config.station.name}", WIDTH, height, SIZE), body)


def deeds_of(wires: Sequence[Connection]) -> tuple[str, ...]:
    """What is to be tried at a station with these wires."""
    cord = any(": calls" in each.what for each in wires)
    answer = any(": answers" in each.what for each in wires)
    alive = any(each.name == "alive" for each in wires)
    buzzer = " and the buzzer sounds," if any(each.name == "buzzer" for each in wires) else ""
    calls = [each.format(buzzer=buzzer) for each in CORD] if cord else []
    return (*ALWAYS, *calls, *(ANSWER if answer else ()), *(ALIVE if alive else ()))


def head(config: Config) -> Iterator[str]:
    """Which station, and what is written by hand about it."""
    station = config.station
    levels = f"{station.enterprise}/{station.site}/{station.area}/{station.line}/{station.name}"
    board = config.board.name if config.board is not None else "no board named"
    yield text(EDGE, EDGE + 24, "Commissioning sheet", f'font-size="26" {BOLD}')
    yield text(EDGE, EDGE + 50, svg.shortened(levels, 16, WIDTH - 2 * EDGE), 'font-size="16"')
    yield text(EDGE, EDGE + 72, f"Board {board}. {SAFETY}", SMALL)
    for place, name in enumerate(("Date", "Serial number of the Pi", "Version of the agent", "Drawing number")):
        x, y = EDGE + (place % 2) * 380, EDGE + 108 + place // 2 * 40
        yield text(x, y, name, SMALL)
        yield rule(x + 138, y + 2, 220)


def table(wires: Sequence[Connection], top: float) -> Iterator[str]:
    """A row a wire: what it should be, and room for what it was."""
    for name, x in COLUMNS:
        yield text(EDGE + x, top, name, f"{SMALL} {BOLD}")
    yield rule(EDGE, top + 8, WIDTH - 2 * EDGE, 2)
    for place, each in enumerate(wires):
        y = top + ROW * (place + 1)
        wire = each.wire
        cells = (each.what, wire.terminal or "-", wire.gpio, str(wire.header_pin), each.idle)
        for (_, x), room, cell in zip(COLUMNS, (204, 74, 66, 36, 60), cells, strict=False):
            yield text(EDGE + x, y, svg.shortened(cell, 12, room))
        blank = "bounce ms:" if each.direction == "input" else "pulses" if each.name == "alive" else "lit, dark"
        yield text(EDGE + COLUMNS[5][1], y, blank, SMALL)
        yield tick(EDGE + COLUMNS[6][1], y)
        yield rule(EDGE, y + 10, WIDTH - 2 * EDGE)


def list_of(deeds: Sequence[str], top: float) -> Iterator[str]:
    """What is done, and must be seen."""
    yield text(EDGE, top, "Done and seen", f'font-size="14" {BOLD}')
    for place, deed in enumerate(deeds):
        y = top + ROW * (place + 1)
        yield tick(EDGE, y)
        yield text(EDGE + 26, y, deed)


def signed(top: float) -> Iterator[str]:
    """What is left to say, and who says so."""
    yield text(EDGE, top, "Remarks, what was changed", SMALL)
    yield rule(EDGE, top + 34, WIDTH - 2 * EDGE)
    for x, name in ((EDGE, "Electrician"), (EDGE + 380, "Team leader")):
        yield rule(x, top + 78, 340)
        yield text(x, top + 94, name, SMALL)


def tick(x: float, y: float) -> str:
    """A box to tick."""
    return f'<rect x="{x:g}" y="{y - 12:g}" width="14" height="14" fill="none" stroke="{svg.INK}"/>'


def rule(x: float, y: float, length: float, width: float = 0.8) -> str:
    """A line to write on."""
    return f'<path d="M{x:g} {y:g}h{length:g}" stroke="{svg.INK}" stroke-width="{width:g}"/>'
