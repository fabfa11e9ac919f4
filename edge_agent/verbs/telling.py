"""A station's status in words, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from edge_agent.andon.legend import Mode, Tier, spoken
from edge_agent.standard import to_s
from edge_agent.state import DetectorState, OpenCall, Pace, State, Status


def told(status: Status) -> Iterator[str]:
    """The status, a line at a time: lamp first, then what people must do, then the machinery."""
    state = status.state
    yield f"{status.station}   edge-agent {status.version}"
    yield f"lamp       {lamp(state)}"
    yield f"           {state.reason}"
    cycle = "no cycle yet" if state.last_cycle_s is None else f"last cycle {state.last_cycle_s:.1f} s"
    yield f"parts      {state.cycles} cycles, {cycle}; {state.good} good, {state.bad} bad"
    if state.pace is not None:
        yield f"pace       {pace(state.pace)}"
    if status.in_force is not None:
        yield f"standard   revision {status.in_force.revision}, {status.in_force.standard_from}"
    for place, call in enumerate(state.calls):
        yield f"{'calls' if not place else '':<10} {call_line(call, state.at_ns)}"
    for place, sensor in enumerate(state.sensors):
        why = f": {sensor.why}" if sensor.why else ""
        yield f"{'sensors' if not place else '':<10} {sensor.name} {sensor.state}{why}"
    for place, line in enumerate(rule_lines(state.detectors, state.at_ns)):
        yield f"{'detectors' if not place else '':<10} {line}"
    if state.flow.flood:
        yield "flood      more than 10 calls within 10 minutes: more than anybody can answer"
    yield f"journal    {status.seq} recorded, {status.depth} not confirmed yet"
    yield f"uplink     {status.uplink}"
    if status.denied:
        yield f"denied     {status.denied} requests since the start, for the role they named or did not name"
    for part, why in status.degraded.items():
        yield f"trouble    {part}: {why}"


def lamp(state: State) -> str:
    """What is lit, in words."""
    lit = [spoken(Tier(tier), Mode(mode)) for tier, mode in state.lamp.items()]
    return ", ".join(lit) or "dark"


def pace(now: Pace) -> str:
    """How the shift stands: what is planned now, parts made against parts due, and the rate that ends it on plan."""
    words = [now.shift or "no shift", now.kind.replace("_", " ") + (f" ({now.why})" if now.why else "")]
    words += [now.product] if now.product else []
    words.append(f"{now.actual} made, {now.plan} due ({now.difference:+d}, {now.standing.replace('_', ' ')})")
    if now.recovery_per_h and now.standing == "behind":
        words.append(f"{now.recovery_per_h:.1f} an hour end it on plan")
    return ", ".join(words)


def call_line(call: OpenCall, now_ns: int) -> str:
    """One open call: its number, what it is about, how long it waits, for whom."""
    who = "attended" if call.state == "attended" else f"{call.state}, waits for {call.to.replace('_', ' ')}"
    flags = [word for word, holds in (("LINE STOP", call.line_stop), ("overdue", call.overdue)) if holds]
    if call.shelved_until_ns is not None:
        flags.append(f"shelved for {age(call.shelved_until_ns - now_ns)} more")
    also = [f"Also: {', '.join(call.also)}."] if call.also else []
    return " ".join([f"{call.call}", call.kind, age(now_ns - call.raised_ns), f"({who})", *flags, call.text, *also])


def rule_lines(detectors: Iterable[DetectorState], now_ns: int) -> Iterator[str]:
    """The detectors: what each says, and whether it is set aside."""
    for detector in detectors:
        observe = " (observe)" if detector.mode == "observe" else ""
        text = f": {detector.text}" if detector.text else ""
        until = detector.shelved_until_ns
        left = "" if until is None else f" For {age(until - now_ns)} more."
        aside = f" {detector.aside}{left}" if detector.aside else ""
        trouble = f" {detector.counters.trouble}" if detector.counters.trouble else ""
        yield f"{detector.name} {detector.verdict}{observe}{text}{aside}{trouble}"


def age(since_ns: int) -> str:
    """How long ago, as people say it.

    >>> age(75_000_000_000)
    '1:15'
    """
    minutes, seconds = divmod(round(max(0.0, to_s(since_ns))), 60)
    return f"{minutes}:{seconds:02d}"
