"""What the board says in words: times, losses, calls and gaps as the huddle reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from edge_agent.events.accounts import Accounted, CallsTold, CallTold, GapTold, Hour
from edge_agent.report import alike, clock, grouped, waits
from edge_agent.standard import to_ns

ELEMENTS = {
    "apt_ns": "production",
    "aust_ns": "changeover",
    "planned_ns": "break or planned stop",
    "not_scheduled_ns": "not scheduled",
    "blind_ns": "not seen",
}
"""Time beside the losses; delay and down time are the sums of their classes, and written by these."""
DASH, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"


def signed(number: int) -> str:
    """A difference, with a minus that is as wide as the plus.

    >>> signed(-24) == f"{MINUS}24", signed(0), signed(3)
    (True, '0', '+3')
    """
    return f"{number:+d}".replace("-", MINUS) if number else "0"


def share(ratio: float | None) -> str:
    """First-pass yield; a dash where nothing was judged."""
    return DASH if ratio is None else f"{ratio:.1%}"


def judged(account: Accounted) -> list[str]:
    """First-pass yield and what it was made of; a dash where nothing was judged."""
    counts = [f"{account.good} good", f"{account.rejected} rejected"] if account.good or account.rejected else []
    return [share(account.first_pass_yield), *counts]


def day(date: str | None) -> str:
    """A date with its day of the week; the day of the board is known by both.

    >>> day("2026-11-23")
    'Monday 2026-11-23'
    """
    return "" if date is None else f"{DAYS[dt.date.fromisoformat(date).weekday()]} {date}"


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def losses(account: Accounted) -> Iterator[str]:
    """How often, and how long, by class; the costliest first."""
    for loss, lost in sorted(account.losses.items(), key=lambda entry: -entry[1].ns):
        yield f"{loss.replace('_', '-')} {lost.count}x {clock(lost.ns)}"


def elements(account: Accounted) -> Iterator[str]:
    """Where the rest of the time went, and how many parts were due in what was not seen."""
    for element, name in ELEMENTS.items():
        ns = getattr(account.elements, element)
        if ns:
            due = f", {account.unseen} due" if element == "blind_ns" and account.unseen else ""
            yield f"{name} {clock(ns)}{due}"


def call(told: CallTold) -> str:
    """A call of the hour: when it was raised, and how long until it was claimed, attended and over; a dash for not yet.

    >>> waits = {"acknowledged_s": 12.0, "attended_s": 42.0, "cleared_s": 65.0}
    >>> call(CallTold(call=1, kind="help", raised="2026-11-23T07:01:00+01:00", line_stop=True, **waits))
    '07:01 help 0:12 / 0:42 / 1:05, line stop'
    """
    waited = waits(" / ", told.acknowledged_s, told.attended_s, told.cleared_s, dash=DASH)
    return f"{told.raised[11:16]} {told.kind} {waited}{', line stop' if told.line_stop else ''}"


def called(hour: Hour) -> list[tuple[str, int]]:
    """The calls of an hour, and how many each line says: those of a busy hour by kind."""
    groups = grouped(hour.calls)
    return [(call(each[0]) if len(each) == 1 else alike(each, DASH), len(each)) for each in groups]


def calls(told: CallsTold) -> str:
    """The calls of one kind of a shift.

    >>> calls(CallsTold(kind="help", raised=3, attended=2, waited_s=84.0, longest_s=60.0))
    'help 3x, 2 attended after 1:24 in all, longest 1:00'
    """
    came = f", {told.attended} attended after {clock(to_ns(told.waited_s))} in all" if told.attended else ""
    longest = f", longest {clock(to_ns(told.longest_s))}" if told.attended > 1 else ""
    stops = f", line stop {told.line_stops}x" if told.line_stops else ""
    return f"{told.kind} {told.raised}x{came}{longest}{stops}"


def gap(told: GapTold) -> str:
    """One of the gaps that cost most."""
    called = f"; called: {', '.join(told.calls)}" if told.calls else ""
    return f"{told.began[11:16]}: {clock(told.lost_ns)} lost, {told.loss.replace('_', '-')}{called}"
