"""The production analysis board from the journal: hour by hour, plan and actual, losses, calls; for the huddle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from edge_agent.events.accounts import Accounted, GapTold, Hour, ShiftSummary
from edge_agent.events.data import UNDECODABLE
from edge_agent.journal import JournalError, Reader, Row
from edge_agent.standard import to_s

PAGE = 1_000  # rows read at a time: the journal of months needs no more memory than this
HEAD = ("hour", "plan", "actual", "diff", "cum", "good", "lost", "losses", "calls")
FIRST_WORDS = 7  # columns up to here are figures and stand to the right


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """One shift of one date, or what lies outside of shifts: its hours, and its sum once it is over."""

    date: str | None
    shift: str | None
    hours: tuple[Hour, ...]
    summary: ShiftSummary | None = None


def told(path: Path) -> Iterator[Accounted]:
    """Every hour and shift the journal has, oldest first.

    Raises:
        JournalError: it cannot be read.
    """
    reader = Reader(path)
    kinds: dict[str, type[Accounted]] = {Hour.TYPE: Hour, ShiftSummary.TYPE: ShiftSummary}
    try:
        first, last = 1, reader.last_seq()
        while rows := reader.range(first, last, PAGE):
            first = rows[-1].seq + 1
            for row in rows:
                if row.type in kinds:
                    yield _account(row, kinds[row.type], path)
    finally:
        reader.close()


def _account(row: Row, kind: type[Accounted], path: Path) -> Accounted:
    try:
        return msgspec.json.decode(row.data, type=kind)
    except UNDECODABLE as error:
        message = (
            f"{path}: event {row.seq} cannot be read: {error}; the card may be failing, or a newer version wrote it"
        )
        raise JournalError(message) from error


def boards(accounts: Iterable[Accounted], date: str | None = None, shift: str | None = None) -> list[Board]:
    """The boards of a date and a shift, in order; a shift belongs to the day it began on."""
    found: dict[tuple[str, str | None], Board] = {}
    for account in accounts:
        key = (account.date or account.began[:10], account.shift)
        if (date is not None and key[0] != date) or (shift is not None and key[1] != shift):
            continue
        board = found.setdefault(key, Board(date=key[0], shift=key[1], hours=()))
        if isinstance(account, Hour):
            found[key] = msgspec.structs.replace(board, hours=(*board.hours, account))
        elif isinstance(account, ShiftSummary):
            found[key] = msgspec.structs.replace(board, summary=account)
    return list(found.values())


def last_hour(board: Board) -> Board:
    """The board with its last hour only."""
    return msgspec.structs.replace(board, hours=board.hours[-1:])


def text(board: Board) -> Iterator[str]:
    """A board for a terminal."""
    rows = [HEAD, *(_row(hour) for hour in board.hours)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    yield _title(board)
    for row in rows:
        yield "  ".join(
            cell.rjust(width) if 0 < place < FIRST_WORDS else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
    yield from (f"gap: {line}" for line in _gaps(board))
    yield from (f"rule: {line}" for line in nuisances(board))


def markdown(board: Board) -> Iterator[str]:
    """A board for a page."""
    yield f"## {_title(board)}"
    yield ""
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{''.join('---:|' if 0 < place < FIRST_WORDS else '---|' for place in range(len(HEAD)))}"
    yield from (f"| {' | '.join(_row(hour))} |" for hour in board.hours)
    yield ""
    yield from (f"- gap: {line}" for line in _gaps(board))
    yield from (f"- rule: {line}" for line in nuisances(board))


def _title(board: Board) -> str:
    name = f"{board.date} {board.shift or 'outside shifts'}"
    whole: Accounted | None = board.summary
    if whole is None:
        return name if board.shift is None else f"{name}: not over yet"
    share = "" if whole.first_pass_yield is None else f", first-pass yield {whole.first_pass_yield:.1%}"
    return f"{name}: {whole.actual} of {whole.plan} parts ({whole.difference:+d}){share}"


def _row(hour: Hour) -> tuple[str, ...]:
    lost_ns = sum(lost.ns for lost in hour.losses.values())
    losses = ", ".join(f"{loss.replace('_', '-')} {lost.count}x {clock(lost.ns)}" for loss, lost in hour.losses.items())
    calls = ", ".join(
        f"{call.kind}{'' if call.attended_s is None else f' {call.attended_s:.0f} s'}" for call in hour.calls
    )
    figures = (hour.plan, hour.actual, f"{hour.difference:+d}", f"{hour.cumulative:+d}", hour.good)
    return f"{hour.began[11:16]}-{hour.ended[11:16]}", *map(str, figures), clock(lost_ns), losses, calls


def top_gaps(board: Board) -> list[GapTold]:
    """The three gaps that cost most, of the whole shift or of what there is of it."""
    gaps = board.summary.gaps if board.summary else [gap for hour in board.hours for gap in hour.gaps]
    return sorted(gaps, key=lambda each: -each.lost_ns)[:3]


def _gaps(board: Board) -> Iterator[str]:
    for gap in top_gaps(board):
        calls = f", called: {', '.join(gap.calls)}" if gap.calls else ""
        yield f"{gap.began[11:19]} {gap.loss.replace('_', '-')}, {clock(gap.lost_ns)} lost{calls}"


def nuisances(board: Board) -> Iterator[str]:
    """The rules whose calls were a nuisance, so that somebody mends them; and floods of calls."""
    told: Sequence[Accounted] = [board.summary] if board.summary else board.hours
    rules = sorted({each.source for account in told for each in account.nuisance})
    for rule in rules:
        of = [each for account in told for each in account.nuisance if each.source == rule]
        raised, chattering, fleeting, stale, false, verdicts = (
            sum(getattr(each, name) for each in of)
            for name in ("raised", "chattering", "fleeting", "stale", "false_alarms", "verdicts")
        )
        words = [
            f"{count} {text}"
            for count, text in ((chattering, "x chattering"), (fleeting, "fleeting"), (stale, "stale"))
            if count
        ]
        words += [f"{false} of {verdicts} judged false"] if false else []
        if words:
            yield f"{rule} called {raised} times: {', '.join(words)}"
    floods = sum(account.floods for account in told)
    if floods:
        yield f"{floods} x 10 calls or more within 10 minutes"


def clock(ns: int) -> str:
    """A length as minutes and seconds.

    >>> clock(75_000_000_000)
    '1:15'
    """
    minutes, seconds = divmod(round(to_s(ns)), 60)
    return f"{minutes}:{seconds:02d}"
