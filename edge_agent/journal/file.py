"""The journal's file on the disk: claimed by one process, told apart from another, put aside where it is damaged."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import TextIO

from edge_agent import clock
from edge_agent.journal.records import JournalError

KEPT_DAMAGED = 3  # files set aside; a failing card makes more of them, and they must not fill what is left of it
PARTS = ("-wal", "-shm", "")  # of a database; the main file last, so that it is not without its log


def claim(path: Path) -> TextIO:
    """Make sure that no other process writes here; the lock ends with this process, however it ends.

    Raises:
        JournalError: another process has it.
    """
    lock = Path(f"{path}.lock").open("a+")  # noqa: SIM115 - held until the journal is closed
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read(20).strip() or "unknown"
        lock.close()
        message = f"{path} is in use by process {owner}; stop that station, or give this one its own path"
        raise JournalError(message) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def put_aside(path: Path, wall_ns: int) -> Path:
    """Rename a damaged file and its log, and let go of the oldest ones set aside before."""
    stamp = clock.wall_text(wall_ns).replace(":", "").replace("-", "")
    aside = Path(f"{path}.corrupt-{stamp}")
    for suffix in PARTS:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
    for old in sorted(path.parent.glob(f"{path.name}.corrupt-*Z"))[:-KEPT_DAMAGED]:
        for suffix in PARTS:
            Path(f"{old}{suffix}").unlink(missing_ok=True)
    return aside


def identity(path: Path) -> tuple[int, int]:
    """Which file it is, whatever its name; OSError where there is none."""
    found = path.stat()
    return found.st_dev, found.st_ino


def log_bytes(path: Path) -> int:
    """The size of the write-ahead log, 0 where there is none."""
    try:
        return Path(f"{path}-wal").stat().st_size
    except FileNotFoundError:
        return 0
