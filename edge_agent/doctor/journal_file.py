"""The journal: whole, of our version, not full, and read by somebody. Opened read-only; no writer waits for it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, failed, ok, seen_by_root, unknown, warning
from edge_agent.journal import JournalError
from edge_agent.journal.file import log_bytes
from edge_agent.journal.schema import FAILURES, MIGRATIONS, cause, check, version_of

LOCK_WAIT_S = 1.0
MB = 1024 * 1024
NEARLY = 0.9  # of [journal] most_mb


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a journal: how much, of what, and how much of it nobody has confirmed."""

    epoch: str
    schema: int
    bytes: int
    log_bytes: int
    last_seq: int
    unconfirmed: int
    events: dict[str, int]
    recorded_turns: int


def examine(case: Case) -> Iterator[Finding]:
    """The whole file is read once, as at a start."""
    if case.config is None:
        return
    path = Path(case.config.journal.path)
    aside = sorted(path.parent.glob(f"{path.name}.corrupt-*Z")) if _listed(path.parent) else []
    if aside:
        text = f"{len(aside)} damaged journals were set aside; the last is {aside[-1].name}"
        yield warning(
            "journal", text, "the card may be dying: look at it, keep a copy of these files, then remove them"
        )
    if not _exists(path):
        yield unknown("journal", f"{path} cannot be seen", seen_by_root("it is made at the first start"))
        return
    try:
        with contextlib.closing(opened(path)) as connection:
            check(connection, path)
            found = statistics(connection, path)
    except JournalError as error:
        yield failed("journal", str(error), "restart the station: it sets a damaged file aside and begins anew")
        return
    except FAILURES as error:
        yield failed("journal", f"{path}: {cause(error)}", seen_by_root("if it is damaged, restart the station"))
        return
    yield ok("journal", f"quick_check found {path} whole: {found.last_seq} recorded, {found.unconfirmed} not confirmed")
    yield from _room(found, case.config.journal.most_mb)


def opened(path: Path) -> sqlite3.Connection:
    """A read-only connection."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=LOCK_WAIT_S)


def statistics(connection: sqlite3.Connection, path: Path) -> Statistics:
    """What is in it."""

    def one(sql: str) -> Any:
        row = connection.execute(sql).fetchone()
        return 0 if row is None else row[0]

    return Statistics(
        epoch=str(one("SELECT value FROM meta WHERE key = 'epoch'")),
        schema=version_of(connection, path),
        bytes=path.stat().st_size,
        log_bytes=log_bytes(path),
        last_seq=int(one("SELECT seq FROM sqlite_sequence WHERE name = 'event'")),
        unconfirmed=int(one("SELECT count(*) FROM event WHERE confirmed = 0")),
        events=dict(connection.execute("SELECT type, count(*) FROM event GROUP BY type ORDER BY type")),
        recorded_turns=int(one("SELECT count(*) FROM turn")),
    )


def _room(found: Statistics, most_mb: int) -> Iterator[Finding]:
    if found.schema < len(MIGRATIONS):
        yield warning("journal", f"its schema is {found.schema}, ours {len(MIGRATIONS)}", "the next start migrates it")
    if found.bytes > NEARLY * most_mb * MB:
        text = f"{found.bytes // MB} MB of [journal] most_mb = {most_mb}: what counts least is given up from there on"
        remedy = (
            "see why the broker confirms nothing" if found.unconfirmed else "a recording fills it: that is its bound"
        )
        yield warning("journal", text, remedy)


def _listed(folder: Path) -> bool:
    try:
        next(folder.iterdir(), None)
    except OSError:
        return False
    return True


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
