"""One disk after a power cut, brought up as a station brings it up, and what of the promise is broken on it."""

from __future__ import annotations

import functools
import sqlite3
import subprocess
from collections.abc import Iterable
from pathlib import Path

import msgspec

from edge_agent import clock, config
from edge_agent.agent import recall
from edge_agent.consumer import report
from edge_agent.events import AgentStarted, CallCleared, CallRaised, Event
from edge_agent.journal import Entry, Journal, JournalError, Label, Memory, Reader, Row, Settings

MENDED = 1  # e2fsck put right what a boot may put right without asking; more than that is damage
EVERYTHING = 10**9
WELL = WELL_WITHOUT_CALLS, WELL_WITH_CALLS = "well", "well, calls open"
VERDICTS = (*WELL, "file system", "damaged", "lost", "unsent", "wrong", "calls")
"""`well` twice, apart for those that had to resume calls. `file system`: e2fsck would ask a person. `damaged`: the
journal was set aside or cannot be opened. `lost`: what was said to be recorded is not there. `unsent`: it is there, but
would not be sent and is in no books. `wrong`: an event is not what it was, or a number would be given twice. `calls`:
those open before are not those that the station resumes."""


class Run(msgspec.Struct, frozen=True):
    """What is known, in the end, of the run that was cut.

    Args:
        rows: all it has recorded.
        books: the numbers that are in the ledger.
        station: its configuration.
    """

    rows: list[Row]
    books: set[int]
    station: Path


def told(journal: Path, books: Path, station: Path) -> Run:
    """Read it: the journal as the run left it, and the ledger's books."""
    reader = Reader(journal)
    try:
        rows = reader.range(1, EVERYTHING, EVERYTHING)
    finally:
        reader.close()
    name = config.load(station).identity().path
    kept = report.lines(books, name, epoch=None, kind=None, after=0, most=EVERYTHING)
    return Run(rows, {line.seq for line in kept}, station)


def judged(image: Path, promised: int, run: Run, folder: Path) -> str:
    """One of `VERDICTS`.

    Args:
        image: a disk; it is mended as at a boot.
        promised: the last number that anybody outside had been told to be recorded.
        folder: empty; files are taken out into it.
    """
    if subprocess.run(["e2fsck", "-fp", image], capture_output=True, check=False).returncode > MENDED:
        return "file system"
    journal = taken_out(image, folder)
    if not journal.exists():
        return "lost" if promised else WELL_WITHOUT_CALLS
    opened, reader = Journal(Settings(path=str(journal)), "boot-2"), Reader(journal)
    try:
        opened.open()
        if opened.set_aside is not None or opened._opened().execute("PRAGMA integrity_check").fetchone() != ("ok",):
            return "damaged"
        return _compared(opened, reader, promised, run)
    except (sqlite3.Error, OSError, JournalError):
        return "damaged"
    finally:
        opened.close()
        reader.close()


def taken_out(image: Path, folder: Path) -> Path:
    """The journal and its log, out of a file system that nobody mounts."""
    orders = "".join(f"dump /{name} {folder / name}\n" for name in ("st07.db", "st07.db-wal"))
    subprocess.run(["debugfs", "-f", "-", image], input=orders, text=True, capture_output=True, check=True)
    return folder / "st07.db"


def _compared(journal: Journal, reader: Reader, promised: int, run: Run) -> str:
    rows = reader.range(1, EVERYTHING, EVERYTHING)
    if len(rows) < promised:
        return "lost"
    if [_content(row) for row in rows] != [_content(row) for row in run.rows[: len(rows)]]:
        return "wrong"
    sent_again = {row.seq for row in reader.unconfirmed(0, EVERYTHING)}
    if not {row.seq for row in rows} <= sent_again | run.books:
        return "unsent"
    began = _began(journal.memory(), run.station)
    label = Label(now_ns=clock.now_ns(), wall_ns=clock.wall_ns(), time_quality="unsynced")
    if journal.write([Entry(events=tuple(began))], label) != len(rows) + len(began):
        return "wrong"
    opened, right = resumed(reader.range(1, EVERYTHING, EVERYTHING))
    if opened != right:
        return "calls"
    return WELL_WITH_CALLS if began[0].data.resumed_calls else WELL_WITHOUT_CALLS


def _content(row: Row) -> tuple[int, int, str, bytes]:
    return row.seq, row.at_ns, row.type, row.data


def _began(kept: Memory | None, station: Path) -> list[Event]:
    """What the station says first when it begins with this memory: that it has started, and resumes which calls."""
    now_ns = clock.now_ns()
    memory = None if kept is None else recall.understood(kept, now_ns, clock.wall_ns())
    return [said for said in _loaded(station).made(memory, "after the cut").begin(now_ns) if said.data.KEPT]


def resumed(rows: Iterable[Row]) -> tuple[int, int]:
    """Of the starts in a journal, how many found open calls, and how many of these resumed just them."""
    numbers: set[int] = set()
    opened = right = 0
    for row in rows:
        data = msgspec.json.decode(row.data)
        if row.type == AgentStarted.TYPE and numbers:
            opened += 1
            right += set(data["resumed_calls"]) == numbers
        elif row.type == CallRaised.TYPE:
            numbers.add(data["call"])
        elif row.type == CallCleared.TYPE:
            numbers.discard(data["call"])
    return opened, right


_loaded = functools.cache(config.load)
