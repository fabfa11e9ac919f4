"""What every chart promises: told values one at a time or by the block, it says which of its rules signal at each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from edge_agent.arrays import np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from edge_agent.arrays import Floats, Words


LARGEST = 1e140  # the cube of a window's length times the square of a value must stay below 1.8e308
LOWEST = -LARGEST


@runtime_checkable
class Chart(Protocol):
    """Two faces of one rule: `step` and `scan` give the same words, bit for bit, however they are mixed.

    A flag word holds one bit a rule: bit i is set where `RULES[i]` signals at this very value. A chart judges
    and nothing else: no time, no settings of a station, no reset of its own after a signal.

    Both faces raise ValueError for a value that is not finite or beyond 1e140 in size; the message names its
    index and the value, and the chart is as it was before. What that means for the lamp is the detector's to say.
    """

    RULES: tuple[str, ...]

    def step(self, value: float) -> int:
        """The flag word of this value; plain Python, O(1)."""
        ...

    def scan(self, values: Floats) -> Words:
        """The flag words of a block, shape (n,) with n >= 0; state comes from and goes to `step`."""
        ...

    def reset(self) -> None:
        """Begin anew, as if nothing had been seen."""
        ...


def refuse(value: object, index: int = 0) -> ValueError:
    """The complaint about a value no chart can judge.

    >>> refuse(float("nan"), 3)
    ValueError('value 3 is nan: a chart judges finite numbers up to 1e+140 in size; leave it out or say unknown')
    """
    advice = f"a chart judges finite numbers up to {LARGEST:g} in size; leave it out or say unknown"
    return ValueError(f"value {index} is {value}: {advice}")


def checked(values: ArrayLike, channels: int | None = None) -> Floats:
    """A block as float64: shape (n,), or (n, channels) where channels are given; n >= 0, oldest first.

    Raises:
        ValueError: for another shape, or for a value that is not finite or too large, with its index.
    """
    block: Floats = np.ascontiguousarray(values, dtype=np.float64)
    row = () if channels is None else (channels,)
    if block.ndim != 1 + len(row) or block.shape[1:] != row:
        wanted = "(n,)" if channels is None else f"(n, {channels})"
        message = f"a block has shape {wanted}, oldest first, not {block.shape}"
        raise ValueError(message)
    if block.size and not (block.min() >= LOWEST and block.max() <= LARGEST):  # nan is neither
        fine = np.abs(block) <= LARGEST
        place = int(np.argmin(fine))
        raise refuse(float(block.flat[place]), place // (channels or 1))
    return block


def names(words: Words, rules: Sequence[str]) -> list[tuple[str, ...]]:
    """The rules that signal, sample for sample.

    >>> names(np.array([0, 3], dtype=np.uint16), ("N1", "N2"))
    [(), ('N1', 'N2')]
    """
    return [tuple(name for bit, name in enumerate(rules) if word >> bit & 1) for word in words.tolist()]


class Columns:
    """One chart of its own for each channel, scanned side by side; for charts that know one channel only.

    >>> from edge_agent.detect.charts.rolling import Rolling
    >>> Columns(lambda: Rolling(20), channels=3).scan(np.zeros((100, 3))).shape
    (100, 3)

    Args:
        build: makes one chart.
        channels: how many, 1 to 100,000: a block of that width is still a few megabytes.
    """

    MOST = 100_000

    def __init__(self, build: Callable[[], Chart], channels: int) -> None:
        if not 1 <= channels <= self.MOST:
            message = f"channels = {channels}: there are 1 to {self.MOST}"
            raise ValueError(message)
        self.charts = tuple(build() for _ in range(channels))
        self.RULES = self.charts[0].RULES

    def scan(self, values: ArrayLike) -> Words:
        """The words of a block of shape (n, channels), time-major; the same shape comes back."""
        block = checked(values, len(self.charts))
        words: Words = np.empty(block.shape, dtype=np.uint16)
        for column, chart in enumerate(self.charts):
            words[:, column] = chart.scan(block[:, column])
        return words

    def reset(self) -> None:
        """Begin all of them anew."""
        for chart in self.charts:
            chart.reset()
