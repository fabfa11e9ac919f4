"""The advice as a table for people, 96 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from edge_agent.tune.records import FIRM, Advice, Delay, Raised, Tuning, Usual, Wanted

WIDTH = 96
LABEL = 15  # columns of what stands left
TOLD = 4  # instants told of what would have been raised; the others are in --json
NEVER = 1e6  # values: beyond, only the size is told
METHODS = {
    "theory": "from the theory of run lengths (independent normal values)",
    "exact": "exact, for bad parts that come independently of each other",
    "resampled": "from the recording, resampled in stretches (theory does not hold for it)",
    "tail": "from the tail of the recording (theory does not hold for it)",
    "counted": "counted in the recording (theory does not hold for it)",
}


def told(tuning: Tuning) -> Iterator[str]:
    """All of it, a line at a time."""
    hours = tuning.length_s / 3600.0
    yield f"{tuning.station}: {tuning.cycles:,} cycles and {tuning.readings:,} readings in {hours:,.1f} h"
    yield wanted(tuning.wanted)
    if tuning.provisional:
        yield f"PROVISIONAL: fewer than {FIRM} values; no limit is proposed from so few"
    for each in tuning.advice:
        yield ""
        yield from advice(each)
    if tuning.left:
        yield ""
        yield "nothing proposed"
        for detector, left in tuning.left.items():
            yield from wrapped(f"  {detector}", f"{left.why}; raised {times(left.raised)}", 30)


def wanted(aim: Wanted) -> str:
    """What is wanted, in shifts and in cycles."""
    calls = "1 false call" if aim.calls == 1 else f"{aim.calls:g} false calls"
    shifts = "a shift" if aim.shifts == 1 else f"{aim.shifts:g} shifts"
    return (
        f"wanted: {calls} of each detector in {shifts} of {aim.shift_cycles:,.0f} cycles ({aim.shift_from}): "
        f"one in {aim.between:,.0f} cycles"
    )


def advice(each: Advice) -> Iterator[str]:
    """One detector."""
    yield f"{each.detector}{' (observe)' if each.mode == 'observe' else ''}"
    if each.usual is not None:
        yield from wrapped("  usual", usual(each.usual, each.counts))
    yield from wrapped("  limit", f"{each.limit}; {METHODS[each.method]}")
    for key, value in each.present.items():
        new = each.changed.get(key, value)
        yield from wrapped("  set", f"{key} = {shown(value)}" + (f"  ->  {shown(new)}" if new != value else "  stays"))
    now, then = (rarity(between, each.counts) for between in (each.between_now, each.between_then))
    yield from wrapped("  false calls", now if now == then else f"{now} now; {then} as proposed")
    yield from delays(each.delays, each.counts)
    yield from wrapped("  raised", both(each.raised_now, each.raised_then, bool(each.changed)))
    for note in each.notes:
        yield from wrapped("  note", note)


def usual(found: Usual, counts: str) -> str:
    """The baseline: what it is of, level, spread, and what neighbours have to do with each other."""
    spread = f"{100 * found.spread:.1f} %" if counts == "cycles" else f"{found.spread:.3g} {found.unit}"
    aside = f" ({found.set_aside} set aside)" if found.set_aside else ""
    centre = f"{found.centre:.1f}" if counts == "cycles" else f"{found.centre:g}"
    return (
        f"{found.count:,} {counts}{aside}: median {centre} {found.unit}, spread {spread}, "
        f"lag-1 correlation {found.correlation:.2f}; {found.effect}"
    )


def shown(value: float | str) -> str:
    """A setting's value."""
    return value if isinstance(value, str) else f"{value:g}"


def rarity(between: float | None, counts: str) -> str:
    """How rare a false call is."""
    if between is None:
        return "none to count"
    if between > NEVER:
        return f"less than one in {NEVER:,.0f} {counts}"
    return f"one in {between:,.0f} {counts}"


def delays(found: tuple[Delay, ...], counts: str) -> Iterator[str]:
    """Three rows: the shift in sigma (or times the usual share), for people, and how long it stays unseen."""
    share = counts == "parts"
    yield row("  shift", [f"{delay.shift:g} {'x' if share else 's'}" for delay in found])
    yield row("", [delay.means for delay in found])
    yield row("  delay", [amount(delay.values) for delay in found]) + f"  {counts}"


def row(label: str, cells: list[str]) -> str:
    """One row of the small table."""
    return f"{label:<{LABEL}}" + "".join(f"{cell:>12}" for cell in cells)


def amount(values: float | None) -> str:
    """A delay: digits where they mean something."""
    if values is None or values > NEVER:
        return "too long"
    return f"{values:,.1f}" if values < 100 else f"{values:,.0f}"  # noqa: PLR2004 - four digits either way


def both(now: Raised, then: Raised, changed: bool) -> str:
    """What the recording would have raised, with the present settings and with the proposed."""
    text = f"now {times(now)}"
    return f"{text}; as proposed {times(then)}" if changed else text


def times(raised: Raised) -> str:
    """How often, and the first instants."""
    if not raised.count:
        return "never"
    instants = ", ".join(f"{at_s / 3600:.1f}" for at_s in raised.at_s[:TOLD])
    more = ", ..." if raised.count > TOLD else ""
    return f"{raised.count:,} x (at {instants}{more} h)"


def wrapped(label: str, text: str, column: int = LABEL) -> Iterator[str]:
    """A label and its text, broken at 96 columns."""
    first, then = f"{label:<{column}}", " " * column
    yield from textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=then) or [label]
