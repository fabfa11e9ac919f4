"""What the production analysis board is told: the records of an hour and of a shift, as events of the station.

Times are split as in ISO 22400-2. All lengths are whole nanoseconds, so that the elements add up to the elapsed
time exactly; wall time is text in the station's own zone with its offset, and a label only.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from edge_agent.events.data import Data
from edge_agent.observations import Via

Loss = Literal["slow", "micro_stop", "stoppage"]


class Elements(msgspec.Struct, frozen=True, kw_only=True):
    """Where the time went; the sum is the elapsed time, to the nanosecond. Names of ISO 22400-2 where it has them.

    Args:
        apt_ns: actual production: each cycle up to its standard.
        adet_ns: actual delay: slow cycles and micro-stops, beyond the standard.
        adot_ns: actual down: stoppages.
        aust_ns: actual setup: changeover.
        blind_ns: work was planned and the agent could not see whether it was done.
        planned_ns: breaks and planned stops.
        not_scheduled_ns: outside any shift.
    """

    apt_ns: int = 0
    adet_ns: int = 0
    adot_ns: int = 0
    aust_ns: int = 0
    blind_ns: int = 0
    planned_ns: int = 0
    not_scheduled_ns: int = 0

    @property
    def elapsed_ns(self) -> int:
        """Their sum."""
        return sum(msgspec.structs.astuple(self))


class Lost(msgspec.Struct, frozen=True):
    """How often a class of loss was seen, and the time it took."""

    count: int = 0
    ns: int = 0


class GapTold(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of time without the part that was due.

    Args:
        began: when the part before it was finished.
        lost_ns: beyond the standard cycle, planned time left out.
        loss: what it was, by how long it had lasted when it ended or was told.
        calls: kinds of the calls that were raised in it.
    """

    began: str
    lost_ns: int
    loss: Loss
    calls: tuple[str, ...] = ()


class CallTold(msgspec.Struct, frozen=True, kw_only=True):
    """A call that was open in the hour, and how it was answered by the hour's end; null for what had not happened."""

    call: int
    kind: str
    raised: str
    acknowledged_s: float | None
    attended_s: float | None
    cleared_s: float | None
    line_stop: bool


class CallsTold(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of one kind raised in a shift; `longest_s` is the longest time somebody was waited for."""

    kind: str
    raised: int = 0
    attended: int = 0
    line_stops: int = 0
    waited_s: float = 0.0
    longest_s: float = 0.0


class NuisanceTold(msgspec.Struct, frozen=True, kw_only=True):
    """How often within the hour or shift the calls of one detector were raised, and how often they were a nuisance.

    Args:
        chattering: times it began to chatter: three calls raised and over within a minute.
        fleeting: calls that ended by themselves, unanswered, before anybody had to acknowledge them.
        stale: calls that had then been open for 24 hours.
        false_alarms: of `verdicts` that people gave, those that nothing was wrong.
    """

    source: str
    raised: int = 0
    chattering: int = 0
    fleeting: int = 0
    stale: int = 0
    false_alarms: int = 0
    verdicts: int = 0


class Accounted(Data, frozen=True, kw_only=True):
    """What the hour and the shift have in common.

    Args:
        began, ended: what was accounted for; shorter than an hour where the shift or the agent began in it.
        synchronised: whether the wall clock followed a time server when this was told.
        shift, date: the shift and the date it began on; null outside of any.
        product: made last; null where the station has no `[[product]]`.
        plan: parts that became due: whole takts of net available time.
        actual: parts made, judged or not.
        difference: actual - plan; cumulative since the shift began.
        unseen: of the plan, parts that became due while the agent could not see whether they were made; nobody is
            called behind for these.
        good, rejected: parts judged by a sensor. One is rejected when any of its judgements since the last cycle was
            bad; a characteristic judged again is another part. Samples are none, nor is a reading that nothing judges.
        first_pass_yield: good / judged; null where nothing was.
        losses: by class; what is not here is production, setup, planned or unseen, and in `elements`.
        gaps: the three with the most lost time.
        nuisance: the detectors that called; `floods` how often more than 10 calls of detectors came within 10 minutes.
    """

    began: str
    ended: str
    synchronised: bool
    shift: str | None
    date: str | None
    product: str | None
    plan: int
    actual: int
    difference: int
    cumulative: int
    unseen: int = 0
    good: int
    rejected: int
    first_pass_yield: float | None
    elapsed_ns: int
    elements: Elements
    losses: dict[Loss, Lost]
    gaps: tuple[GapTold, ...]
    nuisance: tuple[NuisanceTold, ...] = ()
    floods: int = 0


class Hour(Accounted, frozen=True, kw_only=True):
    """One hour of the board: plan, actual, difference, and where the time went."""

    TYPE = "andon.pace.hour.v1"
    CAUSE = "A full hour on the wall clock, or the end of a shift; outside shifts only where something happened."
    RESPONSE = "Team leader and group leader look at the difference and its reasons."

    calls: tuple[CallTold, ...]
    calls_left_out: int = 0


class ShiftSummary(Accounted, frozen=True, kw_only=True):
    """A whole shift, as it was seen."""

    TYPE = "andon.pace.shift.v1"
    CAUSE = "The shift is over."
    RESPONSE = "The huddle chooses what to work on."

    calls: tuple[CallsTold, ...]


class PlanChanged(Data, frozen=True, kw_only=True):
    """Someone has changed what is planned, or such a change has ended."""

    TYPE = "andon.plan.changed.v1"
    CAUSE = "A planned stop or changeover began or ended, a product was chosen, or the longest time for it is over."
    RESPONSE = "None, while it is planned: delays are not called. Where it ran out, somebody looks at the station."

    what: Literal["planned_stop", "changeover", "product"]
    on: bool
    why: str
    who: str
    via: Via | None
    ran_out: bool = False
    product: str | None = None
    role: str = ""
