"""A new value against the mean and spread of the window before it, with sums that stay true for ever."""

from __future__ import annotations

import math
import operator
from array import array
from fractions import Fraction
from typing import TYPE_CHECKING

from edge_agent.arrays import np
from edge_agent.detect.charts.chart import LARGEST, LOWEST, checked, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from edge_agent.arrays import Floats, Words

SMALLEST_WINDOW = 2  # one value has no spread
LARGEST_WINDOW = 100_000  # summing it anew stops a single step for some milliseconds; longer is a baseline's work
LARGEST_SIGMAS = 100.0  # beyond, nothing would ever signal

# How long sums are carried before they are made anew. A carried sum errs by about 1e-16 x its largest value x the
# root of the number of updates: 2e-14 after 40,000. At least 8,192 values, lest blocks are cut up for a short window;
# a chart then keeps 64 kB.
WINDOWS_CARRIED, VALUES_CARRIED = 8, 8_192
# By what factor the spread may fall below the largest sum of squares carried: that many of its digits are lost.
COLLAPSE = 32.0


def _window(window: int, sigmas: float) -> None:
    """Refuse a window or a limit that makes no sense."""
    if not SMALLEST_WINDOW <= window <= LARGEST_WINDOW:
        message = f"window = {window}: a rolling window holds {SMALLEST_WINDOW} to {LARGEST_WINDOW} values"
        raise ValueError(message)
    if not 0.0 < sigmas <= LARGEST_SIGMAS:
        message = f"sigmas = {sigmas}: the limit lies between 0 and {LARGEST_SIGMAS:g} sigma, usually at 3"
        raise ValueError(message)


class Rolling:
    """Signals where |value - mean| > sigmas x s, mean and s of the `window` values before it (s with n - 1).

    The value judged is not in its own window, or a window of ten could never signal. Nothing signals until the
    window is full. A window of equal values has s = 0: any other value signals. On independent normal data at
    3 sigma one value in 116 signals falsely at a window of 20, one in 236 at 60, one in 349 at 500 (Student's
    distribution of the prediction error), where known mean and spread would give one in 370.

    Sums of values and squares are carried relative to an anchor. Once in eight windows (8,192 values at least), and
    at once where the spread has fallen far below what was carried (an outlier has left, the level has moved), they
    are made anew by `math.fsum` and the anchor moves to the newest value. Both faces do the same operations in the
    same order, so they agree to the last bit. Making the sums anew costs one window; it can happen again only after
    the squares have shrunk by a factor of 32, so a step is O(1) in the mean.

    >>> chart = Rolling(20)
    >>> [chart.step(60.0 + number % 3) for number in range(20)][-1], chart.mean, chart.step(70.0)
    (0, 60.95, 1)

    Args:
        window: how many values, 2 to 100,000.
        sigmas: the limit, above 0, at most 100.

    Raises:
        ValueError: for a window or a limit outside these.
    """

    RULES: tuple[str, ...] = ("ROLLING",)

    __slots__ = (
        "_anchor", "_end", "_held", "_limit", "_lowest", "_peak", "_size", "_spread", "_squares", "_sum", "_view",
        "sigmas", "window",
    )  # fmt: skip

    def __init__(self, window: int, sigmas: float = 3.0) -> None:
        _window(window, sigmas)
        self.window = window
        self.sigmas = sigmas
        # gap = n (value - mean), spread = n^2 x the mean square deviation: no division, no root in the test.
        self._limit = sigmas * sigmas * window / (window - 1)
        # The window lies at the end of what is written; when the store is full, it moves to the front.
        self._size = window + max(WINDOWS_CARRIED * window, VALUES_CARRIED)
        self._held = array("d", bytes(8 * self._size))
        self._view: Floats = np.frombuffer(self._held)
        self.reset()

    def reset(self) -> None:
        """Begin anew, as if nothing had been seen."""
        self._end = 0
        self._anchor = self._sum = self._squares = self._spread = 0.0
        self._peak = self._lowest = 0.0  # the largest sum of squares carried, and the spread that is too little for it

    @property
    def mean(self) -> float:
        """The mean of the window; nan until it is full."""
        return self._anchor + self._sum / self.window if self._end >= self.window else math.nan

    @property
    def variance(self) -> float:
        """The variance of the window, with n - 1; nan until it is full."""
        return self._spread / (self.window * (self.window - 1)) if self._end >= self.window else math.nan

    def step(self, value: float) -> int:
        """1 where this value lies outside the limits the window before it sets."""
        if not LOWEST <= value <= LARGEST:
            raise refuse(value)
        window, held, end = self.window, self._held, self._end
        if end == self._size:
            end = self._move()
        held[end] = value
        self._end = end + 1
        if end < window:
            if end + 1 == window:
                self._sum_anew()
            return 0
        anchor, total, spread = self._anchor, self._sum, self._spread
        new, old = value - anchor, held[end - window] - anchor
        gap = window * new - total
        word = 1 if gap * gap > self._limit * spread else 0
        self._sum = total = total + (new - old)
        self._squares = squares = self._squares + (new * new - old * old)
        self._spread = spread = window * squares - total * total
        if squares > self._peak:
            self._peak = squares
            self._lowest = window * squares / COLLAPSE
        if spread < self._lowest:
            self._sum_anew()
        return word

    def _move(self) -> int:
        """Move the window to the front of the store, and make its sums anew; where it ends then."""
        self._view[: self.window] = self._view[self._end - self.window : self._end]
        self._end = self.window
        self._sum_anew()
        return self.window

    def _sum_anew(self) -> None:
        """Anchor within the window, and sum without error."""
        values = self._view[self._end - self.window : self._end]
        # The newest value serves, and gives equal values a spread of exactly zero, unless it lies far from all others:
        # then the mean does, which as seen from it errs by a rounding.
        if not self._anchor_at(float(values[-1]), values):
            self._anchor_at(self._anchor + self._sum / self.window, values)

    def _anchor_at(self, anchor: float, values: Floats) -> bool:
        """Sum relative to this anchor; whether it is near the mean, as measured by the spread."""
        away = values - anchor
        self._anchor = anchor
        self._sum = math.fsum(away.tolist())
        self._squares = self._peak = math.fsum((away * away).tolist())
        self._spread = self.window * self._squares - self._sum * self._sum
        self._lowest = self.window * self._squares / COLLAPSE
        return self._spread >= self._lowest

    def scan(self, values: ArrayLike) -> Words:
        """The words of a block, shape (n,) with n >= 0."""
        block = checked(values)
        words: Words = np.zeros(len(block), dtype=np.uint16)
        start = 0
        while start < len(block):
            end = self._move() if self._end == self._size else self._end
            stop = self.window if end < self.window else self._size
            part = block[start : start + stop - end]
            self._view[end : end + len(part)] = part
            start += self._judge(len(part), words[start : start + len(part)])
        return words

    def _judge(self, count: int, words: Words) -> int:
        """Judge values written behind the window, until sums must be made anew; how many they were."""
        window, end = self.window, self._end
        if end < window:
            self._end = end + count
            if self._end == window:
                self._sum_anew()
            return count
        new = self._view[end : end + count] - self._anchor
        old = self._view[end - window : end - window + count] - self._anchor
        sums, squares = np.empty(count + 1), np.empty(count + 1)
        sums[0], squares[0] = self._sum, self._squares
        np.subtract(new, old, out=sums[1:])
        np.subtract(new * new, old * old, out=squares[1:])
        np.add.accumulate(sums, out=sums)  # one after the other, as `step` adds
        np.add.accumulate(squares, out=squares)
        spreads = window * squares
        spreads -= sums * sums
        done = self._carried_well(squares[1:], spreads[1:])
        gaps = window * new
        gaps -= sums[:-1]
        gaps *= gaps
        words[:done] = (gaps > self._limit * spreads[:-1])[:done]
        self._sum, self._squares, self._spread = float(sums[done]), float(squares[done]), float(spreads[done])
        self._end = end + done
        if self._spread < self._lowest:
            self._sum_anew()
        return done

    def _carried_well(self, squares: Floats, spreads: Floats) -> int:
        """How many updates may be made until the sums must be made anew; notes the largest sum of squares."""
        before, self._peak = self._peak, max(self._peak, float(squares.max()))
        done = len(squares)
        if float(spreads.min()) < self.window * self._peak / COLLAPSE:
            peaks = np.maximum(np.maximum.accumulate(squares), before)
            collapsed = spreads < self.window * peaks / COLLAPSE
            done = int(collapsed.argmax()) + 1 if collapsed.any() else done
        self._lowest = self.window * self._peak / COLLAPSE
        return done


class RollingInt:
    """`Rolling` for whole numbers (microseconds, counts of a converter), exact: no rounding anywhere.

    The sums are whole numbers of any size, and the test |value - mean| > sigmas x s is decided without a division
    or a root: (n v - S1)^2 (n - 1) > sigmas^2 n (n S2 - S1^2).

    >>> chart = RollingInt(20)
    >>> [chart.step(60 + number % 3) for number in range(20)][-1], chart.mean, chart.step(70)
    (0, Fraction(1219, 20), 1)

    Args:
        window: how many values, 2 to 100,000.
        sigmas: the limit, above 0, at most 100; taken as the exact fraction the float is.
    """

    RULES: tuple[str, ...] = ("ROLLING",)

    __slots__ = ("_above", "_below", "_place", "_ring", "_squares", "_sum", "sigmas", "window")

    def __init__(self, window: int, sigmas: float = 3.0) -> None:
        _window(window, sigmas)
        self.window = window
        self.sigmas = sigmas
        numerator, denominator = float(sigmas).as_integer_ratio()
        self._above, self._below = numerator * numerator * window, denominator * denominator * (window - 1)
        self.reset()

    def reset(self) -> None:
        """Begin anew, as if nothing had been seen."""
        self._ring: list[int] = []
        self._place = self._sum = self._squares = 0

    @property
    def mean(self) -> Fraction:
        """The mean of the window so far; 0 while it is empty."""
        return Fraction(self._sum, max(1, len(self._ring)))

    @property
    def variance(self) -> Fraction:
        """The variance of the window, with n - 1; 0 until it is full."""
        n = len(self._ring)
        return Fraction(n * self._squares - self._sum * self._sum, n * (n - 1)) if n == self.window else Fraction(0)

    def step(self, value: int) -> int:
        """1 where this value lies outside the limits the window before it sets; TypeError unless it is whole."""
        value = operator.index(value)
        ring, window = self._ring, self.window
        if len(ring) < window:
            ring.append(value)
            self._sum += value
            self._squares += value * value
            return 0
        place, total, squares = self._place, self._sum, self._squares
        gap = window * value - total
        word = 1 if gap * gap * self._below > self._above * (window * squares - total * total) else 0
        old = ring[place]
        ring[place] = value
        self._place = place + 1 if place + 1 < window else 0
        self._sum = total + value - old
        self._squares = squares + (value - old) * (value + old)
        return word

    def scan(self, values: NDArray[np.int64]) -> Words:
        """The words of a block of whole numbers, shape (n,): the same steps, since machine integers would overflow."""
        block = np.asarray(values)
        if block.ndim != 1 or (len(block) and block.dtype.kind not in "iu"):
            message = f"a block is whole numbers of shape (n,), not {block.dtype} of shape {block.shape}"
            raise ValueError(message)
        step = self.step
        return np.array([step(value) for value in block.tolist()], dtype=np.uint16)
