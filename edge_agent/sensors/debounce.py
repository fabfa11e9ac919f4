"""Debounce on time stamps: which edges of a contact count, decided without a clock and without a timer.

The first edge is accepted at once with its own stamp, because the lamp waits for nothing. What follows within
the window after it is bounce. If the level that stands when the window is over is not the one reported, that
is settled, with the stamp of the last edge, before the next edge is judged: so no later edge is lost. A settled
change opens a window of its own, because a contact that opened also bounces. Between two edges nothing is
settled by itself: a release within the window is heard of with the next edge, or when somebody asks `settle`.
"""

from __future__ import annotations


class Debounce:
    """One contact.

    Args:
        window_ns: how long a contact may bounce; 0 lets every change through.
        level: the level that stands at the beginning.

    A burst of any number of edges gives at most two changes for each window it lasts, and two more.

    >>> contact = Debounce(5, level=False)
    >>> contact.edge(True, 100), contact.edge(False, 102), contact.edge(True, 103)
    ([(True, 100)], [], [])
    >>> contact.edge(False, 200)
    [(False, 200)]
    """

    __slots__ = ("_last", "_last_ns", "_reported", "_until_ns", "_window_ns")

    def __init__(self, window_ns: int, *, level: bool) -> None:
        self._window_ns = window_ns
        self._reported = self._last = level
        self._last_ns = self._until_ns = -(1 << 63)  # before every stamp

    def edge(self, level: bool, at_ns: int) -> list[tuple[bool, int]]:
        """Answer with the changes that are now certain, at most two, as (level, at_ns); stamps never go back."""
        at_ns = max(at_ns, self._last_ns)
        changes = self.settle(self._last, at_ns)
        if at_ns >= self._until_ns and level != self._reported:
            changes.append(self._accept(level, at_ns))
        self._last, self._last_ns = level, at_ns
        return changes

    def settle(self, level: bool, now_ns: int) -> list[tuple[bool, int]]:
        """Answer with the change, if any, that no further edge has made certain: `level` is what the contact reads now.

        Where that is not what the last edge told, an edge is on its way, and nothing is certain.
        """
        if now_ns < self._until_ns or level != self._last or level == self._reported:
            return []
        return [self._accept(level, self._last_ns)]

    def _accept(self, level: bool, at_ns: int) -> tuple[bool, int]:
        self._reported = level
        self._until_ns = at_ns + self._window_ns
        return level, at_ns
