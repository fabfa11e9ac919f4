"""Events and states in words, as the demo's subscriber tells them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from edge_agent import events
from edge_agent.andon.legend import LEGEND, Mode, Sign, Tier, spoken
from edge_agent.signals.payloads import CloudEvent
from edge_agent.state import State


def as_sentence(why: str) -> str:
    """Words that begin large and end with a full stop."""
    return f"{why[:1].upper()}{why[1:].rstrip('.')}."


def changed(data: events.StandardChanged) -> str:
    """What was changed, from what to what."""
    return "; ".join(f"{each.what} {each.old or 'none'} to {each.new or 'none'}" for each in data.changes) + "."


def paced(data: events.Hour | events.ShiftSummary) -> str:
    """How an hour or a shift stands."""
    return f"Plan {data.plan}, actual {data.actual}, cumulative {data.cumulative:+d}."


WORDS: dict[type[events.Data], tuple[str, Callable[[Any], str]]] = {
    events.CallRaised: ("raised", lambda data: data.text),
    events.CallUpdated: ("updated", lambda data: data.text),
    events.CallAcknowledged: ("acknowledged", lambda data: f"Someone has it after {data.waited_s:.1f} s."),
    events.CallAttended: ("attended", lambda data: f"Someone is there after {data.waited_s:.1f} s."),
    events.CallEscalated: (
        "escalated",
        lambda data: f"Nobody came in {data.waited_s:.1f} s: the {data.to.replace('_', ' ')} is called.",
    ),
    events.CallLineStop: ("line stop", lambda _: "The fixed position has passed and nobody is there."),
    events.CallCleared: (
        "cleared",
        lambda data: f"{data.how.replace('_', ' ').capitalize()}, open for {data.open_s:.1f} s.",
    ),
    events.CallShelved: (
        "shelved",
        lambda data: f"For {data.for_s / 60:g} min: {data.why}." if data.ended is None else f"Over: {data.ended}.",
    ),
    events.FindingObserved: ("observed", lambda data: data.text),
    events.BaselineRelearned: ("learns anew", lambda _: ""),
    events.DetectorService: (
        "service",
        lambda data: f"{'Back in' if data.in_service else 'Out of'} service: {data.why}.",
    ),
    events.StandardChanged: ("standard", changed),
    events.ModeChanged: ("mode", lambda data: "Under test." if data.mode == "test" else "In service again."),
    events.SensorLost: ("sensor lost", lambda data: as_sentence(data.why)),
    events.SensorBack: ("sensor back", lambda data: f"It was lost for {data.lost_s:.1f} s."),
    events.AgentStarted: ("started", lambda _: ""),
    events.AgentStopping: ("stopping", lambda data: as_sentence(data.why)),
    events.AgentFault: ("fault", lambda data: as_sentence(data.why)),
    events.CycleFinished: ("cycle", lambda _: ""),
    events.Hour: ("hour", paced),
    events.ShiftSummary: ("shift", paced),
    events.PlanChanged: (
        "plan",
        lambda data: f"{'Begun' if data.on else 'Ended'}{f': {data.why}' if data.why else ''}.",
    ),
    events.JournalDropped: (
        "given up",
        lambda data: f"{data.count} of the numbers {data.first} to {data.last}: {data.reason}.",
    ),
    events.ClockAnchor: ("clock", lambda data: f"{data.source.capitalize()}."),
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
    head, sentence = WORDS[type(data)]
    return Told(time, head, about(data), sentence(data))


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
        case events.DetectorService():
            return data.detector
        case events.PlanChanged():
            return data.product or data.what.replace("_", " ")
        case _:
            return str(kind)


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
