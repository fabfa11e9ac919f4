"""A history as columns, so that a rule can look over all of it at once: finished cycles, or readings.

What a sample of a block means to a detector's `step` is said by `samples`, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from edge_agent.arrays import np
from edge_agent.observations import Cycle, CycleStart, Reading, Samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_agent.observations import Seen

NOT_SEEN = -(2**63)
"""In place of a stamp: nobody saw it."""


class Cycles(msgspec.Struct, frozen=True, kw_only=True):
    """Finished cycles of one sensor, oldest first.

    Args:
        sensor: whose cycles they are.
        started_ns, ended_ns: int64, shape (n,), ns; `NOT_SEEN` where the beginning was not seen.
        continues: each cycle began with the end of the one before, as with one pulse a cycle.
        before: how many cycles there were before these.
    """

    sensor: str
    started_ns: NDArray[np.int64]
    ended_ns: NDArray[np.int64]
    continues: bool = True
    before: int = 0

    @classmethod
    def from_durations(cls, sensor: str, durations_ns: NDArray[np.int64], began_ns: int = 0) -> Cycles:
        """Cycles one after another without a gap, from their durations, int64, shape (n,), ns."""
        ended_ns = began_ns + np.cumsum(durations_ns, dtype=np.int64)
        return cls(sensor=sensor, started_ns=ended_ns - durations_ns, ended_ns=ended_ns)

    @property
    def durations_ns(self) -> NDArray[np.int64]:
        """Length of the work, int64, shape (n,), ns; meaningless where the beginning was not seen."""
        return self.ended_ns - self.started_ns

    @property
    def unbroken(self) -> bool:
        """Whether each cycle but the first has a seen beginning, is longer than nothing and follows the one before."""
        started_ns, before_ns = self.started_ns[1:], self.ended_ns[:-1]
        follows = started_ns == before_ns if self.continues else started_ns >= before_ns
        return bool((follows & (started_ns != NOT_SEEN) & (self.ended_ns[1:] > started_ns)).all())

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which cycles have a length to judge: their beginning was seen, before their end; shape (n,)."""
        known: NDArray[np.bool_] = (self.started_ns != NOT_SEEN) & (self.ended_ns > self.started_ns)
        return known

    def part(self, first: int, last: int | None = None) -> Cycles:
        """The cycles from `first` up to, not including, `last`; a view."""
        return msgspec.structs.replace(
            self,
            started_ns=self.started_ns[first:last],
            ended_ns=self.ended_ns[first:last],
            before=self.before + first,
        )

    def __len__(self) -> int:
        return len(self.ended_ns)

    def samples(self) -> Iterator[list[Seen]]:
        """What each cycle is to `step`: with starts seen apart, the start and then the end."""
        ended_before_ns = None
        for place, (started_ns, ended_ns) in enumerate(
            zip(self.started_ns.tolist(), self.ended_ns.tolist(), strict=True)
        ):
            started = None if started_ns == NOT_SEEN else started_ns
            cycle = Cycle(
                at_ns=ended_ns,
                sensor=self.sensor,
                started_ns=started,
                ended_before_ns=ended_before_ns,
                continues=self.continues,
                count=self.before + place + 1,
            )
            ended_before_ns = ended_ns
            if self.continues or started is None:
                yield [cycle]
            else:
                yield [CycleStart(started, self.sensor), cycle]


class Readings(msgspec.Struct, frozen=True, kw_only=True):
    """Readings of one characteristic, oldest first.

    Args:
        sensor, characteristic: who measured what.
        at_ns: int64, shape (n,), ns. values: float64, shape (n,).
    """

    sensor: str
    characteristic: str
    at_ns: NDArray[np.int64]
    values: NDArray[np.float64]

    @classmethod
    def from_samples(cls, seen: Samples) -> Readings:
        """The block that a sensor saw at once."""
        count = len(seen.values)
        at_ns = seen.at_ns - np.arange(count - 1, -1, -1, dtype=np.int64) * seen.period_ns
        values = np.array(seen.values, dtype=np.float64)
        return cls(sensor=seen.sensor, characteristic=seen.characteristic, at_ns=at_ns, values=values)

    def part(self, first: int, last: int | None = None) -> Readings:
        """The readings from `first` up to, not including, `last`; a view."""
        return msgspec.structs.replace(self, at_ns=self.at_ns[first:last], values=self.values[first:last])

    def __len__(self) -> int:
        return len(self.values)

    def samples(self) -> Iterator[list[Seen]]:
        """What each reading is to `step`."""
        for at_ns, value in zip(self.at_ns.tolist(), self.values.tolist(), strict=True):
            yield [Reading(at_ns, self.sensor, self.characteristic, value)]


Block = Cycles | Readings
