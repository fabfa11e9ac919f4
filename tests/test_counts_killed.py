"""The station process, killed at any instant while parts, calls and an hour go on: nothing is doubled or missing."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
from random import Random

import msgspec

from edge_agent.control import Recorded
from edge_agent.events import AgentStarted, CallCleared, CallRaised
from edge_agent.events.accounts import Hour
from edge_agent.station.memory import Memory
from tests.bench_station import AT_REST, CORD, RESET, BenchStation, written

LIVES, MOST_LIVES = 3, 20  # at least and at most: the hour must have ended in between


@contextlib.contextmanager
def life(path):
    """One life of the station process, ended by SIGKILL at whatever it is doing."""
    running = BenchStation(path, AT_REST, module="tests.bench_at")
    try:
        running.tested()
        yield running
        running.end(signal.SIGKILL)
    finally:
        running.close()


def asked(path, sql):
    """Rows of the journal, as the next start would find them."""
    with contextlib.closing(sqlite3.connect(path.with_name("st07.db"))) as journal:
        return journal.execute(sql).fetchall()


def kept(path):
    """What a station that starts now would know."""
    ((data,),) = asked(path, "SELECT data FROM memory")
    return msgspec.json.decode(data, type=Memory)


def said(path):
    """Every event, in its order; their numbers have no hole and no double."""
    rows = asked(path, "SELECT seq, type, data FROM event ORDER BY seq")
    assert list(range(1, len(rows) + 1)) == [seq for seq, _, _ in rows]
    kinds = {kind.TYPE: kind for kind in (AgentStarted, CallRaised, CallCleared, Hour)}
    return [msgspec.json.decode(data, type=kinds[name]) for _, name, data in rows if name in kinds]


def committed(bench, path, number):
    """Wait until so many calls have been raised or cleared, and are on the disk."""
    for heard in bench._followed():
        calls = asked(path, "SELECT seq FROM event WHERE type IN ('andon.call.raised.v1', 'andon.call.cleared.v1')")
        if isinstance(heard, Recorded) and len(calls) >= number:
            return


def check_calls(events):
    """Each call is raised once and ends once or is open; each start resumes those that are open."""
    open_calls, last = set(), 0
    for event in events:
        match event:
            case CallRaised():
                assert last + 1 == event.call
                last = event.call
                open_calls.add(last)
            case CallCleared():
                open_calls.remove(event.call)
            case AgentStarted():
                assert open_calls == set(event.resumed_calls)
    return open_calls


def check_counts(memory, events):
    """The hours told and the running one are the shift."""
    hours = [event.actual for event in events if isinstance(event, Hour)]
    assert memory.books is not None
    assert memory.books.shift.made == sum(hours) + memory.books.hour.made
    return len(hours)


def learned(memory):
    """The cycle times of the baseline that is learned meanwhile."""
    return next((each.values for each in memory.learned if each.detector == "cycle_overrun:press"), ())


def test_a_station_killed_at_any_instant_goes_on_with_its_last_commit(tmp_path):
    """SIGKILL again and again: counts, calls and baselines go on; what was committed is all there, and nothing else.

    An event is committed within 100 ms, with the counts of its moment. So the parts before a call that is recorded are
    safe, those after it are lost at most; the next life knows exactly what the last commit says.
    """
    chance = Random(20261123)  # noqa: S311 - a press, no secret
    path = written(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"GPIO17"', '"GPIO17"\ndebounce_ms = 0', 1), encoding="utf-8")  # a mock pin is clean
    made, values, calls, hours, lives = 0, (), 0, 0, 0
    while (lives < LIVES or not hours) and lives < MOST_LIVES:
        lives += 1
        safe, unsafe = chance.randint(1, 4), chance.randint(0, 1)
        with life(path) as bench:
            pace = bench.status().state.pace
            assert pace is not None
            assert made == pace.actual
            for count in range(1, safe + 1):
                bench.cycle()
                bench.until(lambda status, count=count: status.state.cycles >= count)
            bench.drive(f"{CORD} 1", f"{CORD} 0")  # a call, or the end of the one that is open
            committed(bench, path, calls + 1)
            if chance.random() < 0.5:
                bench.drive(f"{RESET} 0", f"{RESET} 1")
            if unsafe:
                bench.cycle()
        memory, events = kept(path), said(path)
        hours = check_counts(memory, events)
        assert check_calls(events) == {call.call for call in memory.calls}
        assert memory.books.shift.made in range(made + safe, made + safe + unsafe + 1)
        assert values == learned(memory)[: len(values)]
        made, values = memory.books.shift.made, learned(memory)
        calls = sum(isinstance(event, CallRaised | CallCleared) for event in events)
        assert lives == sum(isinstance(event, AgentStarted) for event in events)
    assert (1, True) == (hours, len(values) > 0)
