"""Entries to put into a journal, and a connection to it that fails when told to."""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from functools import partial

from edge_agent.events import CallRaised, Event, SensorLost
from edge_agent.journal import Entry, Journal, Label, Reader, Settings, Writer
from edge_agent.observations import Trouble

LABEL = Label(now_ns=1_000, wall_ns=1_700_000_000_000_000_000, time_quality="synced")


def entry(number: int, *, memory: bytes | None = None, turn: bytes | None = None) -> Entry:
    """One event that can be told from all others."""
    lost = Event(number, SensorLost(sensor="press", why=str(number)))
    return Entry(events=(lost,), memory=memory, turn=turn)


def raised(call: int, source: str = "press") -> Event:
    """The first event of a call that nobody has answered; about 400 bytes."""
    data = CallRaised(
        call=call,
        kind="cycle_overrun",
        family="delay",
        trigger="auto",
        source=source,
        text="a part takes longer than the standard allows",
        to="team_leader",
        clears="by_itself",
        acknowledge_s=60.0,
        attend_s=120.0,
    )
    return Event(call, data)


class Faults:
    """Decides which statements fail or hang, as on a bad disk: the n-th, before or after it took effect, or all."""

    def __init__(self) -> None:
        self.at: int | None = None
        self.after = False
        self.broken = False
        self.moving = threading.Event()  # cleared, the disk hangs
        self.moving.set()
        self.seen = 0
        self.hits: queue.SimpleQueue[str] = queue.SimpleQueue()  # statements that failed

    def connect(self) -> Callable[..., sqlite3.Connection]:
        """A replacement for sqlite3.connect whose connections ask this plan."""
        plan = self

        class Faulty(sqlite3.Connection):
            def execute(self, sql: str, parameters: tuple[object, ...] = ()) -> sqlite3.Cursor:
                assert plan.moving.wait(10)
                plan.seen += 1
                hit = plan.broken or plan.seen == plan.at
                if hit:
                    plan.hits.put(sql)
                if hit and not plan.after:
                    message = "disk I/O error"
                    raise sqlite3.OperationalError(message)
                cursor = super().execute(sql, parameters)
                if hit:
                    cursor.close()
                    message = "disk I/O error, said too late"
                    raise sqlite3.OperationalError(message)
                return cursor

        return partial(sqlite3.connect, factory=Faulty)


class Station:
    """A writer with two queues in place of the station's inbox."""

    def __init__(self, journal: Journal) -> None:
        self.recorded: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()
        self.troubles: queue.SimpleQueue[Trouble] = queue.SimpleQueue()
        self.writer = Writer(journal, lambda seq, depth: self.recorded.put((seq, depth)), self.troubles.put)

    def trouble(self) -> Trouble:
        """The next trouble said; fails where none is said in time."""
        return self.troubles.get(timeout=5)


def rows(settings: Settings) -> list[int]:
    """The stamps of all rows, in order of their numbers."""
    reader = Reader(settings.path)
    found = reader.range(0, 1_000_000, 1_000_000)
    reader.close()
    assert [row.seq for row in found] == list(range(1, len(found) + 1))
    return [row.at_ns for row in found]
