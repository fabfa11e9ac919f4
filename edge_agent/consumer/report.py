"""What the books say: station by station what is there, what is missing and why, and the events themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from edge_agent import clock
from edge_agent.consumer.books import HAVE, reading
from edge_agent.events.data import UNDECODABLE
from edge_agent.signals.spans import Span, Spans

MOST_TOLD = 100  # holes, explanations and silences of one journal in a report; how many there are is told beside them

SILENCES = """SELECT before, seq, since, time, hours FROM (
        SELECT seq, time, timequality, lag(seq) OVER later AS before, lag(time) OVER later AS since,
            lag(timequality) OVER later AS quality,
            (julianday(time) - julianday(lag(time) OVER later)) * 24 AS hours
        FROM event WHERE page = ? WINDOW later AS (ORDER BY seq))
    WHERE hours > ? AND timequality <> 'unsynced' AND quality <> 'unsynced' LIMIT ?"""


class Explained(msgspec.Struct, frozen=True):
    """A hole that will never close, and why."""

    first: int
    last: int
    why: str


class Silence(msgspec.Struct, frozen=True):
    """A gap in time: nothing was recorded between two events that follow one another."""

    after: int
    before: int
    since: str
    until: str
    hours: float


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One journal of one station in the books.

    Args:
        station, epoch: which.
        opened: when its first event was heard; a later journal of a station takes the place of the one before.
        events: how many are in the books, exactly once each.
        upto: the highest number in the books; `recorded` the last the station has spoken of.
        missing: how many numbers are neither in the books nor explained, and `holes` the ranges.
        explained: ranges that will never come.
        copies: how often something came that was in the books; `conflicts` of them said something else.
        silences: gaps in time.
    """

    station: str
    epoch: str
    opened: str
    events: int
    upto: int
    recorded: int
    missing: int
    holes: tuple[Span, ...]
    explained: tuple[Explained, ...]
    copies: int
    conflicts: int
    silences: tuple[Silence, ...]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One event in the books: where it belongs, when it was heard, and the document as it came.

    A document that nobody can read, kept by an earlier version or damaged since, is told as text.
    """

    station: str
    epoch: str
    seq: int
    heard: str
    event: msgspec.Raw


def told(path: Path, silent_h: float) -> list[Told]:
    """Every journal in the books, by station, the oldest first; silences longer than `silent_h` hours are told."""
    sql = "SELECT number, station, epoch, opened_ns, recorded, copies, conflicts FROM page ORDER BY station, number"
    with reading(path) as connection:
        return [_told(connection, row, silent_h) for row in connection.execute(sql).fetchall()]


def _told(connection: sqlite3.Connection, row: tuple[int, str, str, int, int, int, int], silent_h: float) -> Told:
    number, station, epoch, opened_ns, recorded, copies, conflicts = row
    have = Spans(connection.execute(HAVE, (number,)))
    explained = [
        Explained(*each)
        for each in connection.execute("SELECT first, last, why FROM closed WHERE page = ? ORDER BY first", (number,))
    ]
    settled = Spans([*have, *((each.first, each.last) for each in explained)])
    recorded = max(recorded, have.last)
    holes = list(settled.gaps(1, recorded))
    silences = connection.execute(SILENCES, (number, silent_h, MOST_TOLD))
    return Told(
        station=station,
        epoch=epoch,
        opened=clock.wall_text(opened_ns),
        events=have.total,
        upto=have.last,
        recorded=recorded,
        missing=Spans(holes).total,
        holes=tuple(holes[:MOST_TOLD]),
        explained=tuple(explained[:MOST_TOLD]),
        copies=copies,
        conflicts=conflicts,
        silences=tuple(Silence(*each) for each in silences),
    )


def text(one: Told) -> Iterator[str]:
    """One journal in words, a line at a time."""
    yield f"{one.station}   journal {one.epoch}, first heard {one.opened}"
    yield f"  {one.events} events, up to {one.upto} of {one.recorded}; {one.copies} second copies thrown away"
    if one.conflicts:
        yield f"  {one.conflicts} of them said something else than the first: does another machine speak as this one?"
    for first, last in one.holes:
        yield f"  missing    {first} to {last}"
    for each in one.explained:
        yield f"  explained  {each.first} to {each.last}: {each.why}"
    for silence in one.silences:
        yield f"  silence    {silence.hours:.1f} h before {silence.before}: {silence.since} to {silence.until}"
    if not one.missing:
        yield "  nothing is missing"


def lines(path: Path, station: str, *, epoch: str | None, kind: str | None, after: int, most: int) -> list[Line]:
    """Events of one station in the order they were recorded, journal by journal, at most `most`."""
    sql = """SELECT station, epoch, seq, heard_ns, document FROM event JOIN page ON page.number = event.page
        WHERE station = ?1 AND (?2 IS NULL OR epoch = ?2) AND (?3 IS NULL OR type = ?3) AND seq > ?4
        ORDER BY page.number, seq LIMIT ?5"""
    with reading(path) as connection:
        return [
            Line(station=row[0], epoch=row[1], seq=row[2], heard=clock.wall_text(row[3]), event=_readable(row[4]))
            for row in connection.execute(sql, (station, epoch, kind, after, most))
        ]


def _readable(document: bytes) -> msgspec.Raw:
    try:
        msgspec.json.decode(document)
    except UNDECODABLE:
        return msgspec.Raw(msgspec.json.encode(document.decode(errors="backslashreplace")))
    return msgspec.Raw(document)
