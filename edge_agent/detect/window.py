"""The last N values and their time stamps, always contiguous: any rule or evidence snapshot reads them uncopied.

A mirrored ring: each value is written twice, `capacity` apart, into an array of twice the capacity; the last
N are then one slice wherever the ring stands, and all slices are made once. Appending through a memoryview
is half the price of numpy's own item assignment, because no scalar is boxed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Stamps = NDArray[np.int64]
LARGEST = 10_000  # beyond, the ready-made views cost more memory than they save time


class Window:
    """The newest `capacity` values (float64) with their stamps (int64 ns).

    >>> window = Window(3)
    >>> for at_ns, value in enumerate([1.0, 2.0, 3.0, 4.0]):
    ...     window.append(value, at_ns)
    >>> window.values.tolist(), window.stamps.tolist()
    ([2.0, 3.0, 4.0], [1, 2, 3])

    Args:
        capacity: how many values are kept, 1 to 10,000.
    """

    __slots__ = ("_next", "_stamp_view", "_stamps", "_value_view", "_values", "_written", "capacity")

    def __init__(self, capacity: int) -> None:
        if not 1 <= capacity <= LARGEST:
            message = f"a window keeps 1 to {LARGEST} values, not {capacity}"
            raise ValueError(message)
        self.capacity = capacity
        values: Floats = np.zeros(2 * capacity, dtype=np.float64)
        stamps: Stamps = np.zeros(2 * capacity, dtype=np.int64)
        self._value_view: Any = values.data  # Any: the type checker does not let a memoryview of floats be set
        self._stamp_view: Any = stamps.data
        self._values = [values[end - capacity : end] for end in range(capacity, 2 * capacity)]
        self._stamps = [stamps[end - capacity : end] for end in range(capacity, 2 * capacity)]
        self._next = 0
        self._written = 0

    def append(self, value: float, at_ns: int) -> None:
        """Take one value; the oldest leaves when the window is full."""
        place = self._next
        self._value_view[place] = self._value_view[place + self.capacity] = value
        self._stamp_view[place] = self._stamp_view[place + self.capacity] = at_ns
        self._next = place + 1 if place + 1 < self.capacity else 0
        self._written += 1

    def __len__(self) -> int:
        return min(self._written, self.capacity)

    @property
    def values(self) -> Floats:
        """The values held, oldest first, shape (len,): a view, valid until the next append."""
        return self._values[self._next][self.capacity - len(self) :]

    @property
    def stamps(self) -> Stamps:
        """The stamps of `values`, shape (len,), in ns: a view, valid until the next append."""
        return self._stamps[self._next][self.capacity - len(self) :]

    def last(self, count: int) -> tuple[float, ...]:
        """A copy of at most `count` newest values, oldest first: evidence for an event."""
        return tuple(self.values[-count:].tolist()) if count > 0 else ()
