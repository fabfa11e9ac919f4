"""The page: A3 across, black on white, with room to write causes and countermeasures by hand.

Nothing is told by colour, so that any printer and copier will do. In a shift of up to nine hours the figures of an hour
are capitals of 7 mm on A3, 5 mm on A4: from two metres 12 and 8 minutes of arc, where an eye that sees well needs 5.
What stands beside them is for those who step up to it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from edge_agent import svg
from edge_agent.analysis_board import words
from edge_agent.events.accounts import Hour
from edge_agent.report import Board, nuisances, span, top_gaps
from edge_agent.svg import text

WIDTH, HEIGHT = 1680, 1188  # units of a quarter of a millimetre
SIZE = 'width="420mm" height="297mm"'
EDGE = 48  # around the page, what office printers cannot print and a clip covers
HEAD, NAMES, FOOT = 116, 48, 250  # the title, the names of the columns, what the shift says as a whole
TALLEST = 84  # of a row; fewer hours do not make a board easier to read
LARGE = 38.0  # of the figures: capitals of 7 mm
SIZES = (
    17.0,
    15.0,
    13.0,
    11.0,
    9.0,
)  # of notes, the largest that lets all of them fit; the last has capitals of 1.6 mm
WIDEST = 42  # characters of a line about a rule: one that is longer would make all the others small
LEADING = 1.25  # from line to line, in sizes
PAD, NAME = 4, 26  # above and below the notes of a row; down to the name of a part of the foot
RULE = 'stroke="#888888"'
BOLD = 'font-weight="bold"'
GAP = "\N{EM SPACE}"  # SVG makes one of several spaces


Many = tuple[str, int]  # a note, and how many it speaks of


class Column(NamedTuple):
    """A column: where its words end (figures) or begin (notes), how much room they have, and its name."""

    x: float
    room: float
    name: str


START = Column(EDGE, 200, "hour")
PLAN = Column(344, 98, "plan")
ACTUAL = Column(452, 98, "actual")
BAR = Column(468, 180, "made | due")
DIFFERENCE = Column(762, 104, f"+ / {words.MINUS}")
CUMULATIVE = Column(892, 116, "in all")
YIELD = Column(912, 116, "first pass")
TIME = Column(1042, 236, "time (min:s), losses first")
CALLS = Column(1292, 340, "calls: claimed / attended / over")
COLUMNS = (START, PLAN, ACTUAL, BAR, DIFFERENCE, CUMULATIVE, YIELD, TIME, CALLS)
FIGURES = frozenset({PLAN, ACTUAL, DIFFERENCE, CUMULATIVE})  # they stand to the right


def drawn(board: Board, place: str) -> str:
    """The board of one shift as an SVG document of 420 x 297 mm.

    Args:
        place: which station this is, as people there call it.
    """
    title = f"{words.day(board.date)}{GAP}{board.shift or 'outside shifts'}"
    room = HEIGHT - 2 * EDGE - HEAD - NAMES - FOOT
    height = min(TALLEST, room / max(1, len(board.hours)))
    top = EDGE + HEAD + NAMES
    most = max((max(hour.plan, hour.actual) for hour in board.hours), default=0)
    rows = [
        line
        for number, hour in enumerate(board.hours)
        for line in row(hour, Box(EDGE, top + number * height, WIDTH - 2 * EDGE, height), max(most, 1))
    ]
    body = [*head(board, title, place), *names(), *rows, *foot(board, HEIGHT - EDGE - FOOT)]
    return svg.document(svg.opening(f"{place} {title}", WIDTH, HEIGHT, SIZE), body)


class Box(NamedTuple):
    """A part of the page."""

    x: float
    y: float
    width: float
    height: float


def head(board: Board, title: str, place: str) -> Iterator[str]:
    """Where and when, and how the shift stands."""
    half = WIDTH * 0.56
    yield text(EDGE, EDGE + 40, svg.shortened(title, 40 * svg.BOLD, half), f'font-size="40" {BOLD}')
    products = dict.fromkeys(hour.product for hour in board.hours if hour.product)
    notes = [*([f"only {span(board.hours[0])}"] if board.one_hour else []), place, *products]
    if any(not hour.synchronised for hour in board.hours):
        notes.append("times by a clock that was not synchronised")
    yield text(EDGE, EDGE + 78, svg.shortened(" · ".join(notes), 22, half), 'font-size="22"')
    figures, judged = standing(board)
    yield text(WIDTH - EDGE, EDGE + 40, figures, f'font-size="44" {BOLD} text-anchor="end"')
    yield text(WIDTH - EDGE, EDGE + 78, judged, 'font-size="22" text-anchor="end"')


def standing(board: Board) -> tuple[str, str]:
    """How the shift stands, and how many parts were good at once."""
    whole = board.whole
    if whole is not None and board.shift is not None:
        judged = f"first-pass yield {', '.join(words.judged(whole))}" if whole.good or whole.rejected else ""
        return f"{whole.actual} of {whole.plan}{GAP}{words.signed(whole.difference)}", judged
    plan, actual = sum(hour.plan for hour in board.hours), sum(hour.actual for hour in board.hours)
    if board.shift is None:
        return f"{actual} parts", "nothing was due"
    return f"{actual} of {plan} so far{GAP}{words.signed(actual - plan)}", "the shift is not over yet"


def names() -> Iterator[str]:
    """The names of the columns."""
    y = EDGE + HEAD + NAMES - 12
    for column in COLUMNS:
        anchor = ' text-anchor="end"' if column in FIGURES else ""
        yield text(column.x, y, svg.shortened(column.name, 15, column.room), f'font-size="15"{anchor}')
    yield f'<path d="M{EDGE} {EDGE + HEAD + NAMES}h{WIDTH - 2 * EDGE}" stroke="{svg.INK}" stroke-width="3"/>'


def row(hour: Hour, box: Box, most: int) -> Iterator[str]:
    """One hour: its figures large, why in words."""
    size = min(LARGE, box.height * 0.52)
    base = box.y + box.height / 2 + size * 0.36
    large = f'font-size="{size:.1f}" {BOLD}'
    yield text(START.x, base, hour.began[11:16], large)
    until = f'font-size="{max(SIZES[-1], size * 0.45):.1f}"'
    yield text(START.x + 3.5 * size, base, f"{words.DASH}{hour.ended[11:16]}", until)
    cumulative = words.signed(hour.cumulative)
    for column, number in ((PLAN, str(hour.plan)), (ACTUAL, str(hour.actual)), (CUMULATIVE, cumulative)):
        yield figure(column, base, number, size)
    yield from bar(hour, box, most)
    yield from difference(hour.difference, base, size)
    for column, entries in (
        (YIELD, words.judged(hour)),
        (TIME, [*words.losses(hour), *words.elements(hour)]),
        (CALLS, words.called(hour)),
    ):
        left_out = hour.calls_left_out if column is CALLS else 0
        yield from notes(entries, Box(column.x, box.y + PAD, column.room, box.height - 2 * PAD), left_out)
    yield f'<path d="M{EDGE} {box.y + box.height:.1f}h{box.width}" {RULE}/>'


def figure(column: Column, base: float, number: str, size: float, style: str = "") -> str:
    """A large number that stands to the right; smaller where it has too many digits."""
    size = min(size, size * column.room / (svg.BOLD * svg.length(number, size)))
    return text(column.x, base, number, f'font-size="{size:.1f}" {BOLD} text-anchor="end"{style}')


def difference(number: int, base: float, size: float) -> Iterator[str]:
    """What is missing stands white in black: it is seen from the other side of the room."""
    if number < 0:
        top = base - size * 0.98
        left, width, height = DIFFERENCE.x - DIFFERENCE.room, DIFFERENCE.room + 8, size * 1.26
        yield f'<rect x="{left}" y="{top:.1f}" width="{width}" height="{height:.1f}" fill="{svg.INK}"/>'
    yield figure(DIFFERENCE, base, words.signed(number), size, ' fill="#ffffff"' if number < 0 else "")


def bar(hour: Hour, box: Box, most: int) -> Iterator[str]:
    """What was made as a bar, what was due as a line across it; what is missing between them is hatched."""
    y, height = box.y + box.height * 0.24, box.height * 0.52
    made, due = (BAR.room * number / most for number in (hour.actual, hour.plan))
    if due > made:
        ticks = range(int(made) + 6, int(due), 8)
        lines = "".join(f"M{BAR.x + tick} {y:.1f}v{height:.1f}" for tick in ticks)
        if lines:
            yield f'<path class="missing" d="{lines}" {RULE} stroke-width="2"/>'
    yield f'<rect class="made" x="{BAR.x}" y="{y:.1f}" width="{made:.1f}" height="{height:.1f}" fill="#666666"/>'
    over = height * 0.18
    if hour.plan:
        yield (
            f'<path class="due" d="M{BAR.x + due:.1f} {y - over:.1f}v{height + 2 * over:.1f}" '
            f'stroke="{svg.INK}" stroke-width="4"/>'
        )


def foot(board: Board, top: float) -> Iterator[str]:
    """The gaps that cost most with room to write, the time and the calls of the whole shift."""
    yield f'<path d="M{EDGE} {top}h{WIDTH - 2 * EDGE}" stroke="{svg.INK}" stroke-width="3"/>'
    yield from gaps(board, Box(EDGE, top, 760, FOOT))
    whole = board.summary
    if whole is None:
        return
    times = [*words.losses(whole), *words.elements(whole)]
    rules = [line for rule in nuisances(board) for line in textwrap.wrap(rule, WIDEST)]
    calls = [*map(words.calls, whole.calls), *rules] or ["none"]
    for title, entries, box in (
        ("time of the shift (min:s)", times, Box(850, top, 280, FOOT)),
        ("calls of the shift", calls, Box(1150, top, 482, FOOT)),
    ):
        yield text(box.x, top + NAME, title, 'font-size="15"')
        yield from notes(entries, box._replace(y=top + NAME + PAD, height=FOOT - NAME - PAD), middle=False)


def gaps(board: Board, box: Box) -> Iterator[str]:
    """The three gaps that cost most, each with lines for cause, countermeasure, who and when."""
    found = top_gaps(board)
    yield text(box.x, box.y + NAME, "most time lost" if found else "no time lost", 'font-size="15"')
    deep = (box.height - NAME) / 3
    for number, gap in enumerate(found):
        base = box.y + NAME + number * deep + 32
        line = f"{number + 1}.{GAP}{words.gap(gap)}"
        size = max(13.0, min(21.0, 21.0 * box.width / svg.length(line, 21.0 * svg.BOLD)))
        yield text(box.x, base, svg.shortened(line, size * svg.BOLD, box.width), f'font-size="{size:.1f}" {BOLD}')
        yield text(box.x, base + 32, "cause, countermeasure, who, when", 'font-size="11" fill="#555555"')
        yield f'<path d="M{box.x + 230} {base + 32:.1f}h{box.width - 230}" {RULE} stroke-dasharray="2 4"/>'


def notes(entries: Sequence[str | Many], box: Box, left_out: int = 0, *, middle: bool = True) -> Iterator[str]:
    """Entries one below the other, as large as they fit; what does not, or was left out before, is counted."""
    lines = [entry if isinstance(entry, str) else entry[0] for entry in entries]
    size = next((size for size in SIZES if fits(lines, size, box)), SIZES[-1])
    most = max(1, int(box.height / (size * LEADING)))
    if left_out or len(lines) > most:
        left_out += sum(1 if isinstance(entry, str) else entry[1] for entry in entries[most - 1 :])
        lines = [*lines[: most - 1], f"and {left_out} more"]
    block = len(lines) * size * LEADING
    y = box.y + ((box.height - block) / 2 if middle else 0) + size
    for number, entry in enumerate(lines):
        line = svg.shortened(entry, size, box.width)
        yield text(box.x, y + number * size * LEADING, line, f'font-size="{size:g}"')


def fits(entries: Sequence[str], size: float, box: Box) -> bool:
    """Whether all entries are shown in full at this size."""
    high = len(entries) * size * LEADING <= box.height
    return high and all(svg.length(entry, size) <= box.width for entry in entries)
