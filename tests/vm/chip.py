"""A simulated chip: its inputs are driven and its outputs read as wires would, from outside the program under test."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

CONFIG = Path("/sys/kernel/config/gpio-sim")
LINES = 54  # as on a BCM2835; the header has the first 28


class Chip:
    """One chip, there while it is open.

    Args:
        label: what the driver calls it.
        names: what its lines are called, by number.
    """

    def __init__(self, label: str = "pinctrl-bcm2711", names: dict[int, str] | None = None) -> None:
        self._config = CONFIG / f"chip{os.getpid()}-{len(list(CONFIG.iterdir()))}"
        bank = self._config / "bank"
        bank.mkdir(parents=True)
        (bank / "num_lines").write_text(str(LINES))
        (bank / "label").write_text(label)
        self._lines = [bank / f"line{number}" for number in (names or {})]
        for line, name in zip(self._lines, (names or {}).values(), strict=True):
            line.mkdir()
            (line / "name").write_text(name)
        (self._config / "live").write_text("1")
        self.name = (bank / "chip_name").read_text().strip()
        self.path = f"/dev/{self.name}"
        self.lines = Path("/sys/devices/platform") / (self._config / "dev_name").read_text().strip() / self.name
        self._pulls: dict[int, int] = {}  # open files, by line: driving one takes microseconds then

    def drive(self, number: int, *, high: bool) -> None:
        """Put a level on an input, as a contact does."""
        if number not in self._pulls:
            self._pulls[number] = os.open(self.lines / f"sim_gpio{number}" / "pull", os.O_WRONLY)
        os.pwrite(self._pulls[number], b"pull-up" if high else b"pull-down", 0)

    def level(self, number: int) -> bool:
        """The level of a line, as a voltmeter sees it."""
        return (self.lines / f"sim_gpio{number}" / "value").read_text().strip() == "1"

    def unplug(self) -> None:
        """Take the chip away, whoever holds its lines."""
        while self._pulls:
            os.close(self._pulls.popitem()[1])
        if self.lines.exists():
            (self._config / "live").write_text("0")

    def close(self) -> None:
        """Take the chip away and forget it."""
        self.unplug()
        for line in self._lines:
            line.rmdir()
        (self._config / "bank").rmdir()
        self._config.rmdir()


@contextlib.contextmanager
def simulated(label: str = "pinctrl-bcm2711", names: dict[int, str] | None = None) -> Iterator[Chip]:
    """A chip for the length of a test."""
    chip = Chip(label, names)
    try:
        yield chip
    finally:
        chip.close()
