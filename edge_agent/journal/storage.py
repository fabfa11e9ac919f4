"""The journal's only writing connection: one transaction for what belongs together, and nothing half done."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

import msgspec

from edge_agent import clock
from edge_agent.events import Event
from edge_agent.events.notices import DropReason
from edge_agent.journal import sacrifice
from edge_agent.journal.dating import Dating
from edge_agent.journal.file import claim, identity, log_bytes, put_aside
from edge_agent.journal.records import Entry, JournalError, Label, Memory, Ranges, Settings
from edge_agent.journal.schema import FAILURES, check, epoch_of, is_damage, migrate

MB = 1_048_576
NS_PER_DAY = 86_400 * clock.NS_PER_S
KEPT_ROWS = 100_000  # confirmed events kept for replay: ten days at 10,000 a day, about 40 MB
KEPT_TURNS = 500_000  # lines of a recording, about 60 MB: ten weeks of one-minute cycles, five days of two-second ones
PRUNE_EVERY = 1_000  # rows between two prunings, and
PRUNE_MOST = 2_000  # rows deleted by one: it catches up, and no commit waits long for it
PAGE = (
    1024  # bytes of a new file: a commit writes whole pages, and with SQLite's own 4096 an event costs 2.5 times more
)
LOG_MB = 8  # of `most_mb`, for the log: 1.6 MB, and the largest transaction twice
SPARE = 16  # one part in so many of the file is kept free, and twice that is made free when it is touched
OVERHEAD = 262_144  # bytes that a transaction needs beside twice its payload: indices, numbers, what is told
CHECKPOINT_PAGES = (
    1_600  # the write-ahead log stays near 1.6 MB: twice as many write no less, half as many a tenth more
)
LOG_BYTES = 2_097_152  # a log that grew behind a slow reader is cut back to this
LOCK_WAIT_S = 1.0  # readers lock for milliseconds; one that holds longer is said, not waited for
NOTHING = ("", 0, 0)
BEGIN = b'{"turn":"begin"'  # how the first line of each run of a recording starts
PRUNE_EVENTS = """DELETE FROM event WHERE seq IN
    (SELECT seq FROM event WHERE confirmed = 1 AND seq <= ? ORDER BY seq LIMIT ?)"""
PRUNE_TURNS = "DELETE FROM turn WHERE number IN (SELECT number FROM turn WHERE number < ? ORDER BY number LIMIT ?)"


class Journal:
    """The writer's connection, used by one thread at a time; `open` before use, and again after an error.

    Args:
        settings: where the file is and whether observations are recorded.
        boot: identity of this boot of the machine, kept with each event.
        connect: makes the SQLite connection.
        wall_ns: names a damaged file.
    """

    def __init__(
        self,
        settings: Settings,
        boot: str,
        connect: Callable[..., sqlite3.Connection] = sqlite3.connect,
        wall_ns: Callable[[], int] = clock.wall_ns,
    ) -> None:
        self.path = Path(settings.path)
        self.epoch = ""
        self.last_seq = 0
        self.commits = 0  # of this object: groups, not entries
        self.memory_read = False  # until then nobody knows what a new one would replace
        self.set_aside: Path | None = None  # where `open` put a damaged file
        self._recording_ns = round(settings.recording_days * NS_PER_DAY)
        self._boot = boot
        self._connect = connect
        self._wall_ns = wall_ns
        self._connection: sqlite3.Connection | None = None
        self._lock: TextIO | None = None
        self._file = (0, 0)
        self._depth = 0
        self._last_turn = 0
        self._most_bytes = (settings.most_mb - LOG_MB) * MB
        self._page = PAGE
        self._given_up: Counter[str] = Counter()  # by reason, since the bound was last far away
        self._dating = Dating(boot)
        self._promised = NOTHING  # epoch and last numbers of a transaction whose end is not known

    def open(self) -> None:
        """Open the file or make it; a damaged one is set aside, `set_aside` names it, and a new epoch begins.

        Raises:
            JournalError: a person must act: another process has it, a newer version or another program wrote it.
            sqlite3.Error, OSError: the disk does not let us; trying again later is right.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self._lock is None:
            self._lock = claim(self.path)
        self._disconnect()
        self.set_aside = None
        try:
            self._open_file()
        except (*FAILURES, JournalError) as error:
            if not is_damage(error):
                raise
            self.set_aside = put_aside(self.path, self._wall_ns())
            self._open_file()

    def memory(self) -> Memory | None:
        """What the station remembered last; None in a new file."""
        row = self._opened().execute("SELECT data, boot, wall_ns FROM memory").fetchone()
        self.memory_read = True
        sound = row is not None and [bytes, str, int] == [type(value) for value in row]
        return None if row is None else Memory(*row) if sound else Memory(b"", "", 0)  # which nobody can read

    def write(self, entries: Iterable[Entry], label: Label, confirmed: Ranges = ()) -> int:
        """Record entries and confirmations in one transaction; returns the last number given in this epoch.

        Raises:
            sqlite3.Error, OSError: nothing in memory has changed; whether the transaction landed all the same,
                `landed` tells after the next `open`.
        """
        self._promised = NOTHING
        if identity(self.path) != self._file:
            message = f"{self.path} was replaced while it was in use"
            raise OSError(message)
        kept = [(entry, [(event, msgspec.json.encode(event.data)) for event in entry.events]) for entry in entries]
        self._make_room(sum(map(_payload, kept)), label)
        with self._transaction() as connection:
            depth = self._depth - _confirm(connection, confirmed)
            seq, turn = self.last_seq, self._last_turn
            anchor = self._dating.anchor(label)
            if anchor is not None:
                seq = self._insert(connection, Event(label.now_ns, anchor), msgspec.json.encode(anchor), label)
                self._dating.keep(connection, seq, label)
                depth += 1
            for entry, events in kept:
                for event, data in events:
                    seq = self._insert(connection, event, data, label)
                    depth += 1
                if entry.memory is not None:
                    sql = "INSERT OR REPLACE INTO memory VALUES (1, ?, ?, ?)"
                    connection.execute(sql, (entry.memory, self._boot, label.wall_ns))
                if entry.turn is not None and self._recording_ns:
                    turn = _insert_turn(connection, entry.turn, label)
            self._prune(connection, seq, turn, label)
            if (seq, turn) != (self.last_seq, self._last_turn):
                self._promised = (self.epoch, seq, turn)
        self._promised = NOTHING
        self._dating.committed(label, events=seq > self.last_seq)
        self.commits, self.last_seq, self._last_turn, self._depth = self.commits + 1, seq, turn, depth
        return seq

    def landed(self) -> bool:
        """Whether what the last `write` failed to tell of is in the file; asked once, after the next `open`.

        A write of memory and confirmations alone is not known: it may be made again.
        """
        promised, self._promised = self._promised, NOTHING
        return promised == (self.epoch, self.last_seq, self._last_turn)

    def confirm(self, ranges: Ranges, label: Label) -> None:
        """The other side has these numbers; they no longer count in `depth` and may be pruned."""
        self.write((), label, ranges)

    def depth(self) -> int:
        """Events recorded and not confirmed."""
        return self._depth

    def shortages(self) -> dict[str, str]:
        """What a person must know although all was written: by part, why."""
        found = {}
        if self._given_up:
            gone = ", ".join(f"{number} {reason}" for reason, number in self._given_up.items())
            found["journal room"] = f"{self.path} is as large as [journal] most_mb allows; given up so far: {gone}"
        if log_bytes(self.path) > LOG_MB * MB:
            found["journal log"] = f"another program has {self.path} open and keeps its log from being cut; end it"
        return found

    def close(self) -> None:
        """Let go of the file and of its lock."""
        self._disconnect()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            message = f"{self.path} is not open"
            raise sqlite3.ProgrammingError(message)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open_file(self) -> None:
        connection = self._connect(self.path, isolation_level=None, timeout=LOCK_WAIT_S, check_same_thread=False)
        try:
            check(connection, self.path)
            connection.execute(f"PRAGMA page_size = {PAGE}")  # of a new file; one that is there keeps its own
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
            connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
            self._page = connection.execute("PRAGMA page_size").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {self._most_bytes // self._page}")
            migrate(connection, self.path)
            self._load(connection)
        except BaseException:
            connection.close()
            raise
        self._file = identity(self.path)
        self._connection = connection

    def _load(self, connection: sqlite3.Connection) -> None:
        self.epoch = epoch_of(connection, self.path)
        given = dict(connection.execute("SELECT name, seq FROM sqlite_sequence"))
        self._depth = connection.execute("SELECT count(*) FROM event WHERE confirmed = 0").fetchone()[0]
        self.last_seq, self._last_turn = given.get("event", 0), given.get("turn", 0)
        self._dating.load(connection)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing; the first error is the one to tell."""
        connection = self._opened()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.rollback()
            raise

    def _free(self) -> int:
        """Bytes of the bound that hold nothing; below 0 where the file is older than its bound."""
        connection = self._opened()
        used = connection.execute("PRAGMA page_count").fetchone()[0]
        unused = connection.execute("PRAGMA freelist_count").fetchone()[0]
        return int(self._most_bytes - (used - unused) * self._page)

    def _make_room(self, payload: int, label: Label) -> None:
        """Give up as little as lets `payload` bytes be written, and some more, so that not every write must."""
        wanted, spare = OVERHEAD + 2 * payload, self._most_bytes // SPARE
        free = self._free()
        if free >= wanted + spare:
            if free >= wanted + 3 * spare:
                self._given_up.clear()
            return
        enough = wanted + 2 * spare
        while self._free() < enough and sacrifice.drop_turns(self._opened()):
            self._given_up["lines of the recording"] += sacrifice.ROUND
        if self._free() >= enough:
            return
        for reason, events in sacrifice.offered(self._opened()):
            self._give_up(reason, events, label)
            if self._free() >= enough:
                return

    def _give_up(self, reason: DropReason, events: list[sacrifice.Candidate], label: Label) -> None:
        with self._transaction() as connection:
            told = sacrifice.drop(connection, reason, events)
            for data in told:
                seq = self._insert(connection, Event(label.now_ns, data), msgspec.json.encode(data), label)
        self.last_seq = seq
        self._depth += len(told) - sum(not event.confirmed for event in events)
        self._given_up[reason] += len(events)

    def _insert(self, connection: sqlite3.Connection, event: Event, data: bytes, label: Label) -> int:
        sql = "INSERT INTO event (at_ns, boot, wall_ns, time_quality, type, data) VALUES (?, ?, ?, ?, ?, ?)"
        wall_ns = label.wall_at(event.at_ns)
        values = (event.at_ns, self._boot, wall_ns, label.time_quality, event.type, data)
        return int(connection.execute(sql, values).lastrowid or 0)

    def _prune(self, connection: sqlite3.Connection, seq: int, turn: int, label: Label) -> None:
        """Delete what is beyond the bounds, now and then and a little at a time."""
        if seq // PRUNE_EVERY > self.last_seq // PRUNE_EVERY:
            connection.execute(PRUNE_EVENTS, (seq - KEPT_ROWS, PRUNE_MOST))
        if turn // PRUNE_EVERY > self._last_turn // PRUNE_EVERY:
            # A run is useless without its beginning: what is too old goes only up to the last run that began by then.
            sql = "SELECT max(number) FROM turn WHERE begins = 1 AND wall_ns <= ?"
            first = connection.execute(sql, (label.wall_ns - self._recording_ns,)).fetchone()[0] or 0
            connection.execute(PRUNE_TURNS, (max(first, turn - KEPT_TURNS), PRUNE_MOST))


def _payload(kept: tuple[Entry, list[tuple[Event, bytes]]]) -> int:
    """Bytes that an entry brings."""
    entry, events = kept
    return sum(len(data) for _, data in events) + len(entry.turn or b"") + len(entry.memory or b"")


def _confirm(connection: sqlite3.Connection, ranges: Ranges) -> int:
    """Mark the ranges; returns how many were not marked before."""
    sql = "UPDATE event SET confirmed = 1 WHERE seq BETWEEN ? AND ? AND confirmed = 0"
    return sum(connection.execute(sql, (first, last)).rowcount for first, last in ranges)


def _insert_turn(connection: sqlite3.Connection, line: bytes, label: Label) -> int:
    sql = "INSERT INTO turn (wall_ns, begins, line) VALUES (?, ?, ?)"
    return int(connection.execute(sql, (label.wall_ns, line.startswith(BEGIN), line)).lastrowid or 0)
