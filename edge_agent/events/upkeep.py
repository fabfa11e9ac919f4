"""What a station says of its own rules: set aside for a time, out of service, under test, learned anew, changed."""

from __future__ import annotations

from typing import Literal

import msgspec

from edge_agent.events.data import Data
from edge_agent.observations import Via


class BaselineRelearned(Data, frozen=True, kw_only=True):
    """A detector forgets what was usual and learns it anew."""

    TYPE = "andon.baseline.relearned.v1"
    CAUSE = "Someone said so, after work on the machine or its method."
    RESPONSE = "None: until it has learned, the rule judges by the standard or not at all."

    detector: str
    before: str
    who: str
    via: Via
    role: str = ""


class CallShelved(Data, frozen=True, kw_only=True):
    """The source of a call is set aside for a time: it lights nothing and calls nobody; or (`ended`) this is over.

    Args:
        call: the call it was shelved by; further calls of `source` are shelved with it.
        until_ns: CLOCK_MONOTONIC; `for_s` the time that was asked for.
        who, via: who shelved it, or ended it; `agent` and null where its time was over or the agent was restarted.
        why: as it was said when it was shelved.
    """

    TYPE = "andon.call.shelved.v1"
    CAUSE = "Someone shelved a call or took it back, its time is over, or the agent was restarted."
    RESPONSE = "Whoever shelved it mends the cause before the time is over."

    call: int
    kind: str
    source: str
    until_ns: int
    for_s: float
    who: str
    via: Via | None
    why: str
    ended: Literal["time", "unshelved", "restart"] | None = None
    role: str = ""


class DetectorService(Data, frozen=True, kw_only=True):
    """A detector was taken out of service, or put back; while it is out it is not asked and green is not shown."""

    TYPE = "andon.detector.service.v1"
    CAUSE = "Someone took a detector out of service, or put it back."
    RESPONSE = "Maintenance mends what it was taken out for, and puts it back."

    detector: str
    in_service: bool
    who: str
    via: Via
    why: str
    out_s: float | None = None  # how long it was out, when it is back
    role: str = ""


class ModeChanged(Data, frozen=True, kw_only=True):
    """The station is under test from now on, judges nothing and calls nobody; or (`service`) it does again.

    Args:
        mode: from now on.
        who, via: who began it, or ended it; `agent` and null where its time was over or the agent was restarted.
        ended: how a test ended; null where one begins.
        lasted_s: how long it was.
        seen: how often each sensor or button spoke under test, by name; `acknowledge`, `arrive` and `restore` are the
            buttons that answer. None of it was judged, booked or called for.
    """

    TYPE = "andon.station.mode.v1"
    CAUSE = "Someone began to test the wires of the station, or has done so; a test also ends by itself."
    RESPONSE = "Nobody need come while it is tested; its lamps and pulls mean nothing until it is in service again."

    mode: Literal["service", "test"]
    who: str
    via: Via | None
    ended: Literal["asked", "time", "restart"] | None = None
    lasted_s: float = 0.0
    seen: dict[str, int] = msgspec.field(default_factory=dict)
    role: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One figure that work is measured against: `old` and `new` as text, null for what was, or is, not in force.

    Args:
        what: `takt_s`, `product small standard_cycle_s`, `bore_mm upper`, `cycle_overrun:press factor`.
        unit: of both; empty where they have none or carry it themselves.
    """

    what: str
    old: str | None
    new: str | None
    unit: str = ""


class StandardChanged(Data, frozen=True, kw_only=True):
    """The station measures against something else than before: a standard, a takt, a limit, a setting.

    Args:
        who: the person, `file` where the configuration was found changed, `agent` where it learned a limit.
        role: as which a person did it; `why` in their words, or which of what they had set the file has ended.
        revision: of the standard in force from here on; a limit that was learned is of the revision it was learned in.
        changes: at most 100; more of them follow in events of their own.
    """

    TYPE = "andon.standard.changed.v1"
    CAUSE = "The configuration was changed before a start, someone set a standard, or a limit was learned."
    RESPONSE = "Whoever owns the standard knows of it; what was judged before was judged by the old."

    who: str
    via: Literal["file", "control", "remote", "agent"]
    changes: tuple[Change, ...]
    revision: int = 1
    role: str = ""
    why: str = ""
