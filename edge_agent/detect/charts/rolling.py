"""A new value against the mean and spread of the window before it, with sums that stay true for ever."""

from __future__ import annotations

import math
import operator
from array import array
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edge_agent.detect.charts.chart import LARGEST, Floats, Words, checked, refuse

SMALLEST_WINDOW = 2  # one value has no spread
LARGEST_WINDOW = 100_000  # summing it anew stops a single step for some milliseconds; longer is a baseline's work
LARGEST_SIGMAS = 100.0  # beyond, nothing would ever signal

# How long sums are carried before they are made anew. A carried sum errs by about 2e-16 x its largest value x the
# root of the number of updates: 3e-14 after 20,000. Every 1,024 at least, lest a short window costs more in sums
# than in values.
WINDOWS_CARRIED, VALUES_CARRIED = 4, 1_024
# By what factor the spread may fall below the largest square sum carried, which is what has been lost of its digits.
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
    3 sigma one value in 181 signals falsely at a window of 20, one in 277 at 60, one in 370 with known mean and
    spread.

    Sums of values and squares are carried relative to an anchor. Once in four windows (1,024 values at least)
    and whenever the spread has fallen far below what was carried (an outlier has left, the level has moved), they
    are made anew by `math.fsum` and the anchor moves to the mean. Both faces do the same operations in the same
    order, so they agree to the last bit. Making them anew costs one window; it can happen again only after the
    squares have shrunk by the factor 32, so a step is O(1) in the mean.

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
        "_anchor", "_carried", "_count", "_due", "_limit", "_peak", "_place", "_ring", "_spread", "_squares", "_sum",
        "sigmas", "window",
    )  # fmt: skip

    def __init__(self, window: int, sigmas: float = 3.0) -> None:
        _window(window, sigmas)
        self.window = window
        self.sigmas = sigmas
        # gap = n (value - mean), spread = n^2 x the mean square deviation: no division, no root in the test.
        self._limit = sigmas * sigmas * window / (window - 1)
        self._carried = max(WINDOWS_CARRIED * window, VALUES_CARRIED)
        self.reset()

    def reset(self) -> None:
        """Begin anew, as if nothing had been seen."""
        self._ring = array("d", bytes(8 * self.window))
        self._place = self._count = 0
        self._anchor = self._sum = self._squares = self._spread = self._peak = 0.0
        self._due = self._carried

    @property
    def mean(self) -> float:
        """The mean of the window; nan until it is full."""
        return self._anchor + self._sum / self.window if self._count == self.window else math.nan

    @property
    def variance(self) -> float:
        """The variance of the window, with n - 1; nan until it is full."""
        return self._spread / (self.window * (self.window - 1)) if self._count == self.window else math.nan

    def step(self, value: float) -> int:
        """1 where this value lies outside the limits the window before it sets."""
        if not -LARGEST <= value <= LARGEST:
            raise refuse(value)
        window, place, ring = self.window, self._place, self._ring
        if self._count < window:
            ring[self._count] = value
            self._count += 1
            if self._count == window:
                self._sum_anew(ring)
            return 0
        anchor = self._anchor
        new, old = value - anchor, ring[place] - anchor
        gap = window * new - self._sum
        word = 1 if gap * gap > self._limit * self._spread else 0
        ring[place] = value
        self._place = place + 1 if place + 1 < window else 0
        self._sum = total = self._sum + (new - old)
        self._squares = squares = self._squares + (new * new - old * old)
        self._spread = spread = window * squares - total * total
        if squares > self._peak:  # noqa: PLR1730 - a third of the price of max()
            self._peak = squares
        self._due -= 1
        if spread * COLLAPSE < window * self._peak or self._due == 0:
            self._sum_anew(ring)
        return word

    def _sum_anew(self, values: array[float] | Floats) -> None:
        """Anchor at the mean of the window and sum without error; the order of the values does not matter."""
        held = values.tolist()
        # A window of equal values is anchored at that value: its spread is then exactly zero, and stays so.
        low, high = min(held), max(held)
        self._anchor = anchor = low if low == high else math.fsum(held) / self.window
        away = [value - anchor for value in held]
        self._sum = math.fsum(away)
        self._squares = self._peak = math.fsum([distance * distance for distance in away])
        self._spread = self.window * self._squares - self._sum * self._sum
        self._due = self._carried

    def scan(self, values: ArrayLike) -> Words:
        """The words of a block, shape (n,) with n >= 0."""
        block = checked(values)
        words: Words = np.zeros(len(block), dtype=np.uint16)
        filled = min(self.window - self._count, len(block))
        for value in block[:filled].tolist():
            self.step(value)
        if filled == len(block):
            return words
        held = np.frombuffer(self._ring)
        history = np.concatenate((held[self._place :], held[: self._place], block[filled:]))
        start = 0
        while start < len(history) - self.window:
            start += self._scan_part(history[start:], words[filled + start :])
        held[:] = history[-self.window :]
        self._place = 0
        return words

    def _scan_part(self, history: Floats, words: Words) -> int:
        """Judge values up to the next new sums; how many they were. `history` begins with the window before them."""
        window = self.window
        away = history[: window + self._due] - self._anchor
        new, old = away[window:], away[:-window]
        sums, squares = np.empty(len(new) + 1), np.empty(len(new) + 1)
        sums[0], squares[0] = self._sum, self._squares
        np.subtract(new, old, out=sums[1:])
        np.subtract(new * new, old * old, out=squares[1:])
        np.cumsum(sums, out=sums)  # one after the other, as `step` adds
        np.cumsum(squares, out=squares)
        spreads = window * squares - sums * sums
        spreads[0] = self._spread
        gaps = window * new - sums[:-1]
        peaks = np.maximum.accumulate(squares)
        np.maximum(peaks, self._peak, out=peaks)
        collapsed = spreads[1:] * COLLAPSE < window * peaks[1:]
        done = int(collapsed.argmax()) + 1 if collapsed.any() else len(new)
        words[:done] = (gaps * gaps > self._limit * spreads[:-1])[:done]
        self._sum, self._squares, self._spread = float(sums[done]), float(squares[done]), float(spreads[done])
        self._peak = float(peaks[done])
        self._due -= done
        if collapsed[done - 1] or self._due == 0:
            self._sum_anew(history[done : done + window])
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
