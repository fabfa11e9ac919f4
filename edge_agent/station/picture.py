"""What a station shows of itself: the stack light as a level, and the snapshot behind it, made anew each time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

from edge_agent.andon.legend import LEGEND, Mode, Sign, Tier, next_change_ns, show
from edge_agent.andon.life import Call
from edge_agent.andon.life import State as CallState
from edge_agent.detect.rule import ABNORMAL, NORMAL, UNKNOWN, Verdict
from edge_agent.pace import board
from edge_agent.standard import to_ns
from edge_agent.state import DetectorState, OpenCall, SensorState, State

if TYPE_CHECKING:
    from edge_agent.station.station import Station

PATIENCE_PACES = 5  # evidence older than this many takts is not fresh; a start that lasts longer is blind
PATIENCE_S = 60.0  # and never less: a fast machine is not called blind because a person reached for a part
TEST_STEP_NS = 300_000_000  # long enough to see each tier, short enough that five of them keep nobody waiting


class Stack(msgspec.Struct, frozen=True, kw_only=True):
    """The stack light at one instant.

    Args:
        lamps: tiers that are lit, and how; the others are dark.
        sound: how the buzzer sounds; None while it is silent.
        line_stop: whether the stop of the line is requested.
        sign, reason: the worst row of the legend that is shown, and why it is.
        changes_ns: when time alone will change what is seen; None where nothing blinks.
    """

    lamps: dict[Tier, Mode]
    sound: Mode | None
    line_stop: bool
    sign: Sign
    reason: str
    changes_ns: int | None


def stack(station: Station, now_ns: int) -> Stack:
    """What the stack light shows at `now_ns`."""
    reasons = dict(signs(station, now_ns))
    sign = next(row.sign for row in LEGEND if row.sign in reasons)
    calls = station.calls.asking()
    sound = Mode.BLINKING if any(call.state is CallState.RAISED for call in calls) else None
    lamps = show(reasons, station.tiers, hurry=any(call.overdue and not call.attended for call in calls))
    changes_ns = next_change_ns([*lamps.values(), sound] if sound else lamps.values(), now_ns)
    tested = under_test(station, now_ns)
    if tested is not None:
        lamps, sound, changes_ns = tested
    standing = station.calls.open.values() if station.testing.now else calls  # a test takes no stop back
    line_stop = station.testing.show == "line_stop" or any(call.line_stop for call in standing)
    return Stack(lamps=lamps, sound=sound, line_stop=line_stop, sign=sign, reason=reasons[sign], changes_ns=changes_ns)


def under_test(station: Station, now_ns: int) -> tuple[dict[Tier, Mode], Mode | None, int | None] | None:
    """What a test drives: the output asked for, else tier by tier, then the buzzer; None when none is running."""
    if (driven := station.testing.show) or station.testing.now:
        lamps = {tier: Mode.CONTINUOUS for tier in station.tiers if tier == driven}
        return (lamps, Mode.CONTINUOUS if driven == "buzzer" else None, None) if driven else None
    if station.tested_ns is None:
        return None
    place, _ = divmod(now_ns - station.tested_ns, TEST_STEP_NS)
    ends_ns = station.tested_ns + (place + 1) * TEST_STEP_NS
    if 0 <= place < len(station.tiers):
        return {station.tiers[place]: Mode.CONTINUOUS}, None, ends_ns
    # Without a break: the silent half of a blink is longer than this step, and half of all tests would be silent.
    return ({}, Mode.CONTINUOUS, ends_ns) if place == len(station.tiers) else None


def signs(station: Station, now_ns: int) -> Iterator[tuple[Sign, str]]:
    """Every row of the legend that holds now, with its reason; at least one."""
    if station.testing.now:
        yield Sign.TEST, station.testing.reason
        return
    calls = station.calls.asking()
    inside = [call for call in calls if call.tier == "yellow" or call.line_stop]
    yield from _call_signs(inside)
    outside = [call for call in calls if call not in inside]
    if outside:
        waiting = next((call for call in outside if not call.attended), None)
        yield (Sign.OUTSIDE_WAITING if waiting else Sign.OUTSIDE_ATTENDED), (waiting or outside[0]).text
    sensor = next(iter(station.senses.lost), None)
    if sensor is not None:
        yield Sign.BLIND, f"Sensor {sensor} is lost: {station.senses.why(sensor).rstrip('.')}."
    if station.planned.rests:
        yield Sign.PLANNED, station.planned.reason
    aside = " ".join(station.hygiene.aside())
    if aside:
        yield Sign.SET_ASIDE, f"Set aside: {aside}"
    if not station.planned.rests and sensor is None and not calls:
        sign, reason = _evidence_sign(station, now_ns)
        if not (aside and sign is Sign.RUNNING):
            yield sign, reason


def _call_signs(calls: list[Call]) -> Iterator[tuple[Sign, str]]:
    """Red, yellow or neither: a stopped line before a call, one nobody attends before one somebody does."""
    stopped = [call for call in calls if call.line_stop]
    worst = stopped or calls
    if not worst:
        return
    waiting = next((call for call in worst if not call.attended), None)
    if stopped:
        yield (Sign.STOP_WAITING if waiting else Sign.STOP_ATTENDED), (waiting or worst[0]).text
    else:
        yield (Sign.CALL_WAITING if waiting else Sign.CALL_ATTENDED), (waiting or worst[0]).text


def _evidence_sign(station: Station, now_ns: int) -> tuple[Sign, str]:
    """Green, if it was earned: of the detectors that light, one says NORMAL on fresh evidence and none cannot tell."""
    patience_ns = max(to_ns(PATIENCE_S), PATIENCE_PACES * to_ns(station.calls.pace_s))
    asked = station.watch.asked()
    lighting = [d for d in asked if d.relies_on and not d.FAULT and d.settings.mode == "light"]
    answers = [finding for d in lighting if (finding := station.watch.findings.get(d.name)) is not None]
    unknown = next((each for each in answers if each.verdict is UNKNOWN), None)
    if unknown is not None:
        return Sign.BLIND, unknown.text
    normal_ns = [finding.at_ns for finding in answers if finding.verdict is NORMAL]
    if normal_ns and now_ns - max(normal_ns) <= patience_ns:
        return Sign.RUNNING, "Running inside standard."
    if now_ns - station.planned.began_ns <= patience_ns:
        return Sign.STARTING, "Just started; nothing has been seen yet."
    if normal_ns:
        return Sign.BLIND, "Nothing has been seen for a while."
    return Sign.BLIND, "Nothing has been seen since the start."


def state(station: Station, now_ns: int) -> State:
    """A snapshot of everything the station knows."""
    shown = stack(station, now_ns)
    durations_s = station.cycles.recent_s()
    return State(
        at_ns=now_ns,
        lamp={str(tier): str(mode) for tier, mode in shown.lamps.items()},
        sign=str(shown.sign),
        reason=shown.reason,
        calls=tuple(_open_call(station, call) for call in station.calls.open.values()),
        sensors=tuple(_sensor(station, name) for name in station.senses.names),
        detectors=tuple(_detectors(station, now_ns)),
        cycles=station.cycles.count,
        good=station.parts.good,
        bad=station.parts.bad,
        last_cycle_s=durations_s[-1] if durations_s else None,
        pace=board.pace(station.ledger, now_ns),
        flow=station.hygiene.nuisance.flow(now_ns),
        mode="test" if station.testing.now else "service",
        test=station.testing.told(),
    )


def _open_call(station: Station, call: Call) -> OpenCall:
    states: dict[CallState, Literal["raised", "acknowledged", "attended"]] = {
        CallState.RAISED: "raised",
        CallState.ACKNOWLEDGED: "acknowledged",
        CallState.ATTENDED: "attended",
    }
    shelved = station.hygiene.shelf.shelved.get(call.source)
    return OpenCall(
        call=call.call,
        kind=call.kind,
        family=call.family,
        source=call.source,
        text=call.text,
        state=states[call.state],
        tier="red" if call.line_stop else call.tier,
        to=station.calls.terms(call.kind).called(call.level),
        level=call.level,
        line_stop=call.line_stop,
        overdue=call.overdue,
        raised_ns=call.raised_ns,
        acknowledged_ns=call.acknowledged_ns,
        attended_ns=call.attended_ns,
        shelved_until_ns=None if shelved is None else shelved.until_ns,
        also=tuple(each.kind for each in station.calls.folds.of(call.call)),
    )


def _sensor(station: Station, name: str) -> SensorState:
    if name in station.senses.lost:
        return SensorState(name=name, state="lost", why=station.senses.why(name))
    return SensorState(name=name, state="alive" if name in station.senses.heard else "waiting")


def _detectors(station: Station, now_ns: int) -> Iterator[DetectorState]:
    words: dict[Verdict, Literal["normal", "unknown", "abnormal"]] = {
        NORMAL: "normal",
        UNKNOWN: "unknown",
        ABNORMAL: "abnormal",
    }
    shelf = station.hygiene.shelf
    for detector in station.watch.detectors:
        name, finding = detector.name, station.watch.findings.get(detector.name)
        verdict: Literal["warming", "normal", "unknown", "abnormal"] = "warming"
        text = "" if finding is None else finding.text
        if name in shelf.out:
            verdict, text = "unknown", "It is not asked."
        elif not detector.FAULT and not station.senses.tells(detector.relies_on):
            verdict, text = "unknown", "Its sensor is lost."
        elif finding is not None:
            verdict = words[finding.verdict]
        shelved = shelf.shelved.get(name)
        yield DetectorState(
            name=name,
            verdict=verdict,
            mode=detector.settings.mode,
            text=text,
            service="out_of_service" if name in shelf.out else "shelved" if shelved is not None else "in_service",
            aside=shelf.why(name),
            counters=station.hygiene.nuisance.counters(name, station.calls.open.values(), now_ns),
            shelved_until_ns=None if shelved is None else shelved.until_ns,
        )
