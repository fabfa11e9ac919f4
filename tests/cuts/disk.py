"""What a disk with a cache that forgets and reorders may hold after a power cut, rebuilt from the log of its writes."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from tests.cuts.log import SECTOR, Entry

Mode = Literal["kill", "lost", "reordered", "torn"]
"""What is left of what was not flushed: all of it; nothing; any of the writes; any of their sectors."""

MODES: tuple[Mode, ...] = get_args(Mode)
SHARES = (0.05, 0.5, 0.95)  # of what is not flushed that is there all the same: hardly any of it, half, nearly all


class Platter:
    """The disk as it goes through the log, forwards only.

    Args:
        base: the image before the first entry.
        log: the file with the entries' content.
        folder: where images are made.
    """

    def __init__(self, base: Path, log: Path, entries: list[Entry], folder: Path) -> None:
        self._log, self._entries = log, entries
        self._durable, self._image = folder / "durable.img", folder / "cut.img"
        self._done = 0  # entries that are in the durable image
        _copy(base, self._durable)

    def cut(self, before: int, mode: Mode, chance: random.Random) -> Path:
        """The image that a cut leaves before entry `before`; good until the next one is made."""
        flushed = max((number for number in range(self._done, before) if self._entries[number].flush), default=-1)
        if flushed >= self._done:
            self._write(self._durable, self._done, flushed + 1, lambda _: lambda: True)
            self._done = flushed + 1
        _copy(self._durable, self._image)
        self._write(self._image, self._done, before, chooser(mode, chance))
        return self._image

    def _write(self, image: Path, first: int, end: int, chosen: Callable[[Entry], Callable[[], bool]]) -> None:
        with self._log.open("rb") as log, image.open("r+b") as disk:
            for entry in self._entries[first:end]:
                kept = chosen(entry)
                log.seek(entry.at)
                for offset in range(entry.offset, entry.offset + entry.size, SECTOR):
                    content = log.read(SECTOR)
                    if kept():
                        disk.seek(offset)
                        disk.write(content)


def chooser(mode: Mode, chance: random.Random) -> Callable[[Entry], Callable[[], bool]]:
    """Says of each write, and then of each of its sectors in turn, whether it is there."""
    share = chance.choice(SHARES)

    def chosen(entry: Entry) -> Callable[[], bool]:
        if entry.fua or mode == "kill":
            return lambda: True
        if mode == "torn":
            return lambda: chance.random() < share
        whole = mode == "reordered" and chance.random() < share
        return lambda: whole

    return chosen


def _copy(image: Path, copy: Path) -> None:
    subprocess.run(["cp", "--sparse=always", image, copy], check=True)  # most of it is holes
