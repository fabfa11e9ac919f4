"""Events and states in words, as the demo's subscriber tells them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from edge_agent import events, notices, upkeep
from edge_agent.legend import LEGEND, Mode, Sign, Tier, spoken
from edge_agent.signals.payloads import CloudEvent
from edge_agent.state import State

HEADS: dict[type[events.Data], str] = {
    events.CallRaised: "raised",
    events.CallUpdated: "updated",
    events.CallAcknowledged: "acknowledged",
    events.CallAttended: "attended",
    events.CallEscalated: "escalated",
    events.CallLineStop: "line stop",
    events.CallCleared: "cleared",
    events.FindingObserved: "observed",
    events.BaselineRelearned: "learns anew",
    events.SensorLost: "sensor lost",
    events.SensorBack: "sensor back",
    events.AgentStarted: "started",
    events.AgentStopping: "stopping",
    events.AgentFault: "fault",
    events.CycleFinished: "cycle",
    events.Hour: "hour",
    events.ShiftSummary: "shift",
    events.PlanChanged: "plan",
    upkeep.CallShelved: "shelved",
    upkeep.DetectorService: "service",
    notices.JournalDropped: "given up",
    notices.ClockAnchor: "clock",
}
MEANINGS = {row.sign: (row.means, row.who_does_what) for row in LEGEND}


class Told(msgspec.Struct, frozen=True):
    """One event for people: when (local time), in one word, about what, and in a sentence, which may be empty."""

    time: str
    head: str
    about: str
    text: str


def told(event: CloudEvent) -> Told:
    """The event as people say it; msgspec.MsgspecError where its data is not what its type promises."""
    time = datetime.fromisoformat(event.time).astimezone().strftime("%H:%M:%S")
    data = msgspec.json.decode(event.data, type=events.BY_TYPE[event.type])
    return Told(time, HEADS[type(data)], about(data), sentence(data))


def about(data: events.Data) -> str:
    """What an event is about: its call and the kind of it, a sensor, a part of the agent."""
    call, kind = getattr(data, "call", None), getattr(data, "kind", "")
    if call is not None:
        return f"call {call}, {kind.replace('_', ' ')}"
    match data:
        case events.SensorLost() | events.SensorBack() | events.CycleFinished():
            return data.sensor
        case events.AgentFault():
            return data.part
        case events.AgentStarted():
            return f"edge-agent {data.version}"
        case events.Hour() | events.ShiftSummary():
            return data.shift or "no shift"
        case upkeep.DetectorService():
            return data.detector
        case events.PlanChanged():
            return data.product or data.what.replace("_", " ")
        case _:
            return str(kind)


def sentence(data: events.Data) -> str:
    """What an event says beyond its head."""
    match data:
        case events.CallRaised() | events.CallUpdated() | events.FindingObserved():
            return data.text
        case events.CallAcknowledged() | events.CallAttended():
            return f"Someone is there after {data.waited_s:.1f} s."
        case events.CallEscalated():
            return f"Nobody came in {data.waited_s:.1f} s: the {data.to.replace('_', ' ')} is called."
        case events.CallLineStop():
            return "The fixed position has passed and nobody is there."
        case events.CallCleared():
            return f"{data.how.replace('_', ' ').capitalize()}, open for {data.open_s:.1f} s."
        case events.SensorLost() | events.AgentFault() | events.AgentStopping():
            return f"{data.why[:1].upper()}{data.why[1:].rstrip('.')}."
        case events.SensorBack():
            return f"It was lost for {data.lost_s:.1f} s."
        case events.Hour() | events.ShiftSummary():
            return f"Plan {data.plan}, actual {data.actual}, cumulative {data.cumulative:+d}."
        case upkeep.CallShelved():
            return f"For {data.for_s / 60:g} min: {data.why}." if data.ended is None else f"Over: {data.ended}."
        case upkeep.DetectorService():
            return f"{'Back in' if data.in_service else 'Out of'} service: {data.why}."
        case notices.JournalDropped():
            return f"{data.count} of the numbers {data.first} to {data.last}: {data.reason}."
        case events.PlanChanged():
            return f"{'Begun' if data.on else 'Ended'}{f': {data.why}' if data.why else ''}."
        case _:
            return ""


def lamp(state: State) -> str:
    """What is lit, in words: `yellow blinking`; what is lit before there is evidence is the lamp test."""
    if state.sign == Sign.STARTING and state.lamp:
        return "lamp test"
    return ", ".join(spoken(Tier(tier), Mode(mode)) for tier, mode in state.lamp.items()) or "dark"


def meaning(state: State) -> str:
    """What the lamp means and who does what, from the legend."""
    means, who_does_what = MEANINGS[Sign(state.sign)]
    duty = "" if who_does_what.startswith("nothing") else f" {who_does_what[:1].upper()}{who_does_what[1:]}."
    return f"{means[:1].upper()}{means[1:]}.{duty}"
