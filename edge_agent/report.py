"""The production analysis board from the journal: hour by hour, plan and actual, losses, calls; for the huddle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from edge_agent.events.accounts import Accounted, CallTold, GapTold, Hour, ShiftSummary
from edge_agent.events.data import UNDECODABLE
from edge_agent.journal import JournalError, Reader, Row
from edge_agent.standard import to_ns, to_s

PAGE = 1_000  # rows read at a time: the journal of months needs no more memory than this
HEAD = ("hour", "plan", "actual", "diff", "cum", "good", "yield", "lost", "losses", "calls: claimed/attended/over")
FIRST_WORDS = 8  # columns up to here are figures and stand to the right
ONE_BY_ONE = 4  # calls of an hour; more are told by kind, or nobody reads them


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """One shift of one date, or what lies outside of shifts: its hours, and its sum once it is over.

    Args:
        one_hour: only an hour of it was asked for: the sum is that hour.
    """

    date: str | None
    shift: str | None
    hours: tuple[Hour, ...]
    summary: ShiftSummary | None = None
    one_hour: bool = False

    @property
    def whole(self) -> Accounted | None:
        """The sum of what is shown; None while the shift is not over."""
        return self.hours[0] if self.one_hour and self.hours else self.summary

    @property
    def when(self) -> str:
        """Which shift, and which hour of it."""
        name = self.shift or "outside shifts"
        return f"{name} {span(self.hours[0])}" if self.one_hour and self.hours else name


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
    """The board of its last hour: total, gaps and rules are of that hour too."""
    return msgspec.structs.replace(board, hours=board.hours[-1:], summary=None, one_hour=True)


def span(hour: Hour) -> str:
    """When it began and ended, by the clock on the wall."""
    return f"{hour.began[11:16]}-{hour.ended[11:16]}"


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
    name, whole = f"{board.date} {board.when}", board.whole
    if board.shift is None:
        return name
    if whole is None:
        return f"{name}: not over yet"
    share = "" if whole.first_pass_yield is None else f", first-pass yield {whole.first_pass_yield:.1%}"
    return f"{name}: {whole.actual} of {whole.plan} parts ({whole.difference:+d}){share}"


def _row(hour: Hour) -> tuple[str, ...]:
    lost_ns = sum(lost.ns for lost in hour.losses.values())
    losses = ", ".join(f"{loss.replace('_', '-')} {lost.count}x {clock(lost.ns)}" for loss, lost in hour.losses.items())
    said = [_call(calls[0]) if len(calls) == 1 else alike(calls) for calls in grouped(hour.calls)]
    said += [f"{hour.calls_left_out} more"] if hour.calls_left_out else []
    share = "-" if hour.first_pass_yield is None else f"{hour.first_pass_yield:.1%}"
    figures = (hour.plan, hour.actual, f"{hour.difference:+d}", f"{hour.cumulative:+d}", hour.good, share)
    return span(hour), *map(str, figures), clock(lost_ns), losses, "; ".join(said)


def _call(told: CallTold) -> str:
    waited = waits("/", told.acknowledged_s, told.attended_s, told.cleared_s)
    return f"{told.kind} {waited}{', line stop' if told.line_stop else ''}"


def grouped(calls: Sequence[CallTold]) -> list[list[CallTold]]:
    """The calls of an hour as they are told: one by one where they are few, else those of a kind together."""
    if len(calls) <= ONE_BY_ONE:
        return [[call] for call in calls]
    return [[call for call in calls if call.kind == kind] for kind in dict.fromkeys(call.kind for call in calls)]


def alike(calls: Sequence[CallTold], dash: str = "-") -> str:
    """Calls of one kind: how many, and the longest that one was not claimed, attended, over.

    >>> came = CallTold(
    ...     call=1, kind="help", raised="", acknowledged_s=None, attended_s=42.0, cleared_s=65.0, line_stop=True
    ... )
    >>> alike([came, came, msgspec.structs.replace(came, attended_s=None, cleared_s=None)])
    'help 3x, longest -/0:42/1:05, 2 attended, 1 not over, line stop 3x'
    """
    stamps = [(call.acknowledged_s, call.attended_s, call.cleared_s) for call in calls]
    longest = [max((each for each in column if each is not None), default=None) for column in zip(*stamps, strict=True)]
    attended = sum(call.attended_s is not None for call in calls)
    still = sum(call.cleared_s is None for call in calls)
    stops = sum(call.line_stop for call in calls)
    words = (
        f"{calls[0].kind} {len(calls)}x",
        f"longest {waits('/', *longest, dash=dash)}" if any(each is not None for each in longest) else "",
        f"{attended} attended" if 0 < attended < len(calls) else "",
        f"{still} not over" if still else "",
        f"line stop {stops}x" if stops else "",
    )
    return ", ".join(word for word in words if word)


def waits(between: str, *seconds: float | None, dash: str = "-") -> str:
    """Response times as minutes and seconds; a dash for what has not happened."""
    return between.join(dash if wait_s is None else clock(to_ns(wait_s)) for wait_s in seconds)


def top_gaps(board: Board) -> list[GapTold]:
    """The three gaps that cost most, of the whole shift or of what there is of it."""
    gaps = board.whole.gaps if board.whole else [gap for hour in board.hours for gap in hour.gaps]
    return sorted(gaps, key=lambda each: -each.lost_ns)[:3]


def _gaps(board: Board) -> Iterator[str]:
    for gap in top_gaps(board):
        calls = f", called: {', '.join(gap.calls)}" if gap.calls else ""
        yield f"{gap.began[11:19]} {gap.loss.replace('_', '-')}, {clock(gap.lost_ns)} lost{calls}"


def nuisances(board: Board) -> Iterator[str]:
    """The rules whose calls were a nuisance, so that somebody mends them; and floods of calls."""
    told: Sequence[Accounted] = [board.whole] if board.whole else board.hours
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
        yield f"{floods} x more than 10 calls within 10 minutes"


def clock(ns: int) -> str:
    """A length as minutes and seconds.

    >>> clock(75_000_000_000)
    '1:15'
    """
    minutes, seconds = divmod(round(to_s(ns)), 60)
    return f"{minutes}:{seconds:02d}"
