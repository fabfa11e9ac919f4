"""The station of a seeded shift: its standard and takt, its calendar, its products, its people's response times."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from edge_agent.andon.legend import Tier
from edge_agent.andon.response import KindResponse, Level, Response
from edge_agent.detect import (
    behind_takt,
    chatter,
    consecutive_defects,
    cycle_overrun,
    defect_rate,
    implausible,
    micro_stop,
    no_cycle,
    out_of_spec,
    reading_drift,
    repeat,
    rule,
    run_rules,
    short_cycle,
    silent,
    slow_drift,
    stuck,
)
from edge_agent.observations import Source
from edge_agent.planning.calendar import Calendar, takt_ns
from edge_agent.planning.plan import Plan
from edge_agent.planning.shifts import DAYS, PlannedTime, Product, Shift
from edge_agent.standard import Characteristic, Span, Standard, Workplace
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station

HOURS = {"early": ("06:00", "14:00"), "late": ("14:00", "22:00"), "night": ("22:00", "06:00")}
BREAKS = {"early": ("09:00-09:15", "12:00-12:30"), "late": ("17:00-17:15", "19:30-20:00"), "night": ("01:45-02:15",)}
STACKS = (tuple(Tier), (Tier.RED, Tier.YELLOW, Tier.GREEN), (Tier.YELLOW,))
CALENDARS = ("Europe/Berlin", "America/Chicago", "Asia/Kolkata", "UTC")


@dataclass(frozen=True)
class Setting:
    """What a station is, drawn from a seed; `made` is the station itself."""

    workplace: Workplace
    watches: tuple[tuple[rule.Settings, str], ...]
    response: Response
    plan: Plan
    tiers: tuple[Tier, ...]
    shift: Shift

    @property
    def standard_s(self) -> float:
        """The standard cycle of the product that is made at first."""
        return self.workplace.standard.standard_cycle_s

    def made(self, memory: Memory | None) -> Station:
        """A station that has not begun yet."""
        return Station(
            self.workplace, self.watches, self.response, tiers=self.tiers, memory=memory, plan=self.plan, version="seed"
        )


def drawn(chance: Random) -> Setting:
    """A station as one may find it in a plant."""
    name = chance.choice(sorted(HOURS))
    demand = chance.randint(60, 240)
    shifts = [
        Shift(name=each, start=start, end=end, days=DAYS, breaks=BREAKS[each], demand=demand)
        for each, (start, end) in HOURS.items()
        if each == name or chance.random() < 0.7
    ]
    shift = next(each for each in shifts if each.name == name)
    takt_s = shift.available_s / demand
    standard = Standard(standard_cycle_s=round(takt_s * chance.uniform(0.75, 0.95), 1), takt_s=takt_s)
    plan = Plan(
        calendar=Calendar(
            chance.choice(CALENDARS), shifts, planned_stops=[PlannedTime(name="meeting", at="13:45-14:05", days=DAYS)]
        ),
        standard=standard,
        takt_ns=takt_ns(None, [shift]),
        products=(Product(name="other", standard_cycle_s=round(standard.standard_cycle_s * 0.6, 1)),),
    )
    sees = chance.choice(["cycle", "work"])
    workplace = Workplace(
        standard=standard,
        characteristics=(Characteristic(name="bore_mm", nominal=25.0, lower=24.98, upper=25.02),),
        sources=(
            Source(name="press", sees=sees),
            Source(name="gauge", sees="reading", characteristic="bore_mm"),
            Source(name="cord", sees="call"),
        ),
    )
    return Setting(workplace, watches(chance), response(chance), plan, chance.choice(STACKS), shift)


def watches(chance: Random) -> tuple[tuple[rule.Settings, str], ...]:
    """What it looks for: the faults of its sensors always, the rest as somebody chose."""
    sensors = [(silent.Settings(), "press"), (silent.Settings(), "gauge"), (chatter.Settings(), "press")]
    sensors.append((implausible.Settings(), "gauge"))
    delayed = Span(chance.randint(1, 90), "s") if chance.random() < 0.3 else None
    rules = [
        (cycle_overrun.Settings(on_delay=delayed), "press"),
        (no_cycle.Settings(), "press"),
        (behind_takt.Settings(), "press"),
        (micro_stop.Settings(), "press"),
        (short_cycle.Settings(), "press"),
        (slow_drift.Settings(baseline=20), "press"),
        (run_rules.Settings(), "press"),
        (out_of_spec.Settings(), "bore_mm"),
        (consecutive_defects.Settings(), "bore_mm"),
        (defect_rate.Settings(), "bore_mm"),
        (reading_drift.Settings(), "bore_mm"),
        (stuck.Settings(), "gauge"),
        (repeat.Settings(), "every"),
    ]
    return (*sensors, *(each for each in rules if chance.random() < 0.8))


def response(chance: Random) -> Response:
    """Who comes, and by when."""
    if chance.random() < 0.3:
        return Response()
    return Response(
        acknowledge=Span(chance.randint(20, 180), "s"),
        attend=Span(chance.randint(1, 4), "takt"),
        restore=Span(chance.randint(10, 40), "min") if chance.random() < 0.5 else None,
        fixed_position=Span(chance.randint(5, 60), "s"),
        escalate=tuple(
            Level(after=Span(minutes, "min"), to=to)
            for minutes, to in ((chance.randint(3, 8), "group_leader"), (chance.randint(10, 30), "area_manager"))
        ),
        call=(KindResponse(kind="material", attend=Span(10, "min"), escalate=()),),
    )
