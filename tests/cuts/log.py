"""The kernel's own record of what a disk was told: each write, flush and mark, as device-mapper's `log-writes` has it.

The format is documented with the kernel (Documentation/admin-guide/device-mapper/log-writes.rst). A write stands in it
once it was complete, before the next flush that makes it durable; a mark is a word of ours among them.
"""

from __future__ import annotations

import struct
from pathlib import Path

import msgspec

SECTOR = 512  # bytes, of the disk and of the log
MAGIC = 0x6A736677736872
SUPER = struct.Struct("<QQQI")  # magic, version, entries, bytes of a sector
ENTRY = struct.Struct("<QQQQ")  # first sector, sectors, flags, bytes of a mark
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8


class LogError(Exception):
    """The file is no such log, or one that this does not understand."""


class Entry(msgspec.Struct, frozen=True):
    """One thing the disk was told.

    Args:
        offset, size: which bytes of the disk a write changes; 0 of them where it is no write.
        at: where in the log their content is.
        flush: all entries before are durable; `fua`: this write is.
        mark: the word, empty where it is none.
    """

    offset: int
    size: int
    at: int
    flush: bool
    fua: bool
    mark: str = ""


def entries(path: Path) -> list[Entry]:
    """All of a log, in order.

    Raises:
        LogError: it is none, or its end is missing.
    """
    found: list[Entry] = []
    with path.open("rb") as log:
        magic, version, number, sector = SUPER.unpack(log.read(SUPER.size))
        if (magic, version, sector) != (MAGIC, 1, SECTOR):
            message = f"{path} is no log of writes in sectors of {SECTOR} bytes"
            raise LogError(message)
        at = SECTOR
        for _ in range(number):
            log.seek(at)
            first, sectors, flags, word = ENTRY.unpack(log.read(ENTRY.size))
            mark = log.read(word).decode() if flags & MARK else ""
            at += SECTOR
            size = 0 if flags & DISCARD else sectors * SECTOR  # what is discarded may be read as it was: a harder disk
            found.append(Entry(first * SECTOR, size, at, bool(flags & FLUSH), bool(flags & FUA), mark))
            at += size
    if at > path.stat().st_size:
        message = f"{path} ends within its {number} entries"
        raise LogError(message)
    return found
