"""What the journal gives up when its bound is near: in a stated order, never an open call, never without a word.

The order: the recording, the oldest events that were confirmed (those of open calls after the others: a start reads
open calls from the memory, not from here), the oldest telemetry, repeats (of a cause, the newest of each stays; of what
was said of an open call, the last word stays), then the oldest of what is left, and at last what was said of open calls
on the way. What begins one or changes its state stays until it is confirmed: open calls are few, and so are the levels
to escalate to, so that what happens now always finds a place, whatever repeats itself. What was given up is told by
`JournalDropped`, itself an event with a number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import msgspec

from edge_agent.events import (
    AgentStarted,
    AgentStopping,
    CallCleared,
    CallRaised,
    CallShelved,
    CallUpdated,
    FindingObserved,
    JournalDropped,
)
from edge_agent.events.data import UNDECODABLE
from edge_agent.events.notices import DropReason

TELEMETRY = frozenset({FindingObserved.TYPE})  # asks nobody to do anything
ROUND = 2_000  # rows in one transaction: about 1 MB, so the log stays within its reserve
AT_ONCE = 20_000  # rows chosen by one walk through the table: 2 MB of memory
CALL = "andon.call."
ON_THE_WAY = frozenset({CallUpdated.TYPE, CallShelved.TYPE})  # of a call: any number of them, and its state stays
RUNS = frozenset({AgentStarted.TYPE, AgentStopping.TYPE})  # speak of nothing but themselves, and repeat all the same

TURNS = "DELETE FROM turn WHERE number IN (SELECT number FROM turn ORDER BY number LIMIT ?)"
WALK = "SELECT seq, type, confirmed, data FROM event WHERE seq <= ? ORDER BY seq"


class Subject(msgspec.Struct):
    """What of an event's data tells its cause: who or what it speaks of."""

    call: int | None = None
    kind: str = ""
    source: str = ""
    sensor: str = ""
    part: str = ""
    detector: str = ""
    what: str = ""
    also: str = ""


SUBJECT = msgspec.json.Decoder(Subject)
DROPPED = msgspec.json.Decoder(JournalDropped)

Cause = tuple[str, ...]


class Candidate(msgspec.Struct, frozen=True):
    """An event as the choice sees it: `call` is 0 where it is of none, `cause` empty where it repeats nothing.

    `said` is what it says of its call on the way; empty for what begins it, changes its state, or ends it.
    """

    seq: int
    type: str
    confirmed: bool
    cause: Cause
    call: int
    said: Cause = ()
    told: JournalDropped | None = None  # what it tells was given up before


class Survey(msgspec.Struct, frozen=True):
    """What one walk through all events finds: the calls that are open, and the newest of each cause and saying."""

    open: frozenset[int]
    newest: dict[Cause, int]  # the call's number, or the event's
    last_words: dict[tuple[int, Cause], int]  # by open call and what is said of it
    last: int  # event: what is told of a round comes after it, and is not offered in the next one


Choice = Callable[[Candidate, Survey], bool]


def _of_no_open_call(event: Candidate, survey: Survey) -> bool:
    return event.call not in survey.open


def _repeats(event: Candidate, survey: Survey) -> bool:
    if event.call in survey.open:
        return bool(event.said) and survey.last_words.get((event.call, event.said), event.seq) != event.seq
    own = event.call or event.seq
    # What is left of a call whose beginning went in an earlier round has a cause that the survey did not see.
    return bool(event.cause) and survey.newest.get(event.cause, own) != own


ORDER: tuple[tuple[DropReason, Choice], ...] = (
    ("confirmed", lambda event, survey: event.confirmed and _of_no_open_call(event, survey)),
    ("confirmed", lambda event, _: event.confirmed),
    ("telemetry", lambda event, _: event.type in TELEMETRY),
    ("repeats", _repeats),
    ("oldest", _of_no_open_call),
    ("oldest", lambda event, _: bool(event.said)),
)


def drop_turns(connection: sqlite3.Connection) -> bool:
    """Give up the oldest lines of the recording; False where there are none left."""
    return connection.execute(TURNS, (ROUND,)).rowcount > 0


def offered(connection: sqlite3.Connection) -> Iterator[tuple[DropReason, list[Candidate]]]:
    """What may be given up next, a round at a time, for as long as the caller drops what it was offered."""
    survey = _survey(connection)
    for reason, choice in ORDER:
        while chosen := list(islice(_chosen(connection, choice, survey), AT_ONCE)):
            for first in range(0, len(chosen), ROUND):
                yield reason, chosen[first : first + ROUND]


def drop(connection: sqlite3.Connection, reason: DropReason, events: Iterable[Candidate]) -> list[JournalDropped]:
    """Delete a round; returns what is to be told of it, at most one word a reason.

    What an earlier `JournalDropped` told, and nobody has been told yet, is told again with the rest.
    """
    told: dict[DropReason, JournalDropped] = {}
    for event in events:
        connection.execute("DELETE FROM event WHERE seq = ?", (event.seq,))
        parts = [JournalDropped(first=event.seq, last=event.seq, count=1, reason=reason)]
        if event.told is not None and not event.confirmed:
            parts.append(event.told)
        for part in parts:
            told[part.reason] = joined(told.get(part.reason), part)
    return list(told.values())


def joined(before: JournalDropped | None, more: JournalDropped) -> JournalDropped:
    """Both as one range."""
    if before is None:
        return more
    return JournalDropped(
        first=min(before.first, more.first),
        last=max(before.last, more.last),
        count=before.count + more.count,
        reason=more.reason,
    )


def _chosen(connection: sqlite3.Connection, choice: Choice, survey: Survey) -> Iterator[Candidate]:
    return (event for event in _walk(connection, survey.last) if choice(event, survey))


def _survey(connection: sqlite3.Connection) -> Survey:
    open_calls: set[int] = set()
    newest: dict[Cause, int] = {}
    last_words: dict[tuple[int, Cause], int] = {}
    last = connection.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0]
    for event in _walk(connection, last):
        newest[event.cause] = event.call or event.seq
        if event.said:
            last_words[event.call, event.said] = event.seq
        if event.type == CallCleared.TYPE:
            open_calls.discard(event.call)
        elif event.call:
            open_calls.add(event.call)
    last_words = {key: seq for key, seq in last_words.items() if key[0] in open_calls}
    return Survey(frozenset(open_calls), newest, last_words, last)


def _walk(connection: sqlite3.Connection, last: int) -> Iterator[Candidate]:
    """Every event up to number `last`, oldest first."""
    raised: dict[int, Cause] = {}  # by call: what raised it, which only its first event tells
    for seq, type_, confirmed, data in connection.execute(WALK, (last,)):
        subject, told = _read(type_, data)
        call = (subject.call or 0) if type_.startswith(CALL) else 0
        if type_ == CallRaised.TYPE:
            raised[call] = (CALL, subject.kind, subject.source)
        cause = raised.get(call, (CALL, subject.kind)) if call else _cause(type_, subject, told)
        if type_ == CallCleared.TYPE:
            raised.pop(call, None)
        said = (type_, subject.what, subject.also) if call and type_ in ON_THE_WAY else ()
        yield Candidate(seq, type_, bool(confirmed), cause, call, said, told)


def _read(type_: str, data: bytes) -> tuple[Subject, JournalDropped | None]:
    try:
        return SUBJECT.decode(data), DROPPED.decode(data) if type_ == JournalDropped.TYPE else None
    except UNDECODABLE:  # of another version, or damaged: it goes with the oldest
        return Subject(), None


def _cause(type_: str, subject: Subject, told: JournalDropped | None) -> Cause:
    """Type and subject; accounts of hours and shifts have none, and each tells of another time."""
    if told is not None:
        return (type_, told.reason)
    about = (subject.kind, subject.sensor, subject.part, subject.detector)
    return (type_, *about) if any(about) or type_ in RUNS else ()
