"""A test of the wires by request: begun and gone on with by who asks again and again, and what was heard meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.agent.setting_aside import Step
from edge_agent.control import Answer, Request
from edge_agent.observations import UnderTest
from edge_agent.standard import to_ns, to_s

if TYPE_CHECKING:
    from edge_agent.agent.wires import Wires
    from edge_agent.andon.life import Call
    from edge_agent.station.station import Station

MOST_ASKED_S = 120.0  # a terminal that has died leaves the station under test for so long at most


def answer(station: Station, step: Step, request: Request, now_ns: int, wires: Wires) -> Answer:
    """Do it, or say why not and what can be done; with what the wires have said since it was last asked."""
    if request.do == "test-end":
        return _ended(station, step, request, now_ns)
    refused = _refused(station, request)
    if refused is not None:
        return refused
    for_s = min(request.for_s or MOST_ASKED_S, MOST_ASKED_S)
    if _needed(station, request.text, to_ns(for_s), now_ns):
        step(
            UnderTest(
                now_ns, for_ns=to_ns(for_s), show=request.text, who=request.who, role=request.role, via=request.via
            )
        )
    wires.listen(tested=station.testing.now is not None)
    left_s = max(0.0, to_s(station.testing.until_ns - now_ns))
    return Answer(ok=True, heard=wires.heard(), left_s=left_s)


def _needed(station: Station, show: str, for_ns: int, now_ns: int) -> bool:
    """Whether the station must be told: four requests a second change nothing, and a recording would have them all."""
    testing = station.testing
    return testing.now is None or testing.show != show or testing.until_ns < now_ns + for_ns // 2


def _refused(station: Station, request: Request) -> Answer | None:
    testing = station.testing
    if testing.now is None and request.do == "test-on":
        over = "the test is over: its half hour was, or somebody has ended it; the station is in service"
        return Answer(ok=False, error=f"{over}. Begin it again if you are still there")
    if testing.now is not None and testing.now.who != request.who:
        return Answer(ok=False, error=f"{testing.now.who} tests this station; ask them, or wait: it ends by itself")
    known = ("", *station.tiers, "buzzer", "line_stop")
    if request.text not in known:
        return Answer(ok=False, error=f"no output is called {request.text!r}; write one of: {', '.join(known[1:])}")
    call = _waiting(station)
    if testing.now is None and call is not None:
        text = f"call {call.call} ({call.kind}) waits for {station.calls.terms(call.kind).called(call.level)}"
        remedy = f"a test would hide it: whoever is there says so, `edge-agent calls arrive {call.call}`"
        return Answer(ok=False, error=f"{text}; {remedy}", calls=(call.call,))
    return None


def _waiting(station: Station) -> Call | None:
    """A person's call that nobody has come to."""
    return next((each for each in station.calls.open.values() if each.family == "call" and not each.attended), None)


def _ended(station: Station, step: Step, request: Request, now_ns: int) -> Answer:
    if station.testing.now is None:
        return Answer(ok=False, error="the station is not under test: it is in service")
    step(UnderTest(now_ns, for_ns=0, who=request.who, role=request.role, via=request.via))
    return Answer(ok=True)
