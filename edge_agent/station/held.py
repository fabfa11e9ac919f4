"""What work is held against, all of it: as the file has it, and with what was set over the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from edge_agent.detect.rule import Detector, Settings
from edge_agent.observations.asked import StandardSet, Value
from edge_agent.planning.plan import Plan
from edge_agent.standard import Characteristic, Workplace
from edge_agent.state import StandardInForce
from edge_agent.station.overlay import MOST, Overlay, Setting


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Standard and specification, plan, and each detector's settings with the name of what it judges.

    Args:
        takt_from: where the takt comes from, as it is written in the file.
    """

    workplace: Workplace
    plan: Plan
    watches: tuple[tuple[Settings, str], ...]
    takt_from: str = "[standard]"


class Written(Protocol):
    """A station's file, checked. Its answers depend on nothing else, so that a replay gets the same ones."""

    def value(self, what: str) -> Value:
        """What the file says of a figure, None where it says nothing; ValueError where it is none that can be set."""

    def held(self, over: Mapping[str, Value]) -> Held:
        """What is in force with these values in place of the file's, by the rules of `check`.

        Raises:
            ValueError: with every complaint, as `check` words it.
        """


def judges_alike(detector: Detector[Any], workplace: Workplace) -> bool:
    """Whether what a detector was made for is what holds at this workplace too."""

    def concern(place: Workplace) -> list[Characteristic]:
        return [
            each
            for each in place.characteristics
            if detector.of == each.name or detector.of in place.reading_sources(each.name)
        ]

    made_for = detector.workplace
    return made_for.standard == workplace.standard and concern(made_for) == concern(workplace)


def merged(overlay: Overlay, asked: StandardSet, written: Written) -> Overlay:
    """The overlay with new values; one that the file says itself stands over nothing. The revision is the old one.

    Raises:
        ValueError: a figure that cannot be set, or more of them than can stand at once.
    """
    settings = {each.what: each for each in overlay.settings}
    for what, value in asked.settings.items():
        over = written.value(what)
        settings.pop(what, None)
        if value != over:
            settings[what] = Setting(
                what=what,
                value=value,
                over=over,
                at_ns=asked.at_ns,
                who=asked.who,
                via=asked.via,
                role=asked.role,
                why=asked.why,
            )
    if len(settings) > MOST:
        message = f"{MOST} values stand over the file, and that is the most; write them into the file and restart"
        raise ValueError(message)
    return msgspec.structs.replace(overlay, settings=tuple(settings.values()))


def standing(overlay: Overlay, written: Written | None, plain: Held) -> tuple[Overlay, Held, str]:
    """What of an overlay holds at a start, what is in force with it, and why the rest is dropped.

    What was changed in the file since it was set over holds as the file has it: whoever wrote there meant it. Where
    the file as it is now and what is left do not go together, all of it is dropped.
    """
    if written is None or not overlay.settings:
        return overlay, plain, ""
    kept = tuple(each for each in overlay.settings if _unchanged(each, written))
    try:
        held = written.held({each.what: each.value for each in kept})
    except ValueError:
        kept, held = (), plain
    dropped = [f"{each.what} = {shown(each.value)} by {each.who}" for each in overlay.settings if each not in kept]
    why = f"the file was changed and holds; dropped: {', '.join(dropped)}" if dropped else ""
    return msgspec.structs.replace(overlay, settings=kept), held, why


def shown(value: Value) -> str:
    """A value as people write it.

    >>> shown(58.0), shown("2takt"), shown(None)
    ('58', '2takt', 'none')
    """
    return "none" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


def told(held: Held, overlay: Overlay) -> StandardInForce:
    """The standard in force as `info` and `status` tell it."""
    over = ", ".join(each.what for each in overlay.settings)
    return StandardInForce(
        revision=overlay.revision,
        standard=held.plan.standard,
        characteristics=held.workplace.characteristics,
        standard_from=f"takt from {held.takt_from}" + (f"; set over the file: {over}" if over else ""),
    )


def _unchanged(setting: Setting, written: Written) -> bool:
    """Whether the file says what it said when this was set over it."""
    try:
        return written.value(setting.what) == setting.over
    except ValueError:
        return False
