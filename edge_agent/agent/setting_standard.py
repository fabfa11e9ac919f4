"""A standard or a plan set by request: whether it can be, done, and what came of it."""

from __future__ import annotations

import contextlib

import msgspec

from edge_agent.agent.setting_aside import Step
from edge_agent.control import Answer, FigureInForce, Request
from edge_agent.events import StandardChanged
from edge_agent.observations import StandardSet
from edge_agent.station import measure
from edge_agent.station.in_force import Figure, in_force
from edge_agent.station.overlay import Setting, part_of
from edge_agent.station.station import Station


def checked(station: Station, request: Request) -> int:
    """Check what is asked for, for the deciding thread to find the outcome; the revision it was checked against.

    All of `check` runs on it, 10 ms here and many times that on a Pi: the lamp waits for nothing. The station is only
    read, in one look: an overlay is never changed, another takes its place.
    """
    overlay = station.overlay
    if _refusal(station, request) is None:
        with contextlib.suppress(ValueError):  # it is found again, and told, where it is asked for
            measure.proposed(station, _asked(request, 0), overlay)
    return overlay.revision


def overtaken(station: Station) -> Answer:
    """What is answered where another standard was set while this one was checked."""
    return Answer(
        ok=False,
        error="another was set in this moment; look at it, then set it again",
        revision=station.overlay.revision,
    )


def answer(station: Station, step: Step, request: Request, now_ns: int) -> Answer:
    """Hold work against what is asked for, or say what is against it and what to write instead.

    What is in force already is set without a change: whoever sends a command twice is answered twice alike.
    """
    asked = _asked(request, now_ns)
    refused = _refusal(station, request)
    if refused is None:
        try:
            measure.proposed(station, asked, station.overlay)
        except ValueError as error:
            refused = str(error)
    if refused is not None:
        return Answer(ok=False, error=refused, revision=station.overlay.revision)
    said = (event.data for event in step(asked) if isinstance(event.data, StandardChanged))
    changes = tuple(change for data in said if data.via == request.via for change in data.changes)
    return Answer(ok=True, revision=station.overlay.revision, changes=changes)


def _asked(request: Request, now_ns: int) -> StandardSet:
    by = {key: getattr(request, key) for key in ("who", "role", "why", "via")}
    return StandardSet(now_ns, settings=request.settings, **by)


def _refusal(station: Station, request: Request) -> str | None:
    """Why this request is not even looked at; None where it is."""
    revision = station.overlay.revision
    if not request.settings:
        return "nothing to set; name at least one figure and its value, like takt_s = 58"
    if request.revision not in {None, revision}:
        return f"revision {request.revision} is no longer in force, {revision} is; look at it, then set it again"
    beyond = [what for what in request.settings if part_of(what) != "plan"]
    if request.do == "set-plan" and beyond:
        return f"{beyond[0]!r} is of the standard, not of the plan; use set-standard"
    return None


def listed(station: Station) -> Answer:
    """Every figure in force or in the file, by name, and who has set those that stand over the file."""
    now, over = station.in_force, {each.what: each for each in station.overlay.settings}
    file = now
    if station.written is not None:
        held = station.written.held({})
        file = in_force(held.workplace, held.plan, held.watches)
    figures = tuple(_figure(what, now.get(what), file.get(what), over.get(what)) for what in sorted({*now, *file}))
    return Answer(ok=True, revision=station.overlay.revision, figures=figures)


def _figure(what: str, now: Figure | None, file: Figure | None, setting: Setting | None) -> FigureInForce:
    figure = FigureInForce(
        what=what,
        value=None if now is None else now.value,
        file=None if file is None else file.value,
        unit=next((each.unit for each in (now, file) if each is not None), ""),
    )
    if setting is None:
        return figure
    by = {key: getattr(setting, key) for key in ("who", "role", "via", "why", "at_ns")}
    return msgspec.structs.replace(figure, **by)
