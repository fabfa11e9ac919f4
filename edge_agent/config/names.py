"""Rules on names: each sensor, characteristic and shift is called once, and every name leads somewhere."""

from __future__ import annotations

from edge_agent.config.complaint import Complaints, meant, shown
from edge_agent.config.draft import Draft
from edge_agent.config.lines import Path
from edge_agent.config.values import NAME, fits
from edge_agent.config.watch import candidates, resolve
from edge_agent.detect import BY_SETTINGS
from edge_agent.detect.rule import Settings
from edge_agent.kind import kind_of
from edge_agent.observations import Source
from edge_agent.standard import Characteristic, Workplace

SORTS = {
    "cycle": "sensor of cycles",
    "characteristic": "characteristic",
    "series": "sensor of cycles or characteristic",
    "sensor": "sensor of cycles or readings",
    "call": "kind of call",
}


def said_once(found: Complaints, draft: Draft) -> None:
    """No two sensors, characteristics, shifts, products, planned stops or roles have one name."""
    for key in ("sensor", "characteristic", "shift", "product", "planned_stop", "role"):
        first: dict[str, Path] = {}
        for path, table in draft.raw(key):
            name = table.get("name")
            if not isinstance(name, str):
                continue
            if name in first:
                line = found.line((*first[name], "name"))
                found.error(
                    (*path, "name"),
                    f"{key.replace('_', ' ')} {shown(name)} is there already, at line {line}; give each its own",
                )
            first.setdefault(name, path)


def characteristic_limits(found: Complaints, draft: Draft) -> None:
    """A specification that a part can meet."""
    for index, each in enumerate(draft.characteristics):
        if each is None:
            continue
        path: Path = ("characteristic", index)
        if not fits(each.name, NAME):
            text = f"name: {shown(each.name)} must be 1 to 32 letters, digits, '_', '.' or '-', like \"bore_mm\""
            found.error((*path, "name"), text)
        if each.lower is not None and each.upper is not None and each.lower >= each.upper:
            found.error((*path, "lower"), f"lower = {each.lower:g} must be below upper = {each.upper:g}")
        elif each.nominal is not None and not within(each, each.nominal):
            text = f"nominal = {each.nominal:g} is outside the limits of {each.name}; mend it or the limits"
            found.error((*path, "nominal"), text)


def within(characteristic: Characteristic, value: float) -> bool:
    """Whether a value is inside the limits there are."""
    lower, upper = characteristic.lower, characteristic.upper
    return (lower is None or lower <= value) and (upper is None or value <= upper)


def readings(found: Complaints, draft: Draft) -> None:
    """What a sensor measures is a characteristic of the station."""
    names = raw_names(draft, "characteristic")
    for index, sensor in enumerate(draft.sensors):
        measured = sensor.source().characteristic if sensor is not None else None
        if measured is not None and measured not in names:
            remedy = f'write a table [[characteristic]] with name = "{measured}"'
            hint = f"{meant(measured, names)} Else {remedy}" if names else remedy
            found.error(("sensor", index, "characteristic"), f"no characteristic {shown(measured)}; {hint}")


def raw_names(draft: Draft, key: str) -> list[str]:
    """Names as they are written, of sound and unsound tables alike: a second complaint would only lead astray."""
    return [name for _, table in draft.raw(key) if isinstance(name := table.get("name"), str)]


def workplace(draft: Draft) -> Workplace | None:
    """What the detectors may know; None while anything of it is in doubt."""
    if draft.standard is None or None in draft.sensors or None in draft.characteristics:
        return None
    return Workplace(
        standard=draft.standard,
        characteristics=tuple(each for each in draft.characteristics if each is not None),
        sources=sources(draft),
    )


def sources(draft: Draft) -> tuple[Source, ...]:
    """The sensors that could be read."""
    return tuple(sensor.source() for sensor in draft.sensors if sensor is not None)


def detectors(found: Complaints, draft: Draft) -> None:
    """Each detector has the one thing it judges, and what it judges is seen."""
    place = workplace(draft)
    if place is None:
        return
    for index, settings in enumerate(draft.detectors):
        if settings is None:
            continue
        path: Path = ("detect", index)
        of = resolve(settings, place)
        if of is None:
            found.error((*path, "of"), no_object(settings, candidates(settings, place)))
        elif BY_SETTINGS[type(settings)].JUDGES == "characteristic" and not place.reading_sources(of):
            text = f"{kind_of(type(settings))}: no sensor measures {shown(of)}; add one, or take this out"
            found.error((*path, "of"), text)


def no_object(settings: Settings, names: tuple[str, ...]) -> str:
    """Why a detector has nothing to judge, and what to write."""
    kind = kind_of(type(settings))
    sort = SORTS[BY_SETTINGS[type(settings)].JUDGES]
    if settings.of is not None:
        remedy = meant(settings.of, names) if names else f"the station has none; add one, or take {kind} out"
        return f"{kind}: no {sort} is called {shown(settings.of)}; {remedy}"
    if names:
        return f"{kind}: the station has more than one {sort}; write of = {' or '.join(map(repr, names))}"
    return f"{kind} needs a {sort}, and the station has none; add one, or take {kind} out"


def detectors_once(found: Complaints, draft: Draft) -> None:
    """No rule judges one thing twice: the lamp would be asked for twice."""
    place = workplace(draft)
    first: dict[tuple[str, str], int] = {}
    for index, settings in enumerate(draft.detectors):
        of = resolve(settings, place) if settings is not None and place is not None else None
        if settings is None or of is None:
            continue
        kind = kind_of(type(settings))
        if (kind, of) in first:
            line = found.line(("detect", first[kind, of], "kind"))
            text = f"{kind} judges {of} already, at line {line}; take one of them out"
            found.error(("detect", index, "kind"), text)
        first.setdefault((kind, of), index)


def something_to_see(found: Complaints, draft: Draft) -> None:
    """A station that sees, judges or shows nothing is allowed and of little use."""
    if not draft.document.get("sensor"):
        found.warn((), "no [[sensor]]: the station sees nothing, and its lamp stays dark")
    elif not draft.document.get("detect"):
        found.warn((), "no [[detect]]: nothing is judged, so green is never shown")
    if "stack" not in draft.document:
        found.warn((), "no [stack]: nobody at the station sees a call; it is only published")
