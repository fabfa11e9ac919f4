"""What the station knows at one instant: the snapshot behind the `state` topic, `status`, `watch` and `calls`."""

from __future__ import annotations

from typing import Literal

import msgspec

from edge_agent.standard import Characteristic, Standard


class OpenCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call somebody must answer; stamps are ns of CLOCK_MONOTONIC, None for what has not happened.

    Args:
        also: kinds of further gaps of the same stop that are told in this call and still stand.
    """

    call: int
    kind: str
    family: Literal["abnormality", "delay", "call"]
    source: str
    text: str
    state: Literal["raised", "acknowledged", "attended"]
    tier: str
    to: str
    level: int
    line_stop: bool
    overdue: bool
    raised_ns: int
    acknowledged_ns: int | None = None
    attended_ns: int | None = None
    shelved_until_ns: int | None = None
    also: tuple[str, ...] = ()


class SensorState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a sensor is heard; `why` names what is wrong with a lost one."""

    name: str
    state: Literal["waiting", "alive", "lost"]
    why: str = ""


class Counters(msgspec.Struct, frozen=True, kw_only=True):
    """What the calls of a detector have been; how often within the last 8 hours, if nothing else is said.

    Args:
        raised: calls.
        chattering: times it began to chatter: three calls raised and over within a minute.
        fleeting: calls that ended by themselves, unanswered, before anybody had to acknowledge them.
        stale: calls open now for more than 24 hours.
        false_alarms: of the last `verdicts` (20 at most) that people gave, those that nothing was wrong.
        trouble: why it is a nuisance now; empty while it is none.
    """

    raised: int = 0
    chattering: int = 0
    fleeting: int = 0
    stale: int = 0
    false_alarms: int = 0
    verdicts: int = 0
    trouble: str = ""


class CallFlow(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of all detectors: raised within 10 minutes (11 stands for 11 or more), open for more than 24 hours."""

    recent: int = 0
    flood: bool = False
    stale: int = 0


class DetectorState(msgspec.Struct, frozen=True, kw_only=True):
    """A detector's present answer; `warming` before its first. `aside` says who set it aside, and why."""

    name: str
    verdict: Literal["warming", "normal", "unknown", "abnormal"]
    mode: Literal["light", "observe"]
    text: str = ""
    service: Literal["in_service", "shelved", "out_of_service"] = "in_service"
    aside: str = ""
    counters: Counters = Counters()
    shelved_until_ns: int | None = None


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How the running shift stands against its plan.

    Args:
        kind: what is planned now; `why` the reason of a planned stop or changeover.
        plan: parts due so far; `actual` made, `difference` actual - plan.
        standing: with hysteresis, as people are told.
        recovery_per_h: parts an hour from now on that end the shift on plan; null where nobody can say.
    """

    kind: Literal["working", "break", "planned_stop", "changeover", "not_scheduled"]
    why: str
    shift: str | None
    product: str | None
    plan: int
    actual: int
    difference: int
    standing: Literal["behind", "on_pace", "ahead"]
    good: int
    rejected: int
    hour_plan: int
    hour_actual: int
    recovery_per_h: float | None


class InTest(msgspec.Struct, frozen=True, kw_only=True):
    """A test of the station's wires that is on: nothing is judged and nobody is called meanwhile.

    Args:
        show: the output that is driven; empty for none.
        seen: how often each sensor or button has spoken, by name.
    """

    who: str
    since_ns: int
    show: str = ""
    seen: dict[str, int] = {}

    def moved(self, by_ns: int) -> InTest:
        """The same on a clock that reads `by_ns` more."""
        return msgspec.structs.replace(self, since_ns=self.since_ns + by_ns)


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The core's snapshot.

    Args:
        lamp: tier to mode, `off` left out: `{"yellow": "blinking"}`; modes are those of OPC UA 10000-200.
        sign: the row of the legend that is shown: `running`, `blind`, `call_waiting`.
        reason: why the lamp shows what it shows, a sentence.
        cycles: finished since the station started; `good` and `bad` count judged parts.
        mode: `test` while its wires are tested, more of which is in `test`: nobody need come for what it shows.
    """

    at_ns: int
    lamp: dict[str, str]
    sign: str
    reason: str
    calls: tuple[OpenCall, ...] = ()
    sensors: tuple[SensorState, ...] = ()
    detectors: tuple[DetectorState, ...] = ()
    cycles: int = 0
    good: int = 0
    bad: int = 0
    last_cycle_s: float | None = None
    pace: Pace | None = None
    flow: CallFlow = CallFlow()
    mode: Literal["service", "test"] = "service"
    test: InTest | None = None


class StandardInForce(msgspec.Struct, frozen=True, kw_only=True):
    """What the station as a whole measures by; a product that is made may have a standard of its own.

    Args:
        revision: counted up whenever a person or the file has changed what work is held against.
        standard_from: where the takt came from, and what was set over the file.
    """

    revision: int
    standard: Standard
    characteristics: tuple[Characteristic, ...] = ()
    standard_from: str = ""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The whole station process: the core's snapshot and what the shell knows beside it.

    Args:
        station: the identity, `enterprise/site/area/line/station`.
        epoch, seq: the journal's identity and the last number recorded in it.
        depth: recorded and not yet confirmed; `degraded` names parts that cannot do their job, and why.
        uplink: what the uplink process last said of itself: `connected`, or the cause why not.
        in_force: the standard; None from a station that does not say.
        denied: requests since the start that were refused for the role they named, or did not name.
        synchronised: whether the wall clock follows a time server, as the station was told last; None where it was not.
    """

    station: str
    version: str
    boot: str
    epoch: str
    seq: int
    depth: int
    degraded: dict[str, str]
    uplink: str
    state: State
    denied: int = 0
    in_force: StandardInForce | None = None
    synchronised: bool | None = None
