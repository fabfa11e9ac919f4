"""The journal never outgrows its bound, gives up in the stated order, and explains every number that is gone."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from edge_agent.andon.calls import MOST_OPEN
from edge_agent.events import (
    CallCleared,
    CallEscalated,
    CallRaised,
    CallShelved,
    CallUpdated,
    Event,
    FindingObserved,
    JournalDropped,
    Measured,
    SensorBack,
    SensorLost,
)
from edge_agent.journal import Entry, Journal, Reader, Row, Settings, sacrifice, storage
from edge_agent.journal.file import log_bytes
from tests.journal.faulty_disk import LABEL, raised

ALL = (0, 10**9, 10**9)
LEAST = storage.LOG_MB + 1  # so that 1 MiB is the bound of the file in these tests
MEASURED = Measured(detector="d", value=1.0, limit=2.0, unit="s", limit_from="test", onset_ns=None)


@pytest.fixture
def journal(tmp_path: Path):
    made = Journal(Settings(path=str(tmp_path / "st07.db"), recording_days=7.0, most_mb=LEAST), "boot-1")
    made.open()
    yield made
    made.close()


def cleared(call: int) -> Event:
    data = CallCleared(
        call=call, kind="cycle_overrun", how="by_itself", who="unknown", via=None, open_s=1.0, line_stopped=False
    )
    return Event(call, data)


def updated(call: int, what: Literal["overdue", "restore_refused"] = "restore_refused") -> Event:
    return Event(call, CallUpdated(call=call, kind="cycle_overrun", what=what, text="The gap still stands; " * 10))


def shelved(call: int) -> Event:
    times = {"until_ns": 9, "for_s": 60.0, "who": "somebody", "via": "remote", "why": "it is being mended " * 10}
    return Event(call, CallShelved(call=call, kind="cycle_overrun", source="press", **times))


def escalated(call: int, level: int) -> Event:
    data = CallEscalated(call=call, kind="cycle_overrun", level=level, to="somebody " * 30, waited_s=1.0)
    return Event(call, data)


def lost(sensor: str) -> Event:
    return Event(1, SensorLost(sensor=sensor, why="unplugged " * 20))


def observed() -> Event:
    return Event(1, FindingObserved(kind="slow_drift", verdict="abnormal", text="slower " * 30, measured=MEASURED))


def put(journal: Journal, events: Iterable[Event], at_once: int = 500) -> None:
    """Write events in transactions of a size that a station in trouble has."""
    source = iter(events)
    while batch := tuple(itertools.islice(source, at_once)):
        journal.write([Entry(events=batch)], LABEL)


def held(journal: Journal) -> list[Row]:
    reader = Reader(journal.path)
    rows = reader.range(*ALL)
    reader.close()
    return rows


def told(rows: Iterable[Row]) -> list[JournalDropped]:
    """What the journal says it has given up."""
    return [msgspec.json.decode(row.data, type=JournalDropped) for row in rows if row.type == JournalDropped.TYPE]


def types(rows: Iterable[Row]) -> set[str]:
    return {row.type for row in rows}


def test_telemetry_goes_before_events(journal: Journal):
    """Lines of the recording, then findings that lit nothing: what somebody was asked to do stays."""
    journal.write([Entry(turn=b"x" * 400) for _ in range(500)], LABEL)
    put(journal, (lost(f"sensor {n}") for n in range(500)))
    put(journal, (observed() for _ in range(6_000)))
    reader = Reader(journal.path)
    assert not list(reader.turns())
    reader.close()
    rows = held(journal)
    assert {"telemetry"} == {each.reason for each in told(rows)}
    assert 500 == sum(row.type == SensorLost.TYPE for row in rows)


def test_confirmed_goes_before_what_nobody_has(journal: Journal):
    """What the other side has is given up first, from the oldest; nothing unsent is."""
    put(journal, (lost(f"sensor {n}") for n in range(1_500)), at_once=100)
    journal.confirm([(1, 1_000)], LABEL)
    put(journal, (lost(f"other {n}") for n in range(1_000)), at_once=100)
    rows = held(journal)
    assert {"confirmed"} == {each.reason for each in told(rows)}
    assert set(range(1_001, 2_501)) <= {row.seq for row in rows}


def test_repeats_of_a_cause_go_and_its_newest_stays(journal: Journal):
    """One sensor that comes and goes for weeks does not cost the loss of another one."""
    put(journal, [lost("scale"), Event(1, SensorBack(sensor="scale", lost_s=1.0))])
    put(journal, (lost("press") for _ in range(8_000)))
    rows = held(journal)
    assert {"repeats"} == {each.reason for each in told(rows)}
    assert [1, 2] == [row.seq for row in rows][:2]
    assert SensorLost.TYPE == max(rows, key=lambda row: row.seq if row.type == SensorLost.TYPE else 0).type


def test_ended_calls_go_before_open_ones(journal: Journal):
    """Of thousands of calls from one source the unsent events of open ones stay, whatever their age."""
    put(journal, [raised(1), raised(2)])
    put(journal, (event for call in range(3, 4_000) for event in (raised(call), cleared(call))))
    rows = held(journal)
    assert [1, 2] == [row.seq for row in rows][:2]
    by_call = Counter(msgspec.json.decode(row.data)["call"] for row in rows if row.type != JournalDropped.TYPE)
    assert 2_000 > len(by_call)
    halves = {call for call, number in by_call.items() if number == 1}
    assert len(halves - {1, 2}) <= 1  # the round ended within one, whose rest goes first in the next


@pytest.mark.parametrize("again", [updated, shelved])
def test_an_open_call_that_repeats_itself_keeps_its_beginning_and_its_last_word(
    journal: Journal, again: Callable[[int], Event]
):
    """A program in a loop: what it has said of the call goes, what others have said stays, the newest is recorded."""
    put(journal, [raised(1), updated(1, "overdue"), escalated(1, 1), lost("scale")])
    put(journal, (again(1) for _ in range(8_000)))
    put(journal, [lost("press")])
    rows = held(journal)
    assert {"repeats"} == {each.reason for each in told(rows)}
    assert [1, 2, 3, 4] == [row.seq for row in rows][:4]
    assert SensorLost.TYPE == rows[-1].type
    explained(journal)


def test_what_is_confirmed_of_an_open_call_goes_after_other_confirmed_events(journal: Journal):
    """A start reads open calls from the memory: here they may go, so that confirming always makes room."""
    put(journal, [lost("scale"), raised(1)])
    put(journal, (updated(1) for _ in range(600)), at_once=100)
    put(journal, (lost("press") for _ in range(300)), at_once=100)  # 603 to 902
    journal.confirm([(1, 902)], LABEL)
    new = (lost(f"sensor {n}") for n in range(3_000))
    while 1 in (left := {row.seq for row in held(journal)}):
        put(journal, itertools.islice(new, 50))
    assert left >= {2, 602}
    while 2 in {row.seq for row in held(journal)}:
        put(journal, itertools.islice(new, 50))
    rows = held(journal)
    assert {"confirmed"} == {each.reason for each in told(rows)}
    assert next(new).data.sensor == f"sensor {sum(row.seq > 902 and row.type == SensorLost.TYPE for row in rows)}"


def test_as_many_open_calls_as_there_may_be_never_fill_the_journal(journal: Journal):
    """What was said of them on the way goes; what begins them and changes their state stays, and the newest is kept."""
    calls = range(1, MOST_OPEN)
    states = [event for call in calls for event in (raised(call), *(escalated(call, level) for level in range(3)))]
    put(journal, states)
    put(journal, (updated(call, what) for call in calls for what in ("overdue", "restore_refused")))
    put(journal, (updated(call) for _ in range(40) for call in calls))
    put(journal, [raised(MOST_OPEN)])
    rows = held(journal)
    assert len(states) == sum(row.type in {CallRaised.TYPE, CallEscalated.TYPE} for row in rows) - 1
    assert MOST_OPEN == msgspec.json.decode(rows[-1].data)["call"]
    explained(journal)


def test_at_last_the_oldest_goes(journal: Journal):
    """Where every event is of a cause of its own, the newest still finds a place."""
    put(journal, (lost(f"sensor {n}") for n in range(8_000)))
    rows = held(journal)
    assert {"oldest"} == {each.reason for each in told(rows)}
    assert "sensor 7999" in rows[-1].data.decode() + rows[-2].data.decode()


def explained(journal: Journal, sent: Iterable[Row] = ()) -> None:
    """What a subscriber can prove who has heard all that was sent, and then what is left in the journal."""
    heard = {row.seq: row for row in (*sent, *held(journal))}
    missing = set(range(1, journal.last_seq + 1)) - heard.keys()
    unsent = [each for each in told(heard.values()) if each.reason != "confirmed"]
    assert len(missing) == sum(each.count for each in unsent)
    assert missing <= {seq for each in unsent for seq in range(each.first, each.last + 1)}


@pytest.mark.parametrize("seed", range(4))
def test_random_fill_stays_in_its_bound_and_explains_every_hole(journal: Journal, seed: int):
    """Any mix: the file never outgrows its pages, no open call loses an unsent event, no number is given twice."""
    chance = random.Random(seed)  # noqa: S311 - a mix, no secret
    open_calls: dict[int, int] = {}  # call -> number of its first event
    next_call, given = 1, 0
    sent: dict[int, Row] = {}
    for turn in range(120):
        events: list[Event] = []
        for _ in range(chance.randrange(1, 200)):
            what = chance.random()
            if what < 0.1 and len(open_calls) < 100:
                events.append(raised(next_call, f"source {next_call % 7}"))
                open_calls[next_call] = journal.last_seq
                next_call += 1
            elif what < 0.2 and open_calls:
                call = chance.choice(list(open_calls))
                del open_calls[call]
                events.append(cleared(call))
            else:
                events.append(chance.choice((observed(), lost(f"sensor {chance.randrange(300)}"))))
        turns = [Entry(turn=b"x" * chance.randrange(2_000)) for _ in range(chance.randrange(20))]
        assert journal.write([Entry(events=tuple(events)), *turns], LABEL) >= given + len(events)
        given = journal.last_seq
        assert journal.path.stat().st_size <= storage.MB
        assert log_bytes(journal.path) <= storage.LOG_MB * storage.MB
        if turn % 10 == seed:  # a broker that comes and goes
            some = [row for row in held(journal) if row.seq not in sent][: chance.randrange(300)]
            journal.confirm([(row.seq, row.seq) for row in some], LABEL)
            sent |= {row.seq: row for row in some}
    rows = held(journal)
    assert {"telemetry"} <= {each.reason for each in told((*sent.values(), *rows))}
    known = (*sent.values(), *rows)  # what the other side has may go
    standing = {msgspec.json.decode(row.data)["call"] for row in known if row.type.startswith("andon.call.raised")}
    assert open_calls.keys() <= standing
    explained(journal, sent.values())


def test_what_was_told_of_drops_is_told_again_when_it_must_go_itself(journal: Journal):
    """Years without a broker: the words of what is gone do not fill the file, and still add up."""
    for n in range(30):
        put(journal, (lost(f"sensor {n} {i}") for i in range(700)))
    rows = held(journal)
    assert len(told(rows)) < 30
    explained(journal)


def test_journal_older_than_its_bound_shrinks_what_it_uses(tmp_path: Path):
    """Where `most_mb` was lowered, the file keeps its size, but what it holds comes under the bound."""
    settings = Settings(path=str(tmp_path / "st07.db"), most_mb=LEAST + 1)
    wide = Journal(settings, "boot-1")
    wide.open()
    put(wide, (lost("press") for _ in range(4_000)))
    wide.close()
    narrow = Journal(msgspec.structs.replace(settings, most_mb=LEAST), "boot-1")
    narrow.open()
    put(narrow, [lost("press")])
    assert narrow._free() > 0
    explained(narrow)
    narrow.close()


def test_control_without_giving_up_the_journal_is_full(journal: Journal, monkeypatch: pytest.MonkeyPatch):
    """The tests above have power: where nothing is offered, the file refuses to grow and the event is lost."""
    monkeypatch.setattr(sacrifice, "offered", lambda _connection: iter(()))
    with pytest.raises(sqlite3.OperationalError, match="full"):
        put(journal, (lost("press") for _ in range(8_000)))
