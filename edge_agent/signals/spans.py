"""A set of event numbers kept as ranges: a hundred thousand in a row weigh as much as one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

Span = tuple[int, int]
"""First and last number, both included."""


class Spans:
    """Numbers as ranges in order, none touching the next.

    >>> held = Spans([(1, 4), (8, 9)])
    >>> held.add(5, 6)
    >>> held.drop(2, 2)
    >>> list(held), 6 in held, list(held.gaps(1, 10))
    ([(1, 1), (3, 6), (8, 9)], True, [(2, 2), (7, 7), (10, 10)])
    """

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        for first, last in spans:
            self.add(first, last)

    def add(self, first: int, last: int) -> None:
        """Hold these numbers too; an empty range adds nothing."""
        if last < first:
            return
        low = bisect_left(self._lasts, first - 1)  # the first range that touches
        high = bisect_right(self._firsts, last + 1)  # and the one after the last that does
        if low < high:
            first, last = min(first, self._firsts[low]), max(last, self._lasts[high - 1])
        self._firsts[low:high], self._lasts[low:high] = [first], [last]

    def drop(self, first: int, last: int) -> None:
        """Hold these numbers no longer."""
        low, high = bisect_left(self._lasts, first), bisect_right(self._firsts, last)
        if last < first or low >= high:
            return
        left, right = (self._firsts[low], first - 1), (last + 1, self._lasts[high - 1])
        kept = [(begin, end) for begin, end in (left, right) if begin <= end]
        self._firsts[low:high] = [begin for begin, _ in kept]
        self._lasts[low:high] = [end for _, end in kept]

    def clear(self) -> None:
        """Hold nothing."""
        self._firsts.clear()
        self._lasts.clear()

    def gaps(self, first: int, last: int) -> Iterator[Span]:
        """The ranges within `first` to `last` that are not held, in order."""
        low, high = bisect_left(self._lasts, first), bisect_right(self._firsts, last)
        for begin, end in zip(self._firsts[low:high], self._lasts[low:high], strict=True):
            if first < begin:
                yield first, begin - 1
            first = end + 1
        if first <= last:
            yield first, last

    def past(self, number: int) -> int:
        """The first number from `number` on that is not held."""
        place = bisect_left(self._lasts, number)
        return self._lasts[place] + 1 if place < len(self._firsts) and self._firsts[place] <= number else number

    @property
    def first(self) -> int:
        """The lowest number; 0 where there is none."""
        return self._firsts[0] if self._firsts else 0

    @property
    def last(self) -> int:
        """The highest number; 0 where there is none."""
        return self._lasts[-1] if self._lasts else 0

    @property
    def total(self) -> int:
        """How many numbers."""
        return sum(self._lasts) - sum(self._firsts) + len(self._firsts)

    def __contains__(self, number: int) -> bool:
        """Whether a number is held."""
        return self.past(number) != number

    def __iter__(self) -> Iterator[Span]:
        """The ranges, in order."""
        return zip(self._firsts, self._lasts, strict=True)

    def __len__(self) -> int:
        """How many ranges."""
        return len(self._firsts)


def taken(spans: Iterable[Span], most: int) -> list[Span]:
    """The first `most` numbers of these ranges, as ranges.

    >>> taken([(1, 3), (7, 20)], 5)
    [(1, 3), (7, 8)]
    """
    found: list[Span] = []
    for first, last in spans:
        if most <= 0:
            break
        found.append((first, min(last, first + most - 1)))
        most -= found[-1][1] - first + 1
    return found
