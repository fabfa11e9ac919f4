"""What a station is held against, as figures people can read, and what of it has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from edge_agent.detect import BY_SETTINGS
from edge_agent.detect.rule import Settings
from edge_agent.detect.sample import unit_of
from edge_agent.events.data import Data
from edge_agent.events.upkeep import Change, StandardChanged
from edge_agent.kind import kind_of
from edge_agent.planning.plan import Plan
from edge_agent.planning.shifts import Product
from edge_agent.standard import Standard, Workplace

MOST = 100  # in one event, 10 kB: what any broker takes


class Figure(msgspec.Struct, frozen=True, array_like=True):
    """One value as text, and its unit; empty where it has none, or carries it itself (`2takt`)."""

    value: str
    unit: str = ""


Figures = Mapping[str, Figure]
"""By name: `takt_s`, `bore_mm upper`, `cycle_overrun:press factor`. What is not there is not in force."""


def in_force(workplace: Workplace, plan: Plan, watches: Iterable[tuple[Settings, str]]) -> dict[str, Figure]:
    """Everything a station measures work against: standard, takt, demand, products, specification, detectors."""
    found: dict[str, Figure] = {}
    found |= _times("", plan.standard)
    for product in plan.products:
        found |= _times(f"product {product.name} ", product)
    for shift in plan.calendar.shifts:
        if shift.demand is not None:
            found[f"shift {shift.name} demand"] = Figure(str(shift.demand), "parts")
    for characteristic in workplace.characteristics:
        for limit in ("nominal", "lower", "upper"):
            value = getattr(characteristic, limit)
            if value is not None:
                found[f"{characteristic.name} {limit}"] = Figure(f"{value:.10g}", unit_of(characteristic.name))
    for settings, of in watches:
        found |= _detector(settings, f"{kind_of(type(settings))}:{of}")
    return found


def changes(before: Figures, now: Figures) -> tuple[Change, ...]:
    """What differs, in the order of their names; None for what is, or was, not in force."""
    changed = []
    for what in sorted({*before, *now}):
        old, new = before.get(what), now.get(what)
        known = new or old
        if old != new and known is not None:
            was, is_now = (None if each is None else each.value for each in (old, new))
            changed.append(Change(what=what, old=was, new=is_now, unit=known.unit))
    return tuple(changed)


def tell(say: Callable[[int, Data], None], at_ns: int, changed: StandardChanged) -> None:
    """Say what has changed, `MOST` in an event; nothing where nothing has."""
    for first in range(0, len(changed.changes), MOST):
        say(at_ns, msgspec.structs.replace(changed, changes=changed.changes[first : first + MOST]))


def _times(whose: str, standard: Standard | Product) -> dict[str, Figure]:
    times = msgspec.structs.asdict(standard).items()
    return {f"{whose}{name}": Figure(f"{value:.10g}", "s") for name, value in times if isinstance(value, (int, float))}


def _detector(settings: Settings, name: str) -> dict[str, Figure]:
    """A detector's settings, what it judges being in its name."""
    values = {
        key: value for key, value in msgspec.structs.asdict(settings).items() if key != "of" and value is not None
    }
    unit = BY_SETTINGS[type(settings)].DEADBAND_IN
    return {f"{name} {key}": Figure(_text(value), unit if key == "deadband" else "") for key, value in values.items()}


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def figures(detector: str, limits: dict[str, float]) -> dict[str, Figure]:
    """A detector's limits as figures in force."""
    return {
        f"{detector} {name}": Figure(f"{value:.4g}", "s" if name.endswith("_s") else "")
        for name, value in limits.items()
    }
