"""The wiring of one station as a picture: supply rails on the left, each wire a rung, the header on the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from edge_agent import svg
from edge_agent.boards import Board, Common, header
from edge_agent.config import Config
from edge_agent.config.wires import Connection
from edge_agent.svg import text
from edge_agent.wiring_plan import rung, symbols
from edge_agent.wiring_plan.rung import BEHIND, BOARD, DEVICE, PIN, PLUS, WIDTH, ZERO, Rung
from edge_agent.wiring_plan.symbols import BOLD, SMALL

TOP, GAP = 176, 40  # down to the first rung; between the rungs and the header's picture
GROUND_PIN = 39  # the header has eight; this one is at the end, beside GPIO21
NOT_SAFETY = "Not a safety function: emergency stops, interlocks and guards stay in circuits of their own."
STEP = 27  # between two pins of the header as it is pictured


def drawn(config: Config) -> str:
    """The station's wiring as an SVG document."""
    place = f"{config.station.line}/{config.station.name}".removeprefix("-/")
    board = "no board named" if config.board is None else f"{config.board.name}: {config.board.summary}"
    guarded = config.stack is not None and config.stack.alive is not None
    rungs = [*commons(config.board), *(rung.of(each, guarded) for each in config.wires())]
    rungs += [NOBODY] if guarded else []
    return picture(f"Wiring of {place}", board, rungs, guarded, config.wires())


def picture(title: str, subtitle: str, rungs: Sequence[Rung], guarded: bool, wires: Sequence[Connection] = ()) -> str:
    """Rungs between their rails, and where their pins are on the header."""
    lines = list(accumulate((each.height for each in rungs), initial=TOP))
    bottom = lines.pop()
    height = bottom + (GAP + 5 * STEP + 40 if wires else 20)
    body = [
        text(24, 36, title, f'font-size="22" {BOLD}'),
        text(24, 58, svg.shortened(subtitle, 13, WIDTH - 48), 'font-size="13"'),
        text(24, 78, f"{NOT_SAFETY} A dot joins lines, a crossing does not.", SMALL),
        *grounds(rungs, bottom),
        *rails(lines[-1] + 40, guarded),
        *(line for each, y in zip(rungs, lines, strict=True) for line in rung.drawn(each, y)),
        *(header_picture(bottom + GAP, wires) if wires else ()),
    ]
    return svg.document(svg.opening(title, WIDTH, height), body)


def grounds(rungs: Sequence[Rung], bottom: float) -> Iterator[str]:
    """What is on the board, and what is the Pi."""
    bands = ((*BOARD, "#eef3f8", "board"), (PIN - 18, WIDTH - 24, "#eef6ee", "Pi, 40-pin header"))
    for left, right, fill, name in bands if any(each.terminal is not None for each in rungs) else ():
        size = f'width="{right - left}" height="{bottom - TOP + 34}"'
        yield f'<rect x="{left}" y="{TOP - 66}" {size} fill="{fill}"/>'
        yield text((left + right) / 2, TOP - 50, name, f'{SMALL} text-anchor="middle"')


def rails(bottom: float, guarded: bool) -> Iterator[str]:
    """The supply: +24 V behind a fuse, 0 V, and what the watchdog relay lets through."""
    yield text(24, TOP - 74, "24 V DC", f'font-size="13" {BOLD}')
    yield symbols.rect(PLUS - 6, TOP - 64, 12, 26, 2)
    yield symbols.path(f"M{PLUS} {TOP - 70}V{bottom:g}", 3)
    yield text(PLUS - 10, TOP - 47, "F1", f'{SMALL} text-anchor="end"')
    yield symbols.path(f"M{ZERO} {TOP - 18}V{bottom:g}", 3)
    yield text(PLUS, bottom + 16, "+24 V", f'{SMALL} text-anchor="middle"')
    yield text(ZERO, bottom + 16, "0 V", f'{SMALL} text-anchor="middle"')
    if guarded:
        y = TOP - 30
        yield symbols.dot(PLUS, y)
        yield symbols.path(f"M{PLUS} {y}H{BEHIND}V{bottom:g}", 3)
        yield from symbols.contact((PLUS + BEHIND) / 2, y, closed=False)
        yield text((PLUS + BEHIND) / 2, y - 18, "K1", f'{BOLD} text-anchor="middle"')
        yield text(BEHIND, bottom + 16, "lamps", f'{SMALL} text-anchor="middle"')


def commons(board: Board | None) -> Iterator[Rung]:
    """The terminals that belong to all wires."""
    for each in () if board is None else board.commons:
        yield common(each)


def common(each: Common) -> Rung:
    """A terminal that belongs to several wires."""
    return Rung(
        title=f"{each.terminal} to {each.to}",
        note=each.why,
        rail="plus" if each.to == "+24 V" else "zero",
        terminal=each.terminal,
        symbol=pi_ground if each.to == "0 V and GND" else None,
    )


def pi_ground(x: float, y: float) -> Iterator[str]:
    """A terminal that is the Pi's ground."""
    yield symbols.path(f"M{x - 42:g} {y:g}H{PIN:g}")
    yield from rung.pin(y, GROUND_PIN, "ground")


def _opening(x: float, y: float) -> Iterator[str]:
    yield from symbols.contact(x, y, closed=True)
    yield text(x, y + 26, "K1", f'{BOLD} text-anchor="middle"')


NOBODY = Rung(
    title="nobody is watching",
    note="amber lamp; lit when K1 has fallen",
    rail="plus",
    devices=((DEVICE - 70, _opening), (DEVICE, lambda x, y: symbols.lamp(x, y, "orange"))),
)


def header_picture(top: float, wires: Sequence[Connection]) -> Iterator[str]:
    """The 40 pins as they lie, the odd row below, each used one with what it is for."""
    used = {each.wire.header_pin: each for each in wires}
    left = (WIDTH - 19 * STEP) / 2
    yield text(
        24, top, "The header from above, the USB ports to the right; pin 1 has the square pad", f'font-size="13" {BOLD}'
    )
    for place in range(1, 41):
        x = left + (place - 1) // 2 * STEP
        y = top + 3 * STEP - (place % 2 == 0) * STEP
        each = used.get(place)
        fill = "#f4d58d" if each else "#dddddd" if place in header.PLACES else "#ffffff"
        corner = 0 if place == 1 else 9
        yield (
            f'<rect x="{x - 9:g}" y="{y - 9:g}" width="18" height="18" rx="{corner}" fill="{fill}" stroke="{svg.INK}"/>'
        )
        yield text(x, y + 4, str(place), f'font-size="10" text-anchor="middle"{" " + BOLD if each else ""}')
        if each:
            turn = -40 if place % 2 == 0 else 40
            base = y - 14 if place % 2 == 0 else y + 18
            yield text(x, base, each.name, f'{SMALL} transform="rotate({turn} {x:g} {base:g})"')
