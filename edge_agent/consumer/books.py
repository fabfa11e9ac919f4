"""The consumer's books: one SQLite file, each event exactly once, whatever the network said how often."""

from __future__ import annotations

import contextlib
import fcntl
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import msgspec

from edge_agent.consumer.intake import Entry, Recorded, same
from edge_agent.consumer.page import Page
from edge_agent.signals.spans import Span, Spans

APPLICATION = 0x414E4442  # 'ANDB' in the file's header: no other program's database is taken for books
VERSION = 1
LOCK_WAIT_S = 1.0  # a reader locks for milliseconds
MOST_STATIONS = 20_000  # twice what one broker carries
MOST_EPOCHS = 100  # of one station: a card wiped each month for eight years; more are forged
SCHEMA = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "INSERT INTO meta VALUES ('id', lower(hex(randomblob(4))))",
    """CREATE TABLE page (
        number INTEGER PRIMARY KEY,
        station TEXT NOT NULL,
        epoch TEXT NOT NULL,
        opened_ns INTEGER NOT NULL,
        recorded INTEGER NOT NULL DEFAULT 0,
        copies INTEGER NOT NULL DEFAULT 0,
        conflicts INTEGER NOT NULL DEFAULT 0,
        UNIQUE (station, epoch)
    )""",
    """CREATE TABLE event (
        page INTEGER NOT NULL REFERENCES page,
        seq INTEGER NOT NULL,
        type TEXT NOT NULL,
        time TEXT NOT NULL,
        timequality TEXT NOT NULL,
        heard_ns INTEGER NOT NULL,
        document BLOB NOT NULL,
        PRIMARY KEY (page, seq)
    ) WITHOUT ROWID""",
    """CREATE TABLE closed (
        page INTEGER NOT NULL REFERENCES page,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        why TEXT NOT NULL,
        PRIMARY KEY (page, first)
    ) WITHOUT ROWID""",
)
Opened = dict[str, dict[str, Page]]  # pages that a transaction begins, by station and epoch
HAVE = """SELECT min(seq), max(seq) FROM
    (SELECT seq, seq - row_number() OVER (ORDER BY seq) AS island FROM event WHERE page = ?) GROUP BY island"""


class BooksError(Exception):
    """The books cannot be used as they are; the message says what a person must do."""


class Batch(msgspec.Struct):
    """What goes into the books in one transaction; of what a station says of itself, its last word."""

    entries: list[Entry] = msgspec.field(default_factory=list)
    recorded: dict[tuple[str, str], Recorded] = msgspec.field(default_factory=dict)
    closed: list[tuple[Page, Span, str]] = msgspec.field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.entries or self.recorded or self.closed)


class Books:
    """The only writer of the file at `path`, in one thread at a time; what `write` has returned from is on the disk.

    Raises:
        BooksError: on opening, where a person must act.
        sqlite3.Error, OSError: from every method, where the disk does not let us; trying again later is right.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.refused = 0  # events without a page: too many stations, or too many journals of one
        self.conflicts = 0  # second copies that said something else; the first stays
        self._pages: dict[tuple[str, str], Page] = {}
        self._latest: dict[str, Page] = {}
        self._epochs: dict[str, int] = {}
        self._lock = _claim(path)
        try:
            self._connection = _open(path)
            self.id = str(self._connection.execute("SELECT value FROM meta WHERE key = 'id'").fetchone()[0])
            for row in self._connection.execute("SELECT number, station, epoch, recorded FROM page ORDER BY number"):
                self._add(Page(row[0], row[1], row[2], *self._spans(row[0]), row[3]))
        except BaseException:
            self._lock.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        self._lock.close()

    @property
    def pages(self) -> list[Page]:
        """Every page, oldest first."""
        return list(self._pages.values())

    def page(self, station: str, epoch: str | None = None) -> Page | None:
        """One page of a station, the newest where no epoch is named; None where there is none."""
        return self._latest.get(station) if epoch is None else self._pages.get((station, epoch))

    def write(self, batch: Batch, now_ns: int, wall_ns: int) -> tuple[list[Page], list[Page]]:
        """Keep a batch, all or nothing; returns the pages its events are on, new events or not, and those opened."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        opened: Opened = {}
        try:
            touched, refused, conflicts = self._enter(batch.entries, opened, wall_ns)
            told = self._tell(batch, opened, wall_ns)
            for page, span, why in batch.closed:
                rows = [(page.number, first, last, why) for first, last in page.open_within(*span)]
                connection.executemany("INSERT OR REPLACE INTO closed VALUES (?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # the first error is the one to tell
                connection.rollback()
            raise
        self.conflicts, self.refused = self.conflicts + conflicts, self.refused + refused
        added = [page for pages in opened.values() for page in pages.values()]
        for page in added:
            self._add(page)
        for entry in batch.entries:
            if (kept := self.page(entry.station, entry.epoch)) is not None:
                kept.keep(entry.seq, now_ns)
        for page, seq in told:
            page.recorded = max(page.recorded, seq)
        for page, span, _ in batch.closed:
            page.close(*span)
        return touched, added

    def _add(self, page: Page) -> None:
        self._pages[page.station, page.epoch] = page
        self._latest[page.station] = page
        self._epochs[page.station] = self._epochs.get(page.station, 0) + 1

    def _enter(self, entries: list[Entry], opened: Opened, wall_ns: int) -> tuple[list[Page], int, int]:
        """Insert what is new; returns the pages, how many had no room, and how many copies said something else."""
        refused = conflicts = 0
        touched: dict[int, tuple[Page, set[int]]] = {}
        for entry in entries:
            if (page := self._page_for(entry.station, entry.epoch, opened, wall_ns)) is None:
                refused += 1
                continue
            new = touched.setdefault(page.number, (page, set()))[1]
            if entry.seq in page.have or entry.seq in new:
                conflicts += self._copy(page, entry)
            else:
                new.add(entry.seq)
                self._insert(page, entry, wall_ns)
        return [page for page, _ in touched.values()], refused, conflicts

    def _tell(self, batch: Batch, opened: Opened, wall_ns: int) -> list[tuple[Page, int]]:
        """Remember how far stations say they are, so that a lost end shows, after a restart too."""
        pages = [
            (self._page_for(said.station, said.epoch, opened, wall_ns), said.seq) for said in batch.recorded.values()
        ]
        told = [(page, seq) for page, seq in pages if page is not None and seq > page.recorded]
        sql = "UPDATE page SET recorded = ? WHERE number = ?"
        self._connection.executemany(sql, [(seq, page.number) for page, seq in told])
        return told

    def _page_for(self, station: str, epoch: str, opened: Opened, wall_ns: int) -> Page | None:
        key = (station, epoch)
        page = self._pages.get(key) or opened.get(station, {}).get(epoch)
        if page is None and not self._has_room(station, opened):
            return None
        if page is None:
            sql = "INSERT INTO page (station, epoch, opened_ns) VALUES (?, ?, ?)"
            number = self._connection.execute(sql, (*key, wall_ns)).lastrowid or 0
            page = opened.setdefault(station, {})[epoch] = Page(number, *key, Spans(), Spans(), 0)
        return page

    def _has_room(self, station: str, opened: Opened) -> bool:
        epochs = self._epochs.get(station, 0) + len(opened.get(station, ()))
        return epochs < MOST_EPOCHS and (epochs > 0 or len(self._epochs) + len(opened) < MOST_STATIONS)

    def _insert(self, page: Page, entry: Entry, wall_ns: int) -> None:
        values = (page.number, entry.seq, entry.type, entry.time, entry.timequality, wall_ns, entry.document)
        self._connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def _copy(self, page: Page, entry: Entry) -> bool:
        """Count a second copy; True where it says something else than the first."""
        sql = "SELECT document FROM event WHERE page = ? AND seq = ?"
        kept = self._connection.execute(sql, (page.number, entry.seq)).fetchone()
        conflict = kept is not None and not same(kept[0], entry.document)
        sql = "UPDATE page SET copies = copies + 1, conflicts = conflicts + ? WHERE number = ?"
        self._connection.execute(sql, (conflict, page.number))
        return conflict

    def _spans(self, number: int) -> tuple[Spans, Spans]:
        """What the file has of a page, and what of it will never come."""
        closed = self._connection.execute("SELECT first, last FROM closed WHERE page = ?", (number,))
        return Spans(self._connection.execute(HAVE, (number,))), Spans(closed)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The file read beside its writer; BooksError where there is none."""
    if not path.exists():
        message = f"there are no books at {path}; `edge-agent ledger run {path}` keeps them"
        raise BooksError(message)
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=LOCK_WAIT_S)
    try:
        _check(connection, path)
        yield connection
    except sqlite3.Error as error:
        message = f"{path} cannot be read: {error}"
        raise BooksError(message) from error
    finally:
        connection.close()


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=LOCK_WAIT_S, check_same_thread=False)
    try:
        new = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not new:
            _check(connection, path)  # before anything is changed
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # an acknowledgement is a promise, power cut or not
        if new:
            connection.execute("BEGIN IMMEDIATE")
            for statement in (*SCHEMA, f"PRAGMA application_id = {APPLICATION}", f"PRAGMA user_version = {VERSION}"):
                connection.execute(statement)
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        connection.close()
        message = f"{path} cannot be opened: {error}"
        raise BooksError(message) from error
    except BooksError:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    found: tuple[Any, ...] = tuple(
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    if found != (APPLICATION, VERSION):
        message = f"{path} is no ledger's book of this version; give the books another path"
        raise BooksError(message)


def _claim(path: Path) -> TextIO:
    """Make sure that nobody else writes here; the lock ends with this process, however it ends."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = Path(f"{path}.lock").open("a")  # noqa: SIM115 - held until the books are closed
    except OSError as error:
        message = f"{path} cannot be made: {error.strerror}"
        raise BooksError(message) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        message = f"{path} is kept by another ledger; end it, or give this one its own path"
        raise BooksError(message) from None
    return lock
