"""The picture of the run charts: plots over the same hours, one below the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge_agent import svg
from edge_agent.run_chart.panel import Columns, Finding, Floats, Line, Panel, by_column, steps
from edge_agent.svg import INK, text

WIDTH, LEFT, RIGHT = 1200, 190, 180  # px
PLOT = WIDTH - LEFT - RIGHT
HEIGHT, HEAD, FOOT, GAP = 280, 100, 40, 46  # px: a plot, the title, the time axis, between two panels
LANE = 20  # px: one kind of finding below a plot
MOST_POINTS = 20_000  # drawn in all; an SVG of more takes a browser seconds
MOST_MARKS = 2_000  # of findings in a lane; a lane of 830 px is full with fewer
JOINED = 400  # points; fewer are joined by a line, as on paper
APART = 15  # px between two labels

FAINT, VALUES = "#d9d9d9", "#0072b2"
STROKES = {
    "target": f'stroke="{INK}" stroke-width="1.6"',
    "pace": f'stroke="{INK}" stroke-width="1.6" stroke-dasharray="2 4"',
    "limit": 'stroke="#c23b00" stroke-width="1.6" stroke-dasharray="9 4"',
}
# Colours that the colour-blind tell apart (Okabe and Ito 2008), each with a shape of its own, about 12 px.
SHAPES = (
    ("#d55e00", "M0-6L6 5H-6Z"),
    ("#009e73", "M-5-5H5V5H-5Z"),
    ("#cc79a7", "M0-7L6 0L0 7L-6 0Z"),
    ("#7a5200", "M0 6L6-5H-6Z"),
    ("#56b4e9", "M-6 0A6 6 0 1 0 6 0A6 6 0 1 0-6 0Z"),
    ("#e69f00", "M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z"),
    ("#5b3a8c", "M0-7L2-2L7-2L3 2L5 7L0 4L-5 7L-3 2L-7-2L-2-2Z"),
    ("#444444", "M-6-6L0-2L6-6L2 0L6 6L0 2L-6 6L-2 0Z"),
)


class Frame(NamedTuple):
    """From seconds and values to pixels, inside one plot."""

    top: float
    low: float
    high: float
    length_s: float

    def x(self, at_s: Floats) -> Floats:
        """Pixels from the left."""
        return np.asarray(LEFT + np.clip(at_s / self.length_s, 0.0, 1.0) * PLOT)

    def y(self, values: Floats) -> Floats:
        """Pixels from the top; what is beyond the axis lies on its edge."""
        share = (np.clip(values, self.low, self.high) - self.low) / (self.high - self.low)
        return np.asarray(self.top + HEIGHT * (1.0 - share))


def drawn(title: str, subtitle: str, panels: Sequence[Panel], length_s: float) -> str:
    """The run charts, one below the other over the same hours, as an SVG document 1,200 px wide."""
    length_s = max(length_s, 1.0)
    kinds = list(dict.fromkeys(kind for panel in panels for kind in panel.kinds()))
    marks = {kind: SHAPES[place % len(SHAPES)] for place, kind in enumerate(kinds)}
    share = MOST_POINTS // max(1, len(panels))
    body: list[str] = []
    top = HEAD
    for panel in panels:
        body += of_panel(panel, Frame(top, *panel.span(), length_s), marks, share)
        top += HEIGHT + LANE * len(panel.kinds()) + FOOT + GAP
    return svg.document(opening(title, subtitle, top - GAP + 16, bool(kinds)), body)


def opening(title: str, subtitle: str, height: int, found: bool) -> Iterator[str]:
    """The head of the document, the title and what the signs mean."""
    yield from svg.opening(title, WIDTH, height)
    yield text(24, 30, title, 'font-size="18" font-weight="bold"')
    yield text(24, 50, subtitle, 'fill="#555555"')
    yield from legend(found=found)


def legend(*, found: bool) -> Iterator[str]:
    """What the signs mean; lines and lanes bear their own names."""
    yield f'<path d="M860 46h0" stroke="{VALUES}" stroke-width="6" stroke-linecap="round"/>'
    yield text(870, 50, "one value")
    if found:
        key = SHAPES[0][1]
        yield f'<path d="{key}" transform="translate(962 46)" fill="#666666"/>'
        yield text(974, 50, "called")
        yield f'<path d="{key}" transform="translate(1042 46)" fill="#ffffff" stroke="#666666" stroke-width="1.5"/>'
        yield text(1054, 50, "observed only")


def of_panel(panel: Panel, frame: Frame, marks: dict[str, tuple[str, str]], most: int) -> Iterator[str]:
    """One plot with its axes, lines, values and lanes."""
    thinned = by_column(panel.at_s, panel.values, frame.length_s, PLOT) if len(panel.values) > most else None
    note = f"{len(panel.values):,} values"
    if thinned is not None:
        note += "; each column of pixels shows the lowest and the highest, the line their median"
    bottom = frame.top + HEIGHT
    yield text(LEFT, frame.top - 9, panel.title, 'font-size="14" font-weight="bold"')
    yield text(LEFT + PLOT, frame.top - 9, note, 'text-anchor="end" fill="#555555"')
    yield from grid(frame, bottom + LANE * len(panel.kinds()), panel.unit)
    yield from values(panel, frame) if thinned is None else band(thinned, frame)
    yield from levels(panel.lines, frame)
    yield from beyond(panel, frame)
    for place, kind in enumerate(panel.kinds()):
        found = [finding for finding in panel.findings if finding.kind == kind]
        yield from lane(kind, found, frame, bottom + LANE * (place + 0.5), marks[kind])
    yield f'<rect x="{LEFT}" y="{frame.top}" width="{PLOT}" height="{HEIGHT}" fill="none" stroke="#888888"/>'


def grid(frame: Frame, bottom: float, unit: str) -> Iterator[str]:
    """Both axes with round numbers; hours below everything."""
    ticks = steps(frame.low, frame.high, 6)
    for value, y in zip(ticks.tolist(), frame.y(ticks).tolist(), strict=True):
        yield f'<path d="M{LEFT} {y:.1f}h{PLOT}" stroke="{FAINT}"/>'
        yield text(LEFT - 8, y + 4, f"{value:.6g}", 'text-anchor="end"')
    yield text(LEFT - 8, frame.top - 9, unit, 'text-anchor="end" fill="#555555"')
    hours = steps(0.0, frame.length_s / 3600.0, 12)
    for hour, x in zip(hours.tolist(), frame.x(hours * 3600.0).tolist(), strict=True):
        yield f'<path d="M{x:.1f} {frame.top}V{bottom + 4:.1f}" stroke="{FAINT}"/>'
        yield text(x, bottom + 19, f"{hour:g}", 'text-anchor="middle"')
    yield text(LEFT + PLOT, bottom + 34, "hours of the recording", 'text-anchor="end" fill="#555555"')


def values(panel: Panel, frame: Frame) -> Iterator[str]:
    """A dot for each value; few are joined."""
    xs, ys = frame.x(panel.at_s).tolist(), frame.y(panel.values).tolist()
    places = [f"{x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True)]
    if 1 < len(places) <= JOINED:
        yield f'<path class="joined" d="M{"L".join(places)}" fill="none" stroke="{VALUES}" stroke-opacity="0.4"/>'
    size = 4.5 if len(places) <= JOINED else 2.5
    dots = "".join(f"M{place}h0" for place in places)
    yield f'<path class="values" d="{dots}" stroke="{VALUES}" stroke-width="{size}" stroke-linecap="round"/>'


def band(columns: Columns, frame: Frame) -> Iterator[str]:
    """Too many to draw: from lowest to highest in each column, and the median as a line."""
    xs = frame.x(columns.at_s).tolist()
    lows, middles, highs = (frame.y(each).tolist() for each in (columns.low, columns.middle, columns.high))
    bars = "".join(f"M{x:.1f} {low + 0.5:.1f}V{high - 0.5:.1f}" for x, low, high in zip(xs, lows, highs, strict=True))
    yield f'<path class="values" d="{bars}" stroke="{VALUES}" stroke-opacity="0.45"/>'
    line = "L".join(f"{x:.1f} {middle:.1f}" for x, middle in zip(xs, middles, strict=True))
    yield f'<path class="median" d="M{line}" fill="none" stroke="#003f63" stroke-width="1.6"/>'


def beyond(panel: Panel, frame: Frame) -> Iterator[str]:
    """Small arrows on the edge where values lie outside the axis, one a column, and how many there are."""
    for outside, edge, shape, says in (
        (panel.values > frame.high, frame.top, "M0 0L4 7H-4Z", "above"),
        (panel.values < frame.low, frame.top + HEIGHT, "M0 0L4-7H-4Z", "below"),
    ):
        count = int(outside.sum())
        if not count:
            continue
        for x in sorted(set(np.round(frame.x(panel.at_s[outside])).tolist())):
            yield f'<path class="beyond" d="{shape}" transform="translate({x:.0f} {edge:.1f})" fill="{VALUES}"/>'
        farthest = panel.values[outside].max() if says == "above" else panel.values[outside].min()
        y = edge + 18 if says == "above" else edge - 10
        words = (
            f"{count:,} {says} the axis, up to {farthest:.6g}"
            if says == "above"
            else f"{count:,} {says}, down to {farthest:.6g}"
        )
        yield text(LEFT + 8, y, words, f'fill="{VALUES}" {HALO}')


HALO = 'stroke="#ffffff" stroke-width="4" paint-order="stroke"'  # words stay readable over points


def levels(lines: Sequence[Line], frame: Frame) -> Iterator[str]:
    """Lines across the plot, each named at its right end; names are moved apart where levels are close."""
    ordered = sorted(lines, key=lambda line: -line.value)
    ys = frame.y(np.array([line.value for line in ordered], dtype=np.float64)).tolist()
    names = spread_out(ys)
    for line, y, name_y in zip(ordered, ys, names, strict=True):
        yield f'<path class="{line.stroke}" d="M{LEFT} {y:.1f}h{PLOT}" {STROKES[line.stroke]}/>'
        yield f'<path d="M{LEFT + PLOT} {y:.1f}L{LEFT + PLOT + 8} {name_y:.1f}" stroke="#888888"/>'
        yield text(LEFT + PLOT + 11, name_y + 4, f"{line.name} {line.value:.6g}")


def spread_out(ys: Sequence[float]) -> list[float]:
    """Heights at least fifteen pixels apart, in the same order, as near to `ys` (rising) as pushing down brings them.

    >>> spread_out([10.0, 12.0, 60.0])
    [10.0, 25.0, 60.0]
    """
    placed: list[float] = []
    for y in ys:
        placed.append(max(y, placed[-1] + APART) if placed else y)
    return placed


def lane(kind: str, found: Sequence[Finding], frame: Frame, y: float, mark: tuple[str, str]) -> Iterator[str]:
    """One kind of finding below the plot: its name, how often, and a sign at each instant; filled where it called."""
    colour, shape = mark
    yield f'<path d="{shape}" transform="translate({LEFT - 14} {y:.1f})" fill="{colour}"/>'
    yield text(LEFT - 26, y + 4, f"{kind} {len(found):,} x", 'text-anchor="end"')
    yield f'<path d="M{LEFT} {y:.1f}h{PLOT}" stroke="{FAINT}"/>'
    at_s: NDArray[np.float64] = np.array([finding.at_s for finding in found])
    drawn_at: set[tuple[float, bool]] = set()
    for finding, x in zip(found, np.round(frame.x(at_s)).tolist(), strict=True):
        if (x, finding.called) in drawn_at or len(drawn_at) >= MOST_MARKS:
            continue  # a second sign on the same pixel shows nothing; their number stands beside the lane
        drawn_at.add((x, finding.called))
        inside = f'fill="{colour}"' if finding.called else f'fill="#ffffff" stroke="{colour}" stroke-width="1.5"'
        yield f'<path class="finding" d="{shape}" transform="translate({x:.0f} {y:.1f})" {inside}/>'
