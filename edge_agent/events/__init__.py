"""What can be said: the events a station sends upstream, each said once, recorded and numbered.

An event is a moment (`at_ns`, CLOCK_MONOTONIC) and one of the typed records below. `TYPE` is its name on the
wire and carries its version; `CAUSE` and `RESPONSE` are its entry in the event catalogue. Ids, sequence
numbers and wall time are labels put on later, by the journal and the uplink: the core knows none of them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from edge_agent.events.accounts import Hour as Hour
from edge_agent.events.accounts import PlanChanged as PlanChanged
from edge_agent.events.accounts import ShiftSummary as ShiftSummary
from edge_agent.events.data import Data as Data
from edge_agent.events.notices import ClockAnchor as ClockAnchor
from edge_agent.events.notices import JournalDropped as JournalDropped
from edge_agent.events.upkeep import BaselineRelearned as BaselineRelearned
from edge_agent.events.upkeep import CallShelved as CallShelved
from edge_agent.events.upkeep import DetectorService as DetectorService
from edge_agent.events.upkeep import ModeChanged as ModeChanged
from edge_agent.events.upkeep import StandardChanged as StandardChanged
from edge_agent.observations import CallVerdict, Via

Family = Literal["abnormality", "delay", "call"]
Trigger = Literal["auto", "operator", "remote"]


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What is against what should be, and where the limit came from."""

    detector: str
    value: float | None
    limit: float | None
    unit: str
    limit_from: str
    onset_ns: int | None


class CallRaised(Data, frozen=True, kw_only=True):
    """A gap from the standard, or a person's call, is open and somebody is asked to come."""

    TYPE = "andon.call.raised.v1"
    CAUSE = "A detector found a gap, or someone pulled the cord or pressed a call button."
    RESPONSE = "The role in `to` acknowledges within `acknowledge_s` and arrives within `attend_s`."

    call: int
    kind: str
    family: Family
    trigger: Trigger
    source: str
    text: str
    to: str
    clears: Literal["by_itself", "on_restore"]
    acknowledge_s: float
    attend_s: float
    problem_type: Literal[1, 2] = 1
    measured: Measured | None = None
    recent_cycles_s: tuple[float, ...] = ()
    shelved: bool = False  # its source is set aside: nothing is lit, nobody is called
    waited_s: float = 0.0  # of the response times gone already: it was told in another call, and nobody came


class CallUpdated(Data, frozen=True, kw_only=True):
    """Something about an open call has changed that is no change of its state.

    Args:
        also: with `also`, the kind of a further gap of the same stop, told here instead of raising a call of its own;
            over with this call, unless it is raised then.
        measured: of that gap.
        verdict, reason: with `restore_refused`, what was said of the call; it is said again when the call ends.
    """

    TYPE = "andon.call.updated.v1"
    CAUSE = "A response time is over, the gap ended but must be restored, a reset came too soon, or the stop goes on."
    RESPONSE = "None by itself: the call goes on."

    call: int
    kind: str
    what: Literal["overdue", "gap_ended", "restore_refused", "also"]
    text: str
    also: str = ""
    measured: Measured | None = None
    verdict: CallVerdict | None = None
    reason: str = ""


class CallAcknowledged(Data, frozen=True, kw_only=True):
    """Someone has claimed the call; the sound ends."""

    TYPE = "andon.call.acknowledged.v1"
    CAUSE = "Acknowledged at the station, on its terminal, or by a remote command."
    RESPONSE = "That person goes to the station."

    call: int
    kind: str
    who: str
    via: Via
    waited_s: float
    role: str = ""


class CallAttended(Data, frozen=True, kw_only=True):
    """Someone has arrived; the lamp is steady.

    Args:
        verdict, reason: of a restore that came too soon to be more; they are said again when the call ends.
    """

    TYPE = "andon.call.attended.v1"
    CAUSE = "Arrival was signalled at the station or on its terminal."
    RESPONSE = "Contain the problem, restore normal work."

    call: int
    kind: str
    who: str
    via: Via
    waited_s: float
    role: str = ""
    verdict: CallVerdict | None = None
    reason: str = ""


class CallEscalated(Data, frozen=True, kw_only=True):
    """The response time is over and the next level is called."""

    TYPE = "andon.call.escalated.v1"
    CAUSE = "Nobody came, or normal work was not restored, within the response time."
    RESPONSE = "The role in `to` comes."

    call: int
    kind: str
    level: int
    to: str
    waited_s: float


class CallLineStop(Data, frozen=True, kw_only=True):
    """The fixed position has passed and the call was not answered: the stop of the line is requested."""

    TYPE = "andon.call.line_stop.v1"
    CAUSE = "A cord was pulled and neither withdrawn nor resolved before the fixed position."
    RESPONSE = "The next level comes; the line goes on after a restore at the station."

    call: int
    kind: str
    waited_s: float


class CallCleared(Data, frozen=True, kw_only=True):
    """The call has ended."""

    TYPE = "andon.call.cleared.v1"
    CAUSE = "The gap ended by itself, the call was withdrawn, or normal work was restored."
    RESPONSE = "None."

    call: int
    kind: str
    how: Literal["by_itself", "restored", "withdrawn"]
    who: str
    via: Via | None
    open_s: float
    line_stopped: bool
    verdict: CallVerdict | None = None  # the last that was given, with its reason, also before it ended by itself
    reason: str = ""
    role: str = ""


class FindingObserved(Data, frozen=True, kw_only=True):
    """A detector in observe mode has changed its answer; nothing is lit."""

    TYPE = "andon.finding.observed.v1"
    CAUSE = 'A detector with `mode = "observe"` began or ceased to see a gap.'
    RESPONSE = "None: this is how a rule earns its lamp."

    kind: str
    verdict: Literal["normal", "abnormal"]
    text: str
    measured: Measured


class SensorLost(Data, frozen=True, kw_only=True):
    """The agent can no longer tell what this sensor speaks of."""

    TYPE = "andon.sensor.lost.v1"
    CAUSE = "The sensor is unplugged, silent or unreadable."
    RESPONSE = "Maintenance looks at the sensor named."

    sensor: str
    why: str


class SensorBack(Data, frozen=True, kw_only=True):
    """The sensor is heard again."""

    TYPE = "andon.sensor.back.v1"
    CAUSE = "A lost sensor speaks again."
    RESPONSE = "None."

    sensor: str
    lost_s: float


class AgentStarted(Data, frozen=True, kw_only=True):
    """The station process has begun its work."""

    TYPE = "andon.agent.started.v1"
    CAUSE = "Power on, restart or upgrade."
    RESPONSE = "None."

    version: str
    resumed_calls: tuple[int, ...]


class AgentStopping(Data, frozen=True, kw_only=True):
    """The station process ends in good order; the stack goes dark."""

    TYPE = "andon.agent.stopping.v1"
    CAUSE = "The service was stopped."
    RESPONSE = "Nobody is watching until it starts again."

    why: str


class AgentFault(Data, frozen=True, kw_only=True):
    """A part of the agent cannot do its job, or can again."""

    TYPE = "andon.agent.fault.v1"
    CAUSE = "The disk, the inbox or another part of the agent failed or recovered, or its calls are the nuisance."
    RESPONSE = "Maintenance reads `why`; of a detector, whoever owns the standard mends its limit or its delays."

    part: str
    why: str
    over: bool


class CycleFinished(Data, frozen=True, kw_only=True):
    """One finished cycle; telemetry, off by default, not recorded."""

    TYPE = "andon.cycle.finished.v1"
    CAUSE = "A part was finished."
    RESPONSE = "None."
    KEPT = False

    sensor: str
    count: int
    cycle_s: float | None
    gap_s: float | None


CATALOGUE: tuple[type[Data], ...] = (
    CallRaised,
    CallUpdated,
    CallAcknowledged,
    CallAttended,
    CallEscalated,
    CallLineStop,
    CallCleared,
    CallShelved,
    FindingObserved,
    BaselineRelearned,
    DetectorService,
    ModeChanged,
    StandardChanged,
    SensorLost,
    SensorBack,
    AgentStarted,
    AgentStopping,
    AgentFault,
    JournalDropped,
    ClockAnchor,
    CycleFinished,
    Hour,
    ShiftSummary,
    PlanChanged,
)
BY_TYPE: dict[str, type[Data]] = {data.TYPE: data for data in CATALOGUE}


class Event(msgspec.Struct, frozen=True):
    """One thing said: when it became true (ns, CLOCK_MONOTONIC) and what."""

    at_ns: int
    data: Data

    @property
    def type(self) -> str:
        """The event's name on the wire."""
        return self.data.TYPE
