"""What the wall clock says of an instant: labels and the calendar's boundaries, never a duration.

The shell tells the relation between CLOCK_MONOTONIC and the wall clock at the start, once a minute and whenever
the wall clock has stepped; in between it is carried on. A step moves boundaries that are still to come, and
nothing that has been counted.
"""

from __future__ import annotations

import msgspec

from edge_agent.observations import ClockTold

# A step back of up to an hour is a correction within the day: the calendar stands still until the clock has
# caught up, so that no boundary is crossed twice. A longer one says that the clock was wrong altogether.
LONGEST_STANDSTILL_NS = 3600 * 1_000_000_000


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """The wall clock as it was last told; all stamps in ns, `wall_ns` since 1970 in UTC.

    Args:
        at_ns, wall_ns: the same instant on CLOCK_MONOTONIC and on the wall.
        synchronised: whether the wall clock followed a time server then.
        reached_ns: how far the calendar has come; it never goes back behind this.
    """

    at_ns: int
    wall_ns: int
    synchronised: bool = False
    reached_ns: int = 0

    @classmethod
    def first(cls, told: ClockTold) -> Wall:
        """The wall clock where nothing was known of it."""
        return cls(at_ns=told.at_ns, wall_ns=told.wall_ns, synchronised=told.synchronised)

    def told(self, told: ClockTold) -> Wall:
        """The wall clock as it is told now.

        >>> wall = Wall.first(ClockTold(at_ns=0, wall_ns=1000, synchronised=True))
        >>> back = wall.told(ClockTold(at_ns=50, wall_ns=1020, synchronised=True))  # 30 ns slow
        >>> back.label_ns(60), back.calendar_ns(60), back.calendar_ns(90)
        (1030, 1050, 1060)
        """
        reached_ns = self.calendar_ns(told.at_ns)
        stands = 0 < reached_ns - told.wall_ns <= LONGEST_STANDSTILL_NS
        return Wall(
            at_ns=told.at_ns,
            wall_ns=told.wall_ns,
            synchronised=told.synchronised,
            reached_ns=reached_ns if stands else 0,
        )

    def label_ns(self, at_ns: int) -> int:
        """Wall time of an instant of CLOCK_MONOTONIC, as a label for people."""
        return self.wall_ns + at_ns - self.at_ns

    def calendar_ns(self, at_ns: int) -> int:
        """Wall time of an instant as the calendar counts it: the label, but never back by a small step."""
        return max(self.reached_ns, self.label_ns(at_ns))

    def when_ns(self, wall_ns: int) -> int:
        """The instant of CLOCK_MONOTONIC at which the wall clock shows `wall_ns`, if nobody sets it."""
        return self.at_ns + wall_ns - self.wall_ns

    def moved(self, by_ns: int) -> Wall:
        """The same on a CLOCK_MONOTONIC that reads `by_ns` more: it begins anew with each boot."""
        return msgspec.structs.replace(self, at_ns=self.at_ns + by_ns)
