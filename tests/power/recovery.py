"""One file state opened with the product's own recovery, and what is wrong with what it finds."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path

import msgspec

from edge_agent.journal import Entry, Journal, JournalError, Label, Reader, Row, Settings
from tests.power.disk import Files
from tests.power.station import NAME, event, memory

LABEL = Label(now_ns=1_000, wall_ns=1_700_000_000_000_000_000, time_quality="synced")
ALL = (0, 10**9, 10**9)


class Findings(Counter[str]):
    """How many states were looked at, and what was wrong with how many of them."""

    @property
    def failed(self) -> int:
        """States that broke the promise."""
        return self["lost"] + self["corrupt"] + self["wrong"]


def judged(files: Files, recorded: int, folder: Path) -> str:
    """What became of the station whose disk this is: `well`, or how the promise was broken.

    `lost`: an event that was said to be recorded is not there. `corrupt`: the file is damaged. `wrong`: an event is
    not what was recorded, the memory is of another one, or a number would be given twice.
    """
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    journal, reader = Journal(Settings(path=str(folder / NAME)), "boot-2"), Reader(folder / NAME)
    try:
        journal.open()
        if journal.set_aside is not None or journal._opened().execute("PRAGMA integrity_check").fetchone() != ("ok",):
            return "corrupt"
        return _compared(journal, reader.range(*ALL), recorded)
    except (sqlite3.Error, OSError, JournalError):
        return "corrupt"
    finally:
        journal.close()  # before the reader, so that nobody folds the log into a file that is thrown away
        reader.close()


def _compared(journal: Journal, rows: list[Row], recorded: int) -> str:
    if len(rows) < recorded:
        return "lost"
    kept = journal.memory()
    if [_content(row) for row in rows] != [_expected(number) for number in range(1, len(rows) + 1)]:
        return "wrong"
    if rows and (kept is None or kept.data != memory(len(rows))):
        return "wrong"
    after = journal.write([Entry(events=(event(len(rows) + 1),))], LABEL)
    return "well" if after == len(rows) + 1 else "wrong"


def _content(row: Row) -> tuple[int, int, bytes]:
    return row.seq, row.at_ns, row.data


EXPECTED: list[tuple[int, int, bytes]] = []


def _expected(number: int) -> tuple[int, int, bytes]:
    """What the row of event `number` must hold; made once each."""
    while len(EXPECTED) < number:
        made = event(len(EXPECTED) + 1)
        EXPECTED.append((made.at_ns, made.at_ns, msgspec.json.encode(made.data)))
    return EXPECTED[number - 1]
