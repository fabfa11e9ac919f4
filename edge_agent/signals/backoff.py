"""When the broker is tried again: longer each time, never at the same moment as other stations."""

from __future__ import annotations

from collections.abc import Callable

from edge_agent.standard import to_ns, to_s

SHORTEST_S = 0.5  # after a blink of the network the state is back before anyone looks
LONGEST_S = 60.0  # a broker back from repair is found within a minute
DOUBLINGS = 6  # 2^6 s is beyond the longest: counting further changes nothing
SHORT_LIFE_S = 10.0  # a connection that ends within it did no work
QUARREL = 3  # short lives in a row: a link that flaps, or two machines that end each other's connection
QUARREL_S = (60.0, 300.0)  # of two machines: minutes, so that one of the two can work


class Backoff:
    """Waits with full jitter; `chance` gives numbers in [0, 1) and is the only randomness."""

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._failures = 0
        self._short = 0

    @property
    def quarrels(self) -> bool:
        """Whether connections end so soon, so often, that another machine may use the same client id."""
        return self._short >= QUARREL

    def failed_ns(self) -> int:
        """How long to wait after an attempt that led to no connection."""
        self._failures = min(self._failures + 1, DOUBLINGS)
        longest_s = min(LONGEST_S, 2.0**self._failures)
        return self._between(SHORTEST_S, longest_s)

    def ended_ns(self, lived_ns: int, *, shared: bool) -> int:
        """How long to wait after a connection that lived so long; `shared` where another machine speaks as we do."""
        if to_s(lived_ns) >= SHORT_LIFE_S:
            self._failures = self._short = 0
        else:
            self._short = min(self._short + 1, QUARREL)
        return self._between(*QUARREL_S) if self.quarrels and shared else self.failed_ns()

    def _between(self, shortest_s: float, longest_s: float) -> int:
        return to_ns(shortest_s + self._chance() * (longest_s - shortest_s))
