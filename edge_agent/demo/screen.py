"""The demo's screen as text: the stack light beside the events. Pure: what is known goes in, lines come out."""

from __future__ import annotations

import textwrap
from collections import deque

import msgspec

from edge_agent.andon.legend import Mode, Tier
from edge_agent.demo.words import Told, lamp, meaning
from edge_agent.state import State

WIDEST = 100  # columns; wider lines are hard to read
NARROWEST = 50  # columns; the longest first line of an event just fits
LOWEST = 14  # rows; with fewer there is no room for the stack and the text around it
SEGMENT = 12  # columns of a tier
MARGIN = 2
BESIDE = MARGIN + SEGMENT + 2 + 3  # where the events begin: margin, border, gap
TALL_ROWS = 24  # a terminal of this height has room for tiers of three rows
LINES_BESIDE_STACK = 8  # what is above and below the stack and the events, and the line of the cursor
REMEMBERED = 50  # events; no terminal shows more

RESET = "\x1b[0m"
BOLD = "1"
DIM = "2"
COLOURS = {  # text and background of a lit tier, of the 256 every terminal has
    Tier.RED: "1;38;5;231;48;5;196",
    Tier.YELLOW: "1;38;5;16;48;5;220",
    Tier.GREEN: "1;38;5;16;48;5;40",
    Tier.BLUE: "1;38;5;231;48;5;27",
    Tier.WHITE: "1;38;5;16;48;5;255",
}
HEAD_COLOURS = {
    "raised": "1;38;5;220",
    "escalated": "1;38;5;208",
    "line stop": "1;38;5;196",
    "cleared": "1;38;5;40",
    "sensor lost": "1;38;5;255",
    "fault": "1;38;5;196",
}


class View(msgspec.Struct, kw_only=True):
    """Everything on the screen.

    Args:
        lit: tiers that are on at this instant; `sound` the buzzer.
        press: what goes on at the press.
        state: what the subscriber was last told of the station; it comes up to a second after the lamp.
        elapsed_s, length_s: how long the press has worked, and will.
    """

    lit: set[Tier] = msgspec.field(default_factory=set)
    sound: bool = False
    events: deque[Told] = msgspec.field(default_factory=lambda: deque(maxlen=REMEMBERED))
    press: str = ""
    state: State | None = None
    elapsed_s: float = 0.0
    length_s: float = 0.0


def paint(text: str, style: str, colour: bool) -> str:
    r"""The text in a style, or as it is.

    >>> paint("red", BOLD, True)
    '\x1b[1mred\x1b[0m'
    """
    return f"\x1b[{style}m{text}{RESET}" if colour and text else text


def frame(view: View, columns: int, rows: int, colour: bool) -> list[str]:
    """The screen, a line each: no wider than `columns`, lower than `rows`; see NARROWEST and LOWEST."""
    width = max(NARROWEST, min(columns, WIDEST))
    light = stack(view, 3 if rows >= TALL_ROWS else 1, colour)
    light += [" " * (BESIDE - 3)] * (min(rows, TALL_ROWS) - LINES_BESIDE_STACK + 1 - len(light))
    beside = newest(view.events, width - BESIDE, len(light), colour)
    body = [f"{left}   {right}".rstrip() for left, right in zip(light, beside, strict=True)]
    return [*header(view, width, colour), *body, "", *footer(view, width, colour)]


def header(view: View, width: int, colour: bool) -> list[str]:
    """What this is, and how far it has come."""
    title, clock = "Andon Edge Agent", f"{minutes(view.elapsed_s)} of {minutes(view.length_s)}"
    room = " " * max(1, width - 2 * MARGIN - len(title) - len(clock))
    under = "The press is simulated; station, uplink, broker and subscriber are real."
    margin = " " * MARGIN
    return [
        f"{margin}{paint(title, BOLD, colour)}{room}{paint(clock, DIM, colour)}",
        margin + paint(cut(under, width - MARGIN), DIM, colour),
    ]


def footer(view: View, width: int, colour: bool) -> list[str]:
    """What goes on at the press, and what the lamp means, in three lines."""
    room = width - MARGIN - 8
    said = textwrap.wrap(explained(view), room)[:2]
    lines = [("press", cut(view.press, room)), ("lamp", ""), ("", "")]
    for place, line in enumerate(said, start=1):
        lines[place] = (lines[place][0], line)
    return [f"{' ' * MARGIN}{paint(f'{word:<8}', DIM, colour)}{text}".rstrip() for word, text in lines]


def explained(view: View) -> str:
    """What the lamp says, in words; nothing while the last snapshot is of another lamp than the one that is seen."""
    if view.state is None:
        return ""
    lamps = view.state.lamp
    steady = {tier for tier, mode in lamps.items() if mode == Mode.CONTINUOUS}
    return f"{lamp(view.state)}: {meaning(view.state)}" if steady <= view.lit <= set(lamps) else ""


def stack(view: View, height: int, colour: bool) -> list[str]:
    """The stack light, each tier `height` rows high; its foot shows whether the buzzer sounds."""
    margin, side = " " * MARGIN, paint("│", DIM, colour)
    rows = [margin + paint(f"╭{'─' * SEGMENT}╮", DIM, colour)]
    for tier in Tier:
        for row in range(height):
            name = str(tier) if row == height // 2 else ""
            rows.append(f"{margin}{side}{segment(tier, name, tier in view.lit, colour)}{side}")
    foot = " ♪ buzzer ♪ " if view.sound else "─" * SEGMENT
    edges = (paint("╰", DIM, colour), paint(foot, BOLD if view.sound else DIM, colour), paint("╯", DIM, colour))
    return [*rows, margin + "".join(edges)]


def segment(tier: Tier, name: str, on: bool, colour: bool) -> str:
    """One row of a tier.

    >>> segment(Tier.RED, "red", on=True, colour=False), segment(Tier.RED, "red", on=False, colour=False)
    ('███ red ████', '    red     ')
    """
    if colour or not on:
        return paint(f"{name:^{SEGMENT}}", COLOURS[tier] if on else DIM, colour)
    return f"{f' {name} ' if name else '':█^{SEGMENT}}"


def newest(events: deque[Told], width: int, height: int, colour: bool) -> list[str]:
    """The newest events that fit, oldest first, in exactly `height` lines."""
    lines: list[str] = []
    for event in reversed(events):
        block = event_lines(event, width, colour)
        if len(block) + len(lines) > height:
            break
        lines = block + lines
    return lines + [""] * (height - len(lines))


def event_lines(event: Told, width: int, colour: bool) -> list[str]:
    """One event: when, what and about what; under it, its sentence."""
    head = f"{event.time}  {event.head}"
    about = cut(f" {event.about}", width - len(head))
    style = HEAD_COLOURS.get(event.head, BOLD)
    first = f"{paint(event.time, DIM, colour)}  {paint(event.head, style, colour)}{about}"
    room = width - 4
    sentence = textwrap.wrap(event.text, room, max_lines=2, placeholder="...", break_on_hyphens=False)
    return [first, *(f"    {line}" for line in sentence)]


def cut(text: str, room: int) -> str:
    """The text, shortened where it is longer than `room`.

    >>> cut("a long story", 9)
    'a long...'
    """
    return text if len(text) <= room else text[: max(0, room - 3)].rstrip() + "..."


def minutes(seconds: float) -> str:
    """Seconds as `m:ss`.

    >>> minutes(75.0)
    '1:15'
    """
    whole, rest = divmod(int(seconds), 60)
    return f"{whole}:{rest:02d}"
