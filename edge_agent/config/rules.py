"""What one table alone cannot know: the rules between the tables, in the order they are applied."""

from __future__ import annotations

from collections.abc import Callable

from edge_agent.config import broker, hygiene, judging, names, planning, profile, response, times, wiring
from edge_agent.config.complaint import Complaints
from edge_agent.config.draft import Draft

RULES: tuple[Callable[[Complaints, Draft], None], ...] = (
    times.timezone,
    times.shift_takt,  # first of those on time: it puts the takt in force into the draft
    times.standard_times,
    times.takt_above_standard,
    times.takt_beside_demand,
    times.spans_in_takts,
    response.kinds,
    response.times,
    response.escalation,
    response.roles,
    planning.overlapping_shifts,
    planning.exceptions,
    planning.exceptional_overlaps,
    planning.planned_stops,
    planning.products,
    planning.modes,
    names.said_once,
    names.characteristic_limits,
    names.readings,
    names.detectors,
    names.detectors_once,
    judging.limits,
    judging.readings,
    judging.plausible,
    hygiene.delays,
    wiring.pins,
    profile.lines,
    profile.levels,
    wiring.lit_at_power_on,
    wiring.stack_tiers,
    wiring.cords,
    wiring.ports,
    wiring.frames,
    broker.credential,
    broker.host,
    broker.certificate,
    names.something_to_see,
)
