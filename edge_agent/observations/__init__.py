"""What can be seen: the observations that sensors, people and the agent itself hand to the station.

Every observation carries `at_ns`, nanoseconds of CLOCK_MONOTONIC: the instant the thing happened, taken as
close to the wire as the driver allows, never the instant it was read from a queue. All are immutable and
validated where they are made; the core trusts them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from edge_agent.observations.answered import Acknowledge as Acknowledge
from edge_agent.observations.answered import Arrive as Arrive
from edge_agent.observations.answered import CallVerdict as CallVerdict
from edge_agent.observations.answered import Restore as Restore
from edge_agent.observations.asked import LampTest as LampTest
from edge_agent.observations.asked import Relearn as Relearn
from edge_agent.observations.asked import ServiceChange as ServiceChange
from edge_agent.observations.asked import Shelve as Shelve
from edge_agent.observations.asked import StandardSet as StandardSet
from edge_agent.observations.asked import UnderTest as UnderTest
from edge_agent.observations.asked import Unshelve as Unshelve
from edge_agent.observations.seen import Seen as Seen
from edge_agent.observations.seen import Via as Via

CallKind = Literal["help", "quality", "material", "maintenance", "safety", "method"]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What the core knows of a sensor: its name and what it speaks of, nothing of its wire.

    Args:
        name: the sensor's name in the configuration.
        sees: `cycle` finished cycles only; `work` starts and ends apart; `reading` a characteristic;
            `call` people: cord, call buttons, acknowledge, arrive, restore.
        characteristic: what a reading is of.
        heard_within_s: a living sensor is heard from at least this often; None where silence says nothing.
        latching: of a cord: it stays pulled until somebody pushes it back.
        judges: of readings: the device itself may say what is good.
    """

    name: str
    sees: Literal["cycle", "work", "reading", "call"]
    characteristic: str | None = None
    heard_within_s: float | None = None
    latching: bool = False
    judges: bool = False


class CycleStart(Seen, tag="cycle_start", frozen=True):
    """Work on a part began."""

    sensor: str


class CycleEnd(Seen, tag="cycle_end", frozen=True):
    """A part is finished."""

    sensor: str


class Reading(Seen, tag="reading", frozen=True):
    """A measured value, finite, in the unit of its characteristic; `good` where the device judged it too."""

    sensor: str
    characteristic: str
    value: float
    good: bool | None = None


class Samples(Seen, tag="samples", frozen=True):
    """Readings that come too fast to be told one by one: equally spaced, the last of them at `at_ns`.

    All values are finite; at most `MOST_SAMPLES` of them. They are judged as readings would be, but are no parts.
    """

    sensor: str
    characteristic: str
    period_ns: int
    values: tuple[float, ...]


MOST_SAMPLES = 4096  # a block of one second at 4 kHz


class Judged(Seen, tag="judged", frozen=True):
    """A device's verdict on a part without a value."""

    sensor: str
    characteristic: str
    good: bool


class Heard(Seen, tag="heard", frozen=True):
    """The sensor lives but said nothing to act on: an unstable weight, a line meant to be ignored."""

    sensor: str


class Unreadable(Seen, tag="unreadable", frozen=True):
    """The sensor said something that no rule could read; `raw` is its beginning, printable."""

    sensor: str
    raw: str


class Pull(Seen, tag="pull", frozen=True):
    """The cord was pulled or a call button pressed; who did it, a wire cannot say.

    `standing` means that the contact was found so when the agent started: a level, no edge.
    """

    sensor: str
    call: CallKind
    standing: bool = False


class Released(Seen, tag="released", frozen=True):
    """The contact of a cord or call button is at rest again."""

    sensor: str


class Gone(Seen, tag="gone", frozen=True):
    """The driver itself has lost the sensor: unplugged, refused, its thread ended."""

    sensor: str
    why: str


class Returned(Seen, tag="returned", frozen=True):
    """The driver has the sensor again."""

    sensor: str


class Overflowed(Seen, tag="overflowed", frozen=True):
    """The inbox was full and `lost` observations were not taken in: the agent was blind for a moment."""

    lost: int


class Trouble(Seen, tag="trouble", frozen=True):
    """A part of the agent cannot do its job (`over` False) or can again: the journal, the recording."""

    part: str
    why: str
    over: bool = False


class Stopping(Seen, tag="stopping", frozen=True):
    """The agent is asked to stop."""

    why: str


class ClockTold(Seen, tag="clock_told", frozen=True):
    """The wall clock at `at_ns`: told at the start, once a minute, and when it has stepped; a label, no measure.

    Args:
        wall_ns: the same instant in ns since 1970, UTC.
        synchronised: whether the wall clock follows a time server.
    """

    wall_ns: int
    synchronised: bool


class PlannedStop(Seen, tag="planned_stop", frozen=True):
    """Someone says that the station stops as planned, or (`on` False) that this is over."""

    on: bool
    why: str = ""
    who: str = "unknown"
    via: Via = "local"
    role: str = ""


class Changeover(Seen, tag="changeover", frozen=True):
    """Someone begins to set the station up for another product, or (`on` False) has done so."""

    on: bool
    why: str = ""
    who: str = "unknown"
    via: Via = "local"
    role: str = ""


class ProductChosen(Seen, tag="product_chosen", frozen=True):
    """From now on this product of the configuration is made."""

    product: str
    who: str = "unknown"
    via: Via = "local"
    role: str = ""


Planning = ClockTold | PlannedStop | Changeover | ProductChosen
"""What is said of time and plan, not of work: the ledger takes it."""

Observation = (
    CycleStart
    | CycleEnd
    | Reading
    | Samples
    | Judged
    | Heard
    | Unreadable
    | Pull
    | Released
    | Acknowledge
    | Arrive
    | Restore
    | LampTest
    | Relearn
    | Shelve
    | Unshelve
    | ServiceChange
    | StandardSet
    | UnderTest
    | Gone
    | Returned
    | Overflowed
    | Trouble
    | Stopping
    | ClockTold
    | PlannedStop
    | Changeover
    | ProductChosen
)


class Cycle(Seen, tag="cycle", frozen=True):
    """A finished cycle as the station made it from edges; `at_ns` is its end. Detectors see it, no sensor sends it.

    Args:
        started_ns: where it began; None for the first one after a start, whose beginning nobody saw.
        ended_before_ns: where the cycle before it ended, so that the gap between them is known; None at first.
        continues: the next cycle began with this end, as with a sensor that gives one pulse a cycle.
        count: finished cycles since the station started, this one included.
    """

    sensor: str
    started_ns: int | None
    ended_before_ns: int | None
    continues: bool
    count: int

    @property
    def duration_ns(self) -> int | None:
        """Length of the work in ns; None where its beginning is unknown."""
        return None if self.started_ns is None else self.at_ns - self.started_ns


class Raised(Seen, tag="raised", frozen=True):
    """A call was raised, by a detector or a person. Detectors of calls see it, no sensor sends it.

    Args:
        kind: what sort of call: `material`, `cycle_overrun`.
        source: who raised it: a detector or a sensor, by name.
        call: its number.
    """

    kind: str
    source: str
    call: int
