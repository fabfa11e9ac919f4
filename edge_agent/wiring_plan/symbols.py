"""Symbols of a circuit diagram, each drawn on a line that goes through `y`; a closed dot joins, a crossing does not."""

from __future__ import annotations

from collections.abc import Iterator

from edge_agent import svg
from edge_agent.svg import text

THIN, THICK = 1.6, 3.2
SMALL = 'font-size="11"'
BOLD = 'font-weight="bold"'
WIRES = {  # colours of wires as they are drawn; what is not here is drawn in ink
    "red": "#c62828", "yellow": "#f9c80e", "green": "#2e7d32", "blue": "#1565c0", "white": "#ffffff",
    "grey": "#8a8a8a", "violet": "#7b1fa2", "orange": "#ef6c00", "brown": "#6d4c41", "black": "#222222",
}  # fmt: skip


def path(way: str, width: float = THIN, *, dashed: bool = False) -> str:
    """A line in ink; a dashed one ties what moves together."""
    style = ' stroke-dasharray="3 3"' if dashed else ""
    return f'<path d="{way}" fill="none" stroke="{svg.INK}" stroke-width="{width}"{style}/>'


def rect(x: float, y: float, width: float, height: float, line: float = 1) -> str:
    """A white rectangle with an edge."""
    size = f'width="{width:g}" height="{height:g}"'
    return f'<rect x="{x:g}" y="{y:g}" {size} fill="#ffffff" stroke="{svg.INK}" stroke-width="{line:g}"/>'


def wire(x: float, y: float, to_x: float, colour: str = "") -> Iterator[str]:
    """A level wire; one with a colour is thick, with an edge so that white and yellow are seen on paper."""
    if colour in WIRES:
        yield f'<path d="M{x:g} {y:g}H{to_x:g}" stroke="{svg.INK}" stroke-width="{THICK + 2}"/>'
        yield f'<path d="M{x:g} {y:g}H{to_x:g}" stroke="{WIRES[colour]}" stroke-width="{THICK}"/>'
    else:
        yield path(f"M{x:g} {y:g}H{to_x:g}")


def dot(x: float, y: float) -> str:
    """Lines that meet here are joined."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="4"/>'


def terminal(x: float, y: float, name: str) -> Iterator[str]:
    """A screw terminal with its name, where it has room for one."""
    yield f'<circle cx="{x:g}" cy="{y:g}" r="6" fill="#ffffff" stroke="{svg.INK}" stroke-width="2"/>'
    yield path(f"M{x - 3:g} {y + 3:g}l6 -6")
    if name:
        yield text(x, y - 12, name, f'{BOLD} text-anchor="middle"')


def ground(x: float, y: float, words: str, *, left: bool = False) -> Iterator[str]:
    """A line from `y` down to a ground of that name, which stands beside it."""
    yield path(f"M{x:g} {y:g}v8M{x - 9:g} {y + 8:g}h18M{x - 6:g} {y + 12:g}h12M{x - 3:g} {y + 16:g}h6")
    yield text(x - 13, y + 15, words, f'{SMALL} text-anchor="end"') if left else text(x + 13, y + 15, words, SMALL)


def supply(x: float, y: float, words: str, *, left: bool = False) -> Iterator[str]:
    """A line from `y` up to a supply of that name, which stands beside it."""
    yield path(f"M{x:g} {y:g}v-8M{x - 5:g} {y - 4:g}l5 -6l5 6")
    yield text(x - 10, y - 4, words, f'{SMALL} text-anchor="end"') if left else text(x + 10, y - 4, words, SMALL)


def lamp(x: float, y: float, colour: str) -> Iterator[str]:
    """A lamp: a circle with a cross, in its colour."""
    fill = WIRES.get(colour, "#ffffff")
    yield f'<circle cx="{x:g}" cy="{y:g}" r="15" fill="{fill}" stroke="{svg.INK}" stroke-width="2"/>'
    yield path(f"M{x - 10.6:g} {y - 10.6:g}l21.2 21.2m0 -21.2l-21.2 21.2")


def buzzer(x: float, y: float) -> Iterator[str]:
    """A sounder: a half circle with its flat side down."""
    yield f'<rect x="{x - 16:g}" y="{y - 17:g}" width="32" height="19" fill="#ffffff"/>'
    yield path(f"M{x - 15:g} {y:g}a15 15 0 0 1 30 0z", 2)


def box(x: float, y: float, width: float, *words: str) -> Iterator[str]:
    """A device that is only named, in one line or two, with its middle on the line."""
    half = 12 + 8 * (len(words) > 1)
    yield rect(x - width / 2, y - half, width, 2 * half, 2)
    for place, line in enumerate(words):
        base = y + 4 + (place - (len(words) - 1) / 2) * 14
        yield text(x, base, line, f'{SMALL} text-anchor="middle"')


def contact(x: float, y: float, *, closed: bool, pulled: bool = False) -> Iterator[str]:
    """A contact 40 wide: `closed` opens when it is worked, else it closes; `pulled` has the ring of a cord."""
    yield f'<rect x="{x - 19:g}" y="{y - 4:g}" width="38" height="8" fill="#ffffff"/>'
    if closed:
        yield path(f"M{x - 20:g} {y:g}L{x + 22:g} {y + 9:g}M{x + 16:g} {y:g}v14M{x + 16:g} {y:g}H{x + 20:g}")
        middle = y + 4
    else:
        yield path(f"M{x - 20:g} {y:g}L{x + 14:g} {y - 13:g}M{x + 16:g} {y:g}H{x + 20:g}")
        middle = y - 6
    if pulled:
        yield path(f"M{x:g} {middle:g}V{y + 24:g}", dashed=True)
        yield f'<circle cx="{x:g}" cy="{y + 29:g}" r="5" fill="none" stroke="{svg.INK}" stroke-width="2"/>'


def transistor(x: float, y: float, reference: str) -> Iterator[str]:
    """An output that switches the line from the left to 0 V when the line from the right is high."""
    yield rect(x - 42, y - 26, 84, 56)
    yield path(f"M{x - 42:g} {y:g}h22v-10h12M{x - 8:g} {y - 18:g}v22M{x - 8:g} {y - 7:g}h50M{x + 42:g} {y - 7:g}v7")
    yield path(f"M{x - 8:g} {y - 1:g}l-14 12v8M{x - 8:g} {y - 10:g}l-12 0")
    yield f'<path d="M{x - 22:g} {y + 11:g}l3 -8l5 6z"/>'
    yield path(f"M{x - 22:g} {y + 18:g}V{y + 30:g}")
    yield from ground(x - 22, y + 30, reference)


def relay(x: float, y: float) -> Iterator[str]:
    """A relay's closing contact on the line, and its coil, which the line from the right switches."""
    yield rect(x - 42, y - 26, 84, 56)
    yield path(f"M{x - 42:g} {y:g}h8l22 -13M{x - 10:g} {y:g}h6V{y + 18:g}H{x - 42:g}")
    yield path(f"M{x - 24:g} {y - 6:g}H{x + 14:g}", dashed=True)
    yield rect(x + 14, y - 14, 18, 28, 2)
    yield path(f"M{x + 32:g} {y:g}H{x + 42:g}")


def opto(x: float, y: float) -> Iterator[str]:
    """An isolated input of either polarity: lights on the left, a transistor on the right that pulls the line low."""
    yield rect(x - 42, y - 26, 84, 56)
    diode, base, emitter = x - 20, x + 14, x + 26
    yield path(f"M{x - 42:g} {y:g}H{diode - 7:g}V{y + 18:g}H{diode + 7:g}V{y:g}H{diode - 7:g}M{diode:g} {y + 18:g}v12")
    yield path(f"M{diode - 13:g} {y + 4:g}h12l-6 9zM{diode - 13:g} {y + 13:g}h12")
    yield path(f"M{diode + 1:g} {y + 13:g}h12l-6 -9zM{diode + 1:g} {y + 4:g}h12")
    yield path(f"M{x - 2:g} {y + 5:g}l9 -4M{x - 2:g} {y + 12:g}l9 -4")
    yield path(f"M{base:g} {y - 8:g}v24M{base:g} {y:g}L{emitter:g} {y - 7:g}H{x + 42:g}V{y:g}")
    yield path(f"M{base:g} {y + 8:g}L{emitter:g} {y + 16:g}V{y + 30:g}")
    yield from ground(diode, y + 30, "ICOM", left=True)
    yield from ground(emitter, y + 30, "GND")


def buffer(x: float, y: float) -> Iterator[str]:
    """An input that follows its voltage, whether it is high or low."""
    yield rect(x - 42, y - 26, 84, 56)
    yield path(f"M{x - 42:g} {y:g}h22M{x - 20:g} {y - 14:g}v28l34 -14zM{x + 14:g} {y:g}h28")


def sensor(x: float, y: float, kind: str) -> Iterator[str]:
    """A sensor with three wires on a line to its input; the left wire comes from +24 V (PNP) or from 0 V (NPN)."""
    yield from box(x, y, 84, kind, "sensor")
    names = ("BN", "BK", "BU") if kind == "PNP" else ("BU", "BK", "BN")
    yield text(x - 46, y - 5, names[0], f'{SMALL} text-anchor="end"')
    yield text(x + 46, y - 5, names[1], SMALL)
    if kind == "PNP":
        yield from ground(x, y + 20, "BU, to 0 V")
    else:
        yield from supply(x, y - 20, "BN, from +24 V", left=True)


def resistor(x: float, y: float, up: bool, value: str, end: str) -> Iterator[str]:
    """A resistor from the line up to a supply, or down to ground."""
    way = -1 if up else 1
    yield dot(x, y)
    yield path(f"M{x:g} {y:g}v{6 * way}")
    top = y + (6 if not up else -28)
    yield rect(x - 5, top, 10, 22, THIN)
    yield text(x + 10, top + 15, value, SMALL)
    yield from supply(x, y - 28, end) if up else ground(x, y + 28, end)
