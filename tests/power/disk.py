"""A disk that keeps only what was synced: what a power cut at one instant may leave in each file.

The model: a sync of a file makes all earlier writes to it durable; until then each sector of each write is there or
not, in any order, across files too, and a file may be longer than what was written of it, with noughts between. Names
(creation, deletion) are durable in the order they were made, once the folder or the file itself is synced; before, any
beginning of that order may be. It is ext4 with honest flushes; a card that lies about them is not covered.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec

from tests.power.trace import Call, Create, Recorded, Sync, Truncate, Unlink, Write

SECTOR = 512  # bytes that a card writes whole or not at all

Files = dict[str, bytes]
Chooser = Callable[[], bool]


class Inode(msgspec.Struct):
    """One file: what is durable of it, and what was done to it since."""

    durable: bytearray = msgspec.field(default_factory=bytearray)
    pending: list[Write | Truncate] = []


class Disk:
    """The files as the last calls left them; `cut` says what a power cut would leave now."""

    def __init__(self) -> None:
        self.recorded = 0  # the last number said to be recorded
        self._names: dict[str, Inode] = {}  # durable
        self._changes: list[tuple[str, Inode | None]] = []  # of names, not durable yet; None for a deletion
        self._now: dict[str, Inode] = {}  # as the process sees it

    def apply(self, call: Call) -> None:
        """Let one call happen."""
        match call:
            case Create(name):
                self._now[name] = Inode()
                self._changes.append((name, self._now[name]))
            case Unlink(name):
                del self._now[name]
                self._changes.append((name, None))
            case Write(name) | Truncate(name):
                self._now[name].pending.append(call)
            case Sync(""):
                self._keep_names(len(self._changes))
            case Sync(name):
                self._sync(self._now[name])
            case Recorded(seq):
                self.recorded = max(self.recorded, seq)

    @property
    def unsynced(self) -> int:
        """How many calls a power cut now may undo."""
        inodes = {id(inode): inode for inode in (*self._names.values(), *self._now.values())}
        return len(self._changes) + sum(len(inode.pending) for inode in inodes.values())

    def nothing(self) -> Files:
        """What is left if nothing of what was not synced is."""
        return {name: bytes(inode.durable) for name, inode in self._names.items()}

    def everything(self) -> Files:
        """What is left if all of it is, as after a kill."""
        return {name: _left(inode, len(inode.pending), lambda: True) for name, inode in self._now.items()}

    def torn(self, chance: random.Random) -> Files:
        """What is left if everything is but a part of the last write."""
        return {name: _left(inode, len(inode.pending) - 1, _some(chance)) for name, inode in self._now.items()}

    def some(self, chance: random.Random) -> Files:
        """What is left if any sectors and any beginning of the names' order are."""
        names = dict(self._names)
        for name, inode in self._changes[: chance.randint(0, len(self._changes))]:
            _rename(names, name, inode)
        return {name: _left(inode, 0, _some(chance)) for name, inode in names.items()}

    def _sync(self, inode: Inode) -> None:
        for done in inode.pending:
            _do(inode.durable, done, lambda: True)
        inode.pending.clear()

    def _keep_names(self, number: int) -> None:
        for name, inode in self._changes[:number]:
            _rename(self._names, name, inode)
        del self._changes[:number]


def _rename(names: dict[str, Inode], name: str, inode: Inode | None) -> None:
    if inode is None:
        names.pop(name, None)
    else:
        names[name] = inode


def _some(chance: random.Random) -> Chooser:
    """Chooses with a probability of its own: few, half or most of what it is asked."""
    share = chance.choice((0.05, 0.5, 0.95))
    return lambda: chance.random() < share


def _left(inode: Inode, whole: int, chosen: Chooser) -> bytes:
    """The file with the first `whole` of its pending changes, and of the others what is chosen."""
    content = bytearray(inode.durable)
    for number, done in enumerate(inode.pending):
        if number < whole:
            _do(content, done, lambda: True)
        elif chosen():
            _do(content, done, chosen if isinstance(done, Write) and len(done.data) > SECTOR else lambda: True)
    return bytes(content)


def _do(content: bytearray, done: Write | Truncate, chosen: Chooser) -> None:
    """Change the content, by those sectors of the disk that are chosen."""
    if isinstance(done, Truncate):
        content[done.size :] = bytes(max(0, done.size - len(content)))
        return
    end = done.offset + len(done.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    start = done.offset
    while start < end:
        stop = min(end, start - start % SECTOR + SECTOR)
        if chosen():
            content[start:stop] = done.data[start - done.offset : stop - done.offset]
        start = stop
