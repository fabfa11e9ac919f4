"""The journal read from another process: a read-only connection that no writer ever waits for."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from edge_agent.journal.dating import BETWEEN
from edge_agent.journal.records import JournalError, JournalMissing, Row
from edge_agent.journal.schema import FAILURES, MIGRATIONS, cause, epoch_of, version_of

LOCK_WAIT_S = 1.0  # the writer commits within milliseconds; a longer wait is said
PAGE = 500  # lines of a recording read at a time: no long transaction keeps the writer's log from shrinking
ROWS = f"""SELECT seq, at_ns, boot, coalesce(at_ns + between_ns, wall_ns),
    iif(between_ns IS NULL, time_quality, 'corrected'), type, data
    FROM (SELECT *, {BETWEEN} AS between_ns FROM event"""  # noqa: S608 - our own names
KINDS = (int, int, str, int, str, str, bytes)  # of a row, as `Row` has them; SQLite keeps any in any column


class Reader:
    """The events and the recording of the journal at `path`; it need not be there yet.

    Every method looks first whether the file is still the same. Where it was replaced, JournalMissing is
    raised once, so that no row of the new epoch is taken for one of the old; the next call reads the new file.

    Raises:
        JournalMissing: from every method, while there is no journal or once after it was replaced.
        JournalError: from every method, where it cannot be read; the message says why.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._connection: sqlite3.Connection | None = None
        self._file = (0, 0)

    def epoch(self) -> str:
        """The identity of the file, 16 hexadecimal digits."""
        with self._read() as connection:
            return epoch_of(connection, self.path)

    def last_seq(self) -> int:
        """The last number given, 0 before the first."""
        rows = self._rows("SELECT seq FROM sqlite_sequence WHERE name = 'event'")
        return int(rows[0][0]) if rows else 0

    def unconfirmed(self, after_seq: int, limit: int) -> list[Row]:
        """At most `limit` events beyond `after_seq` that the other side has not confirmed, in order."""
        sql = f"{ROWS} WHERE confirmed = 0 AND seq > ? ORDER BY seq LIMIT ?)"
        return [_row(row) for row in self._numbered(after_seq, sql, after_seq, limit)]

    def range(self, first: int, last: int, limit: int) -> list[Row]:
        """At most `limit` of the events `first` to `last`, both included, confirmed or not, in order."""
        sql = f"{ROWS} WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?)"
        return [_row(row) for row in self._numbered(first - 1, sql, first, last, limit)]

    def gone(self, first: int, last: int) -> list[tuple[int, int]]:
        """Ranges of `first` to `last` that were recorded once and are there no more: dropped, or pruned."""
        last = min(last, self.last_seq())
        sql = "SELECT seq FROM event WHERE seq BETWEEN ? AND ? ORDER BY seq"
        rows = self._numbered(first - 1, sql, first, last)
        there = [first - 1, *(row[0] for row in rows), last + 1]
        return [(before + 1, after - 1) for before, after in pairwise(there) if after - before > 1]

    def turns(self) -> Iterator[bytes]:
        """The lines of the recording, oldest first; the oldest run may have lost its beginning."""
        number, sql = 0, "SELECT number, line FROM turn WHERE number > ? ORDER BY number LIMIT ?"
        while rows := self._numbered(number, sql, number, PAGE):
            yield from (line if isinstance(line, bytes) else str(line).encode() for _, line in rows)
            number = rows[-1][0]

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _rows(self, sql: str, *values: int) -> list[tuple[Any, ...]]:
        with self._read() as connection:
            return connection.execute(sql, values).fetchall()

    def _numbered(self, before: int, sql: str, *values: int) -> list[tuple[Any, ...]]:
        """Rows by their number, above `before`: in a damaged tree they may go back, and who reads on never ends."""
        rows = self._rows(sql, *values)
        if any(later <= earlier for earlier, later in pairwise([before, *(row[0] for row in rows)])):
            message = f"{self.path} is damaged: its rows are not in order"
            raise JournalError(message)
        return rows

    @contextlib.contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        """The connection to the file that is there now; what fails in it is said in words."""
        try:
            yield self._current()
        except (*FAILURES, OSError) as error:
            self.close()
            message = f"{self.path} cannot be read: {cause(error)}"
            raise JournalError(message) from error

    def _current(self) -> sqlite3.Connection:
        """The connection to the file that is there now."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self.close()
            message = f"there is no journal at {self.path}; the station makes it when it starts"
            raise JournalMissing(message) from None
        identity = (found.st_dev, found.st_ino)
        if self._connection is not None and identity != self._file:
            self.close()
            message = f"{self.path} was replaced; a new epoch begins"
            raise JournalMissing(message)
        if self._connection is None:
            self._connection = _open(self.path)
            self._file = identity
        return self._connection


def _row(values: tuple[Any, ...]) -> Row:
    """A row as it was written. One that damage has given values of other kinds has data that nobody can read."""
    sound = all(isinstance(value, kind) for value, kind in zip(values, KINDS, strict=True))
    return Row(*values) if sound else Row(values[0], 0, "", 0, "unsynced", "", b"")


def _open(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=LOCK_WAIT_S, check_same_thread=False)
    with contextlib.ExitStack() as undo:
        undo.callback(connection.close)
        version = version_of(connection, path)
        if version == 0:
            message = f"{path} is being made; ask again"
            raise JournalMissing(message)
        if version < len(MIGRATIONS):
            message = f"{path} was written by an older version; the station brings it up to date when it starts"
            raise JournalError(message)
        undo.pop_all()
    return connection
