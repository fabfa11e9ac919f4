"""The journal's file: its tables, their versions, and what SQLite's errors mean to the person at the station."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from edge_agent.journal.records import JournalError

APPLICATION = 0x414E444F  # 'ANDO' in the file's header: no other program's database is taken for a journal

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
        "INSERT INTO meta VALUES ('epoch', lower(hex(randomblob(8)))), ('batch', 0)",
        """CREATE TABLE memory (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            data BLOB NOT NULL,
            boot TEXT NOT NULL,
            wall_ns INTEGER NOT NULL
        )""",
        """CREATE TABLE event (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, -- without it numbers start again once every row is deleted
            at_ns INTEGER NOT NULL,
            boot TEXT NOT NULL,
            wall_ns INTEGER NOT NULL,
            time_quality TEXT NOT NULL,
            type TEXT NOT NULL,
            data BLOB NOT NULL,
            confirmed INTEGER NOT NULL DEFAULT 0
        )""",
        "CREATE INDEX event_unconfirmed ON event (seq) WHERE confirmed = 0",
        """CREATE TABLE turn (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            wall_ns INTEGER NOT NULL,
            begins INTEGER NOT NULL,
            line BLOB NOT NULL
        )""",
        "CREATE INDEX turn_begins ON turn (number) WHERE begins = 1",
    ),
    (
        """CREATE TABLE anchor (
            seq INTEGER PRIMARY KEY, -- of the event that told it
            boot TEXT NOT NULL,
            at_ns INTEGER NOT NULL,
            wall_ns INTEGER NOT NULL
        )""",
    ),
)
"""Step n brings a file from version n to n + 1; a step that was released is never changed again."""


FAILURES = (sqlite3.Error, UnicodeDecodeError, MemoryError)
"""What SQLite raises: its message may quote a damaged file in bytes that are no text, and a damaged row may claim to be
larger than any memory. Linux refuses no sensible amount: where memory is short, it ends the process."""


class DamagedError(JournalError):
    """SQLite's own check found the file damaged."""


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Read the whole file once; DamagedError or sqlite3.DatabaseError where pages are not what they should be."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        message = f"{path} is damaged: {found}"
        raise DamagedError(message)


def epoch_of(connection: sqlite3.Connection, path: Path) -> str:
    """The identity of the file; DamagedError where a changed byte has taken it, which SQLite itself does not see."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
    if row is None or not isinstance(row[0], str):
        message = f"{path} is damaged: it has lost its identity"
        raise DamagedError(message)
    return row[0]


def is_damage(error: Exception) -> bool:
    """Whether the error says that the file, not the disk, is the trouble."""
    damaged = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
    return isinstance(error, (DamagedError, UnicodeDecodeError, MemoryError)) or primary_code(error) in damaged


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file to our version in one transaction: a power cut leaves the old version or the new one.

    Raises:
        JournalError: another program or a newer version wrote the file.
    """
    version = version_of(connection, path)
    if version == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    for step in MIGRATIONS[version:]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    connection.execute("COMMIT")


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The file's schema version, 0 for an empty file; JournalError where the file is not ours to use."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and application != APPLICATION:
        message = f"{path} is the database of another program; give the journal another path"
        raise JournalError(message)
    if version > len(MIGRATIONS):
        message = (
            f"{path} was written by a newer version (its schema is {version}, ours {len(MIGRATIONS)}); "
            "install that version or move the file aside"
        )
        raise JournalError(message)
    return version


def primary_code(error: Exception) -> int | None:
    """SQLite's result code without its details; None for other errors."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


CAUSES = {
    sqlite3.SQLITE_FULL: "the disk is full, or the journal has reached its greatest size; make room",
    sqlite3.SQLITE_READONLY: "the file or its file system is read-only; check the card and its mount",
    sqlite3.SQLITE_IOERR: "the disk gives I/O errors; check the card and whether it is full",
    sqlite3.SQLITE_BUSY: "another program holds the file locked; end it",
    sqlite3.SQLITE_LOCKED: "another program holds the file locked; end it",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is damaged",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; check its folder and the permissions",
    sqlite3.SQLITE_PERM: "the file may not be opened; check the permissions",
}


def cause(error: Exception) -> str:
    """Why the journal cannot write, in the words of the person who must act."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror.lower()}: {error.filename}" if error.filename else error.strerror.lower()
    if isinstance(error, (UnicodeDecodeError, MemoryError)):
        return CAUSES[sqlite3.SQLITE_CORRUPT]
    known = CAUSES.get(primary_code(error) or -1)
    return f"{known} ({error})" if known else str(error)
