"""Rules on what is judged: every rule can find a gap, and none takes a good part for a fault."""

from __future__ import annotations

from collections.abc import Iterator

from edge_agent.config.complaint import Complaints
from edge_agent.config.draft import Draft
from edge_agent.config.lines import Path
from edge_agent.config.names import workplace
from edge_agent.config.watch import resolve
from edge_agent.detect import BY_SETTINGS, implausible, stuck
from edge_agent.detect.rule import Settings
from edge_agent.kind import kind_of
from edge_agent.standard import Characteristic, Workplace


def judged(draft: Draft) -> Iterator[tuple[Path, Settings, str, Workplace]]:
    """Each detector that has something to judge, with its path and what that is."""
    place = workplace(draft)
    for index, settings in enumerate(draft.detectors if place is not None else ()):
        of = resolve(settings, place) if settings is not None and place is not None else None
        if settings is not None and of is not None and place is not None:
            yield ("detect", index), settings, of, place


def limits(found: Complaints, draft: Draft) -> None:
    """What is bad is said by a limit or by the device: with neither, every reading would earn green."""
    for path, settings, of, place in judged(draft):
        if not BY_SETTINGS[type(settings)].BY_SPECIFICATION or place.characteristic(of).limited:
            continue
        measures = [source for source in place.sources if source.characteristic == of]
        if measures and not any(source.judges for source in measures):
            text = f"{kind_of(type(settings))}: {of} has no limit, and no sensor says by itself what is good"
            found.error((*path, "kind"), f"{text}: it could never find anything; write lower or upper in its table")


def readings(found: Complaints, draft: Draft) -> None:
    """Only what sends readings can send the same one for ever."""
    for path, settings, of, place in judged(draft):
        if not isinstance(settings, stuck.Settings):
            continue
        able = [source.name for source in place.sources if source.sees == "reading"]
        if of not in able:
            remedy = f"write of = {' or '.join(map(repr, able))}, or take this out" if able else "take this out"
            found.error((*path, "of"), f"stuck: {of} sends no readings, so it could never be found stuck; {remedy}")


def plausible(found: Complaints, draft: Draft) -> None:
    """A good part can be: the range of what can be at all does not end inside the specification."""
    for path, settings, of, place in judged(draft):
        if not isinstance(settings, implausible.Settings):
            continue
        names = {source.characteristic for source in place.sources if source.name == of}
        for each in (each for each in place.characteristics if each.name in names):
            least, most = reach(each)
            if settings.lowest is not None and least is not None and settings.lowest > least:
                text = f"lowest = {settings.lowest:g} is above {least:g}, which is good for {each.name}"
                found.error((*path, "lowest"), f"{text}: good parts would make {of} lost; write it lower")
            if settings.highest is not None and most is not None and settings.highest < most:
                text = f"highest = {settings.highest:g} is below {most:g}, which is good for {each.name}"
                found.error((*path, "highest"), f"{text}: good parts would make {of} lost; write it higher")


def reach(characteristic: Characteristic) -> tuple[float | None, float | None]:
    """The lowest and the highest value that is known to be good."""
    values = [characteristic.lower, characteristic.nominal, characteristic.upper]
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if known else (None, None)
