"""One wire as a rung of the drawing: from a supply rail through the device to its terminal and the header's pin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from edge_agent import svg
from edge_agent.boards import Wire
from edge_agent.config.wires import Connection
from edge_agent.svg import text
from edge_agent.wiring_plan import symbols
from edge_agent.wiring_plan.symbols import BOLD, SMALL

TALL, LOW = 94, 60  # of a rung with a symbol on the board, and of one without
PLUS, ZERO, BEHIND = 46, 82, 118  # the rails: +24 V, 0 V, and +24 V behind the contact of the watchdog relay
NOTES, DEVICE, TERMINAL, SYMBOL, RESISTOR, PIN, WIDTH = 138, 480, 562, 662, 770, 850, 1000
BOARD = (530, 716)  # what is on the board
REFERENCE = "0 V"

Symbol = Callable[[float, float], Iterator[str]]
Rail = Literal["plus", "zero", "behind"]
RAILS: dict[Rail, int] = {"plus": PLUS, "zero": ZERO, "behind": BEHIND}


class Rung(NamedTuple):
    """What is drawn for one wire.

    Args:
        title, note: what it is for, and what to know of it.
        rail: where it begins.
        devices: what is in the field, each with its place.
        colour: of the wire to the terminal.
        terminal: its name; None for a rung that does not reach the board.
        symbol: what the board does with it.
        wire: the line behind it, None for a terminal that has none.
        pull: of the line.
        own: whether that resistor is the Pi's own.
    """

    title: str
    note: str
    rail: Rail
    devices: tuple[tuple[float, Symbol], ...] = ()
    colour: str = ""
    terminal: str | None = None
    symbol: Symbol | None = None
    wire: Wire | None = None
    pull: str = "none"
    own: bool = False

    @property
    def height(self) -> int:
        """How much room it takes."""
        return LOW if self.wire is None and not self.devices else TALL


def drawn(rung: Rung, y: float) -> Iterator[str]:
    """The rung on the line `y`."""
    room = (DEVICE if rung.devices else TERMINAL) - NOTES - 50
    yield text(NOTES, y - 22, svg.shortened(rung.title, 13 * svg.BOLD, room), f'font-size="13" {BOLD}')
    yield text(NOTES, y - 8, svg.shortened(rung.note, 11, room), SMALL)
    start = RAILS[rung.rail]
    yield symbols.dot(start, y)
    end = TERMINAL if rung.terminal is not None else BOARD[0] - 10
    yield symbols.path(f"M{start:g} {y:g}H{DEVICE + 16:g}")
    yield from symbols.wire(DEVICE + 16, y, end, rung.colour)
    for x, device in rung.devices:
        yield from device(x, y)
    if rung.terminal is None:
        yield from symbols.ground(end, y, REFERENCE)
        return
    if rung.symbol is not None:
        yield symbols.path(f"M{TERMINAL:g} {y:g}H{SYMBOL - 42:g}")
        yield from rung.symbol(SYMBOL, y)
    yield from symbols.terminal(TERMINAL, y, rung.terminal)
    if rung.wire is not None:
        yield from line(rung, rung.wire, y)


def line(rung: Rung, wire: Wire, y: float) -> Iterator[str]:
    """The 3.3 V side: from the board to the pin, with the resistor that holds it."""
    yield symbols.path(f"M{SYMBOL + 42 if rung.symbol is not None else TERMINAL + 6:g} {y:g}H{PIN:g}")
    if rung.pull != "none":
        value, end = "in the Pi" if rung.own else "10 kΩ", "3.3 V" if rung.pull == "up" else "GND"
        yield from symbols.resistor(RESISTOR, y, rung.pull == "up", value, end)
    yield from pin(y, wire.header_pin, wire.gpio)


def pin(y: float, place: int, name: str) -> Iterator[str]:
    """A pin of the header."""
    yield symbols.rect(PIN - 7, y - 7, 14, 14, 2)
    yield text(PIN + 14, y - 2, f"pin {place}", f'font-size="13" {BOLD}')
    yield text(PIN + 14, y + 12, name, SMALL)


def of(connection: Connection, guarded: bool) -> Rung:
    """The rung of one wire of a station.

    Args:
        guarded: whether the lamps hang behind the contact of a watchdog relay.
    """
    wire = connection.wire
    return output(connection, guarded) if connection.direction == "output" else contact(connection, wire)


def output(connection: Connection, guarded: bool) -> Rung:
    """A lamp between the supply and its terminal: on +24 V where the board sinks, on 0 V where it is a relay."""
    wire = connection.wire
    hot: Rail = "behind" if guarded and connection.name != "alive" else "plus"
    lit = f"on when {wire.gpio} is {connection.given}"
    symbol = {"sink": sink, "relay": relay_from(hot)}.get(wire.circuit)
    note = f"{wire.colour} wire; {lit}" if wire.colour else lit
    pull = connection.pull
    if symbol is None:
        note = f"{lit}; 3.3 V only"
        pull = "down" if connection.given == "high" else "up"  # whatever drives the lamp, its line is to be held
    return Rung(
        title=connection.what,
        note=note,
        rail="zero" if wire.circuit == "relay" else hot,
        devices=((DEVICE, device(connection.name)), *(() if symbol else ((SYMBOL, driver),))),
        colour=wire.colour,
        terminal=f"{wire.terminal} NO" if wire.circuit == "relay" else named(wire),
        symbol=symbol,
        wire=wire,
        pull=pull,
    )


def named(wire: Wire) -> str:
    """The terminal; one without a name is on a board of one's own."""
    return "yours" if wire.circuit == "logic" else wire.terminal


def sink(x: float, y: float) -> Iterator[str]:
    """A transistor to the board's GND."""
    yield from symbols.transistor(x, y, "GND")


def driver(x: float, y: float) -> Iterator[str]:
    """What a bare line needs between itself and anything of 24 V."""
    yield from symbols.box(x, y, 96, "driver or input", "of your own")


def relay_from(hot: Rail) -> Symbol:
    """A relay whose common comes from that rail."""

    def symbol(x: float, y: float) -> Iterator[str]:
        yield symbols.dot(RAILS[hot], y + 24)
        yield symbols.path(f"M{RAILS[hot]:g} {y + 24:g}H{x - 42:g}")
        yield from symbols.relay(x, y)
        yield from symbols.terminal(TERMINAL, y + 24, "")
        yield text(TERMINAL - 10, y + 20, "COM", f'{BOLD} text-anchor="end"')

    return symbol


def device(name: str) -> Symbol:
    """What hangs on an output."""
    if name == "buzzer":
        return symbols.buzzer
    if name == "alive":
        return lambda x, y: symbols.box(x, y, 92, "U1 and K1", "watchdog relay")
    if name == "line_stop":
        return lambda x, y: symbols.box(x, y, 92, "relay to the", "line's control")
    return lambda x, y: symbols.lamp(x, y, name)


def contact(connection: Connection, wire: Wire) -> Rung:
    """A contact between +24 V and its input, or between a bare line and the Pi's ground."""
    symbol = {"opto": symbols.opto, "buffer": symbols.buffer}.get(wire.circuit)
    rests = f"{wire.gpio} reads {connection.idle} at rest"
    closed = connection.normally_closed
    cord = ": calls" in connection.what

    def field(x: float, y: float) -> Iterator[str]:
        return symbols.contact(x, y, closed=closed, pulled=cord)

    kind = "opens when pulled" if closed and cord else "opens" if closed else "closes"
    return Rung(
        title=connection.what,
        note=f"{kind}; {rests}" if symbol else f"{rests}; 3.3 V only",
        rail="plus",
        devices=((DEVICE, field), *(() if symbol else ((SYMBOL, driver),))),
        colour=wire.colour,
        terminal=named(wire),
        symbol=symbol,
        wire=wire,
        pull=connection.pull,
        own=True,
    )
