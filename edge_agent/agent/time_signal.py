"""When the station is told the wall clock: at the start, once a minute, and when somebody has set it."""

from __future__ import annotations

from collections.abc import Callable

from edge_agent import clock
from edge_agent.observations import ClockTold

EVERY_NS = 60 * clock.NS_PER_S  # a crystal is off by a few ms in a minute at most: no board shows that
STEP_NS = clock.NS_PER_S // 2  # a time server slews what is less (chrony and timesyncd step from 0.4 s and more)


class TimeSignal:
    """The wall clock against CLOCK_MONOTONIC, as it was last told.

    Args:
        wall_ns: the wall clock, ns since 1970.
        synchronised: whether it follows a time server; asked only when it is told.
    """

    def __init__(
        self, wall_ns: Callable[[], int] = clock.wall_ns, synchronised: Callable[[], bool] = clock.synchronised
    ) -> None:
        self.wall_ns = wall_ns
        self.synchronised = synchronised
        self.last: ClockTold | None = None

    def told(self, now_ns: int) -> ClockTold | None:
        """What is to be told at `now_ns`; None where the station knows it well enough."""
        wall_ns, last = self.wall_ns(), self.last
        if last is not None and now_ns < last.at_ns + EVERY_NS:
            carried_on_ns = last.wall_ns + now_ns - last.at_ns
            if abs(wall_ns - carried_on_ns) < STEP_NS:
                return None
        self.last = ClockTold(now_ns, wall_ns, self.synchronised())
        return self.last

    @property
    def synced(self) -> bool | None:
        """Whether the wall clock followed a time server when it was told last; None before."""
        return None if self.last is None else self.last.synchronised

    def due_ns(self) -> int:
        """When it is to be told again, if nobody sets it; at once before the first time."""
        return 0 if self.last is None else self.last.at_ns + EVERY_NS
