"""Looks at the wires now and then, for what no edge has told: from the deciding thread, at most once a second."""

from __future__ import annotations

from collections.abc import Callable

LOOK_EVERY_NS = 1_000_000_000  # what no edge told is no matter of a blink; a look costs a read of each pin


class Looks:
    """The looks of one station, as many as it has wires that want one."""

    def __init__(self) -> None:
        self._looks: list[Callable[[int], None]] = []
        self._looked_ns = 0

    def add(self, look: Callable[[int], None]) -> None:
        """Take one more; it must be quick and must not wait."""
        self._looks.append(look)

    def take(self, now_ns: int) -> None:
        """Look, if it is time; called with every turn."""
        if now_ns >= self._looked_ns + LOOK_EVERY_NS:
            self._looked_ns = now_ns
            for look in self._looks:
                look(now_ns)
