"""Samples into blocks: scaled, cleaned, gathered until there are enough; pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from edge_agent.arrays import np
from edge_agent.observations import Samples, Unreadable
from edge_agent.sensors.sample_formats import Run
from edge_agent.sensors.samples import SampleSettings
from edge_agent.sensors.serial_reader import UNREADABLE_PER_S, Ration

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST = 1e140  # no unit of any gauge reaches this, and the square of it still is a number
SHOWN = 80  # characters


class Gathering:
    """The block that is being filled; it holds fewer than `block` samples between two calls.

    A sample that is no number, or beyond 1e140 when scaled, is left out, and the others of its block move together:
    their stamps are wrong by its period. How many were left out is said with the next block that may say it.
    """

    def __init__(self, settings: SampleSettings, period_ns: int) -> None:
        self._settings = settings
        self._period_ns = period_ns
        self._values: list[float] = []
        self._at_ns = 0
        self._left_out = 0  # since it was last said
        self._unsaid = 0  # of these, since it was last tried
        self._odd = ""
        self._ration = Ration(UNREADABLE_PER_S)

    def take(self, run: Run) -> Iterator[Samples | Unreadable]:
        """Add samples; gives the blocks they fill."""
        block = self._settings.block
        with np.errstate(over="ignore", invalid="ignore"):
            values = run.raw * self._settings.scale + self._settings.offset
            fine = np.less_equal(np.abs(values), LARGEST)  # False for nan too; the fuzzer keeps what `<=` gives
        self._at_ns = run.at_ns
        self._note(run, fine)
        self._values += values[fine].tolist()
        while len(self._values) >= block:
            yield from self._give(block)
        if run.whole or self._unsaid >= block:
            yield from self.flush()

    def flush(self) -> Iterator[Samples | Unreadable]:
        """What there is, though it fills no block."""
        if self._values or self._unsaid:
            yield from self._give(len(self._values))

    def _note(self, run: Run, fine: NDArray[np.bool_]) -> None:
        """Count what is left out, and keep how the first one looked."""
        count = len(fine) - int(fine.sum())
        if count and not self._left_out:
            self._odd = run.odd or f"{run.raw[~fine][0]:g}"
        self._left_out += count
        self._unsaid += count

    def _give(self, count: int) -> Iterator[Samples | Unreadable]:
        settings = self._settings
        if self._unsaid and self._ration.take(self._at_ns):
            more = f" and {self._left_out - 1} more samples" if self._left_out > 1 else ""
            yield Unreadable(self._at_ns, settings.name, f"{self._odd[:SHOWN]}{more}")
            self._left_out = 0
        self._unsaid = 0
        values, self._values = self._values[:count], self._values[count:]
        if values:
            yield Samples(self._at_ns, settings.name, settings.characteristic, self._period_ns, tuple(values))
