"""What is traced: the product's writer at work on a new journal, through checkpoints and a restart.

`python -m tests.power.station FOLDER SYNCHRONOUS [TURNS]`: the second names what SQLite is told to sync; FULL is the
product. With TURNS it makes so many in each run, and bears a disk that fails; the last number recorded is its output.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from edge_agent.events import Event, SensorLost
from edge_agent.journal import Entry, Journal, Settings, Writer, storage
from edge_agent.observations import Trouble

NAME = "st07.db"
NOTICES = "notices"  # what the writer said to be recorded, in the trace beside the calls that made it so
RUNS = 2
TURNS = 60  # of a run: with some 7 pages each they fill the log twice, so that it is checkpointed and begun anew
PAGES = 200  # of the log, an eighth of the product's: files small enough to make so many of them
WAIT_S = 20.0


def event(number: int) -> Event:
    """An event whose stamp is its own number in the journal, of any length."""
    return Event(number, SensorLost(sensor="press", why=f"{number} " * (1 + 37 * number % 50)))


def memory(number: int) -> bytes:
    """What the station remembers with event `number`."""
    return b"%d " % number * 100


def less_safe(synchronous: str) -> Callable[..., sqlite3.Connection]:
    """The product's connection, but for what it asks SQLite to sync: the control."""

    class LessSafe(sqlite3.Connection):
        def execute(self, sql: str, parameters: tuple[object, ...] = ()) -> sqlite3.Cursor:
            return super().execute(sql.replace("synchronous = FULL", f"synchronous = {synchronous}"), parameters)

    return partial(sqlite3.connect, factory=LessSafe)


def work(folder: Path, synchronous: str, turns: int, on_trouble: Callable[[Trouble], None]) -> int:
    """Record and confirm events one turn after the other, twice from start to end; returns how many."""
    storage.CHECKPOINT_PAGES = PAGES
    notices = os.open(folder / NOTICES, os.O_CREAT | os.O_WRONLY)
    number = 0

    def say(seq: int, _depth: int) -> None:
        os.write(notices, b"%d\n" % seq)

    for _ in range(RUNS):
        journal = Journal(Settings(path=str(folder / NAME), recording_days=7.0), "boot-1", less_safe(synchronous))
        writer = Writer(journal, say, on_trouble)
        for turn in range(turns):
            events = tuple(event(number + one) for one in range(1, 2 + turn % 3))
            number += len(events)
            writer.record(Entry(events=events, memory=memory(number), turn=b"x" * (turn * 13)))
            if turn % 7 == 6:
                writer.confirm(writer.epoch, [(number - 8, number - 4)])
            if not writer.flush(WAIT_S):
                sys.exit("the disk of this machine hangs")
        if not writer.close(WAIT_S):
            sys.exit("the journal did not close")
    os.close(notices)
    return number


def fail(trouble: Trouble) -> None:
    """The disk of the machine that traces must not fail by itself."""
    sys.exit(f"{trouble.part}: {trouble.why}")


if __name__ == "__main__":
    tolerant = len(sys.argv) > 3
    made = work(
        Path(sys.argv[1]),
        sys.argv[2],
        int(sys.argv[3]) if tolerant else TURNS,
        (lambda _: None) if tolerant else fail,
    )
    sys.stdout.write(f"{made}\n")
