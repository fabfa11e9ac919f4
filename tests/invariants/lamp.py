"""What the stack may show: always a reason, and green only where it is earned."""

from __future__ import annotations

from edge_agent.andon.legend import LEGEND, Mode, Sign, Tier, show
from edge_agent.andon.life import State as CallState
from edge_agent.detect.rule import UNKNOWN, Verdict
from edge_agent.standard import to_ns
from edge_agent.station import picture
from edge_agent.station.station import Station
from tests.invariants.must import must

FRESH_PACES, FRESH_S = 5, 60.0  # evidence older than five takts, and than a minute, is none
EXCLUSIVE = {Tier.RED, Tier.YELLOW, Tier.GREEN}
OF_CALLS = {sign for sign in Sign if sign.split("_")[0] in {"stop", "call", "outside"}}


def check(station: Station, now_ns: int) -> None:
    """Hold the stack against what the station knows; the lamp test shows every tier whatever is known."""
    stack = station.stack(now_ns)
    row = next((row for row in LEGEND if row.sign is stack.sign), None)
    if row is None or not stack.reason.endswith("."):
        must(False, "the lamp has a row of the legend and a reason, a sentence", stack)
        return
    if station.testing.now:
        return  # see `testing.py`
    asking = station.calls.asking()
    must(bool(asking) == (stack.sign in OF_CALLS), "a call that asks for somebody is shown first", stack)
    must(stack.line_stop == any(call.line_stop for call in asking), "a stop is requested by a call", stack)
    if picture.under_test(station, now_ns) is not None:
        return
    whole = {Tier.BLUE, Tier.WHITE} <= set(station.tiers)  # else yellow says what these would, also beside red
    must(not whole or len(EXCLUSIVE & stack.lamps.keys()) <= 1, "red, yellow and green exclude each other", stack)
    waiting = any(call.state is CallState.RAISED for call in asking)
    must((stack.sound is not None) == waiting, "it sounds while nobody has claimed a call", stack)
    must(bool(stack.lamps) or not show({stack.sign}, station.tiers), "what can be shown is shown", stack)
    must(stack.sign is not Sign.STARTING or _recent(station, station.planned.began_ns, now_ns), "a start ends", stack)
    if station.planned.rests and Tier.WHITE in station.tiers:
        must(Tier.WHITE in stack.lamps, "planned time is white", stack)
    must(
        bool(stack.lamps) or not station.planned.rests or station.tiers == (Tier.GREEN,),
        "planned time is not dark",
        stack,
    )
    if Tier.GREEN in stack.lamps:
        _green(station, stack, now_ns)


def _green(station: Station, stack: picture.Stack, now_ns: int) -> None:
    must({Tier.GREEN: Mode.CONTINUOUS} == stack.lamps, "green stands alone", stack)
    must(not station.planned.rests, "planned time is not green", stack)
    must(not station.calls.open, "green is beside no open call", station.calls.open)
    must(not station.senses.lost, "green is beside no lost sensor", station.senses.lost)
    must(not any(station.hygiene.aside()), "green is beside nothing that is set aside", stack)
    lighting = {each.name for each in station.watch.asked() if not each.FAULT and each.settings.mode == "light"}
    unknown = [name for name in lighting if (said := station.watch.findings.get(name)) and said.verdict is UNKNOWN]
    must(not unknown, "green is beside no rule that cannot tell", unknown)
    processes = {detector.name for detector in station.watch.detectors if not detector.FAULT}
    fresh = any(
        finding.verdict is Verdict.NORMAL and _recent(station, finding.at_ns, now_ns)
        for name, finding in station.watch.findings.items()
        if name in processes
    )
    must(fresh, "green needs fresh evidence of the process", station.watch.findings)


def _recent(station: Station, at_ns: int, now_ns: int) -> bool:
    return now_ns - at_ns <= max(to_ns(FRESH_S), FRESH_PACES * to_ns(station.calls.pace_s))
