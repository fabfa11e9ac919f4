"""What people ask of the station at the control socket: whether they may, done, and answered with what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from edge_agent.agent import setting_aside, setting_standard, testing
from edge_agent.agent.setting_aside import Step
from edge_agent.agent.wires import Wires
from edge_agent.andon.life import UPDATES, Signal
from edge_agent.andon.roles import Role, deed_of, refusal
from edge_agent.control import Answer, Request
from edge_agent.events import BaselineRelearned, CallUpdated, Event, PlanChanged
from edge_agent.observations import (
    Acknowledge,
    Arrive,
    Changeover,
    LampTest,
    PlannedStop,
    Planning,
    ProductChosen,
    Relearn,
    Restore,
)
from edge_agent.station.station import Station

SETTINGS = ("set-standard", "set-plan")


class Ask(msgspec.Struct, frozen=True):
    """A question from the control socket and the way back.

    Args:
        checked: the revision of the standard that what is to be set was checked against; None where nothing is.
    """

    request: Request
    reply: Callable[[Answer], None]
    checked: int | None = None


def asked(station: Station, request: Request, reply: Callable[[Answer], None], roles: tuple[Role, ...]) -> Ask:
    """The question as the deciding thread takes it; what takes long is done here, beside it. It changes no station."""
    if request.do not in SETTINGS or refusal(roles, request.role, deed_of(request.do, roles), request.via) is not None:
        return Ask(request, reply)
    return Ask(request, reply, setting_standard.checked(station, request))


def answer(
    station: Station,
    step: Step,
    request: Request,
    now_ns: int,
    roles: tuple[Role, ...] = (),
    wires: Wires | None = None,
) -> Answer:
    """Do what a person asks, if they may; where it cannot be done, say why and what can."""
    if request.do == "figures":
        return setting_standard.listed(station)
    denied = refusal(roles, request.role, deed_of(request.do, roles), request.via)
    if denied is not None:
        return Answer(ok=False, error=denied, denied=True)
    match request.do:
        case "acknowledge" | "arrive" | "restore":
            return _respond(station, step, request, now_ns, roles)
        case "relearn":
            return _relearn(station, step, request, now_ns)
        case "shelve" | "unshelve" | "rule-out" | "rule-back":
            return setting_aside.answer(station, step, request, now_ns)
        case _ if request.do in SETTINGS:
            return setting_standard.answer(station, step, request, now_ns)
        case "planned-stop" | "changeover" | "resume" | "product":
            return _replan(station, step, request, now_ns)
        case "test" | "test-on" | "test-end":
            return testing.answer(station, step, request, now_ns, wires or Wires())
        case _:
            if station.testing.now is not None:
                return Answer(ok=False, error="the station is under test, which drives the lamps; wait for its end")
            step(LampTest(now_ns, request.who, request.via))
            return Answer(ok=True)


def _respond(station: Station, step: Step, request: Request, now_ns: int, roles: tuple[Role, ...]) -> Answer:
    """A person's answer to a call, or to all of them."""
    numbers = tuple(station.calls.open)
    if request.call is not None and request.call not in numbers:
        return Answer(ok=False, error=f"call {request.call} is not open; open: {_listed(map(str, numbers))}")
    if not numbers:
        return Answer(ok=False, error="no call is open")
    known = station.response.reasons
    if known and request.reason and request.reason not in known:
        return Answer(ok=False, error=f"{request.reason!r} is no reason here; write one of: {_listed(known)}")
    denied = refusal(roles, request.role, "restore_stopped", request.via)
    events = step(_person(request, now_ns, ends_stop=denied is None))
    concerned = numbers if request.call is None else (request.call,)
    left = tuple(number for number in concerned if number in station.calls.open)
    if request.do != "restore" or not left:
        return Answer(ok=True, calls=concerned)
    stopped = next((number for number in left if station.calls.open[number].line_stop), None)
    if denied is not None and stopped is not None:
        return Answer(ok=False, error=f"call {stopped} has stopped the line: {denied}", denied=True, calls=left)
    return Answer(ok=False, error=_too_soon(events), calls=left)


def _person(request: Request, now_ns: int, *, ends_stop: bool) -> Acknowledge | Arrive | Restore:
    words = (now_ns, request.call, request.who, request.via)
    role = request.role
    match request.do:
        case "acknowledge":
            return Acknowledge(*words, role)
        case "arrive":
            return Arrive(*words, role)
        case _:
            return Restore(*words, request.verdict, request.reason, ends_stop, role)


def _too_soon(events: list[Event]) -> str:
    """Why a restore that was allowed did not end a call."""
    updates = (event.data for event in events if isinstance(event.data, CallUpdated))
    said = (update.text for update in updates if update.what == "restore_refused")
    return next(said, UPDATES[Signal.RESTORE_TOO_SOON][1])  # the first one is said as an arrival


def _relearn(station: Station, step: Step, request: Request, now_ns: int) -> Answer:
    """Let one detector, or every one, learn anew what is usual."""
    name = request.text or None
    events = step(Relearn(now_ns, name, request.who, request.via, request.role))
    if any(isinstance(event.data, BaselineRelearned) for event in events):
        return Answer(ok=True)
    known = _listed(tuple(dict.fromkeys(learned.detector for learned in station.watch.learned())))
    return Answer(ok=False, error=f"nothing is learned by {name or 'any detector'}; detectors that learn: {known}")


def _replan(station: Station, step: Step, request: Request, now_ns: int) -> Answer:
    """Change what is planned."""
    modes = station.ledger.plan.modes
    reasons = {"planned-stop": modes.stop_reasons, "changeover": modes.changeover_reasons}.get(request.do, ())
    if reasons and request.text not in reasons:
        asked = f"{request.text!r} is none of its reasons" if request.text else "it needs a reason"
        return Answer(ok=False, error=f"{request.do}: {asked}; write one of: {_listed(reasons)}")
    events = [event for seen in _plannings(request, now_ns) for event in step(seen)]
    if any(isinstance(event.data, PlanChanged) and not event.data.ran_out for event in events):
        return Answer(ok=True)
    return Answer(ok=False, error=_unchanged(station, request))


def _plannings(request: Request, now_ns: int) -> Iterator[Planning]:
    text, who, via, role = request.text, request.who, request.via, request.role
    match request.do:
        case "planned-stop":
            yield PlannedStop(now_ns, True, text, who, via, role)
        case "changeover":
            yield Changeover(now_ns, True, text, who, via, role)
        case "product":
            yield ProductChosen(now_ns, text, who, via, role)
        case _:
            yield PlannedStop(now_ns, False, text, who, via, role)
            yield Changeover(now_ns, False, text, who, via, role)


def _unchanged(station: Station, request: Request) -> str:
    """Why the plan is as it was."""
    if request.do == "product":
        known = [product.name for product in station.ledger.plan.products]
        if request.text in known:
            return f"{request.text} is what is made already"
        return f"there is no product {request.text!r}; products of the configuration: {_listed(known)}"
    if request.do == "resume":
        return "neither a planned stop nor a changeover is on; what the calendar plans ends by the calendar"
    return f"a {request.do.replace('-', ' ')} is on already; end it with `edge-agent plan resume`"


def _listed(words: Iterator[str] | tuple[str, ...] | list[str]) -> str:
    return ", ".join(words) or "none"
