"""What a station says of its own rules: set aside for a time, out of service, learned anew."""

from __future__ import annotations

from typing import Literal

from edge_agent.data import Data
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
