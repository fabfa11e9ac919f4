"""The last N values and their time stamps, always contiguous: any rule or evidence snapshot reads them uncopied.

A mirrored ring: each value is written twice, `capacity` apart, into an array of twice the capacity; the last
N are then one slice wherever the ring stands. The array is Python's own, to which a value is appended for half the
price of numpy's; what reads it as numpy's shares its memory.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from edge_agent.arrays import np

if TYPE_CHECKING:
    from edge_agent.arrays import Floats, Stamps

LARGEST = 10_000  # 320 kB; a window is for what was lately, a recording for the rest


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

    __slots__ = ("_next", "_stamps", "_values", "_written", "capacity")

    def __init__(self, capacity: int) -> None:
        if not 1 <= capacity <= LARGEST:
            message = f"a window keeps 1 to {LARGEST} values, not {capacity}"
            raise ValueError(message)
        self.capacity = capacity
        self._values = array("d", bytes(16 * capacity))
        self._stamps = array("q", bytes(16 * capacity))
        self._next = 0
        self._written = 0

    def append(self, value: float, at_ns: int) -> None:
        """Take one value; the oldest leaves when the window is full."""
        place = self._next
        self._values[place] = self._values[place + self.capacity] = value
        self._stamps[place] = self._stamps[place + self.capacity] = at_ns
        self._next = place + 1 if place + 1 < self.capacity else 0
        self._written += 1

    def __len__(self) -> int:
        return min(self._written, self.capacity)

    @property
    def values(self) -> Floats:
        """The values held, oldest first, shape (len,): a view, valid until the next append."""
        view: Floats = np.frombuffer(self._values, dtype=np.float64)
        return view[self._newest(len(self))]

    @property
    def stamps(self) -> Stamps:
        """The stamps of `values`, shape (len,), in ns: a view, valid until the next append."""
        view: Stamps = np.frombuffer(self._stamps, dtype=np.int64)
        return view[self._newest(len(self))]

    def last(self, count: int) -> tuple[float, ...]:
        """A copy of at most `count` newest values, oldest first: evidence for an event."""
        return tuple(self._values[self._newest(min(count, len(self)))]) if count > 0 else ()

    def _newest(self, count: int) -> slice:
        end = self._next + self.capacity
        return slice(end - count, end)
