"""Rules set aside by request: a call shelved or taken back, a detector out of service or back, and what is answered."""

from __future__ import annotations

from collections.abc import Callable

from edge_agent.control import Answer, Request
from edge_agent.events import Event
from edge_agent.observations import Observation, ServiceChange, Shelve, Unshelve
from edge_agent.standard import to_ns
from edge_agent.station.station import Station

Step = Callable[[Observation], list[Event]]
"""Let the station take one observation, with all that follows from it; what it said."""


def answer(station: Station, step: Step, request: Request, now_ns: int) -> Answer:
    """Do it, or say why not and what can be done."""
    match request.do:
        case "shelve":
            return _shelve(station, step, request, now_ns)
        case "unshelve":
            return _unshelve(station, step, request, now_ns)
        case _:
            return _serve(station, step, request, now_ns)


def _shelve(station: Station, step: Step, request: Request, now_ns: int) -> Answer:
    if request.call is None or request.for_s is None:
        return Answer(ok=False, error="a shelf needs a call, and for how long")
    asked = Shelve(
        now_ns,
        call=request.call,
        for_ns=to_ns(request.for_s),
        why=request.why,
        who=request.who,
        via=request.via,
        role=request.role,
    )
    refused = station.hygiene.shelf.refusal(asked, station.calls.open.get(request.call))
    if refused is None:
        step(asked)
    return Answer(ok=refused is None, error=refused, calls=() if refused else (request.call,))


def _unshelve(station: Station, step: Step, request: Request, now_ns: int) -> Answer:
    sources = station.hygiene.shelved(request.call)
    shelved = station.hygiene.shelf.shelved
    if not sources:
        known = ", ".join(str(each.call) for each in shelved.values()) or "none"
        what = "no call" if request.call is None else f"call {request.call}"
        is_not = "is" if request.call is None else "is not"
        return Answer(ok=False, error=f"{what} {is_not} shelved; shelved: {known}")
    calls = tuple(shelved[source].call for source in sources)
    step(Unshelve(now_ns, call=request.call, who=request.who, via=request.via, role=request.role))
    return Answer(ok=True, calls=calls)


def _serve(station: Station, step: Step, request: Request, now_ns: int) -> Answer:
    asked = ServiceChange(
        now_ns,
        detector=request.text,
        out=request.do == "rule-out",
        why=request.why,
        who=request.who,
        via=request.via,
        role=request.role,
    )
    refused = station.hygiene.shelf.service_refusal(asked)
    if refused is None:
        step(asked)
    return Answer(ok=refused is None, error=refused)
