"""What a station measures by, and how that changes: by the file, by a person's word, by what is learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from edge_agent.events.upkeep import StandardChanged
from edge_agent.observations import StandardSet
from edge_agent.station import in_force
from edge_agent.station.held import Held, merged
from edge_agent.station.in_force import Figures
from edge_agent.station.overlay import Overlay

if TYPE_CHECKING:
    from edge_agent.station.station import Station


def begin(station: Station, before: Figures, dropped: str) -> None:
    """Say what is in force now and was not when the station ran last: the file was changed."""
    changed = in_force.changes(before, station.in_force)
    if changed:
        _count(station)
        _say(station, StandardChanged(who="file", via="file", changes=changed, why=dropped))


def learned(station: Station) -> None:
    """Say which limits the agent has learned."""
    changed = station.watch.froze()
    if changed:
        _say(station, StandardChanged(who="agent", via="agent", changes=changed))


def proposed(station: Station, asked: StandardSet, before: Overlay) -> tuple[Overlay, Held]:
    """What would stand over the file then, where `before` does now, and be in force. May be asked by any thread.

    Raises:
        ValueError: what is wrong with it, and what to write instead.
    """
    if station.written is None:
        message = "this station was made without a file, and has nothing to set values over"
        raise ValueError(message)
    overlay = merged(before, asked, station.written)
    return overlay, station.written.held(overlay.values())


def take(station: Station, asked: StandardSet) -> None:
    """Measure by what was asked for from here on: all of it, or nothing where any rule is against it.

    Whoever asks is told why before; a recording replayed against another file may have a value that this refuses.
    """
    try:
        overlay, held = proposed(station, asked, station.overlay)
    except ValueError:
        return
    figures = in_force.in_force(held.workplace, held.plan, held.watches)
    changed = in_force.changes(station.in_force, figures)
    if not changed:
        return
    station.overlay, station.held, station.in_force = overlay, held, figures
    _count(station)
    said = StandardChanged(who=asked.who, via=asked.via, role=asked.role, why=asked.why, changes=changed)
    _say(station, said)
    station.parts.workplace = held.workplace
    station.planned.hold(held, station.clock_ns)


def _count(station: Station) -> None:
    station.overlay = msgspec.structs.replace(station.overlay, revision=station.overlay.revision + 1)


def _say(station: Station, changed: StandardChanged) -> None:
    said = msgspec.structs.replace(changed, revision=station.overlay.revision)
    in_force.tell(station.say, station.clock_ns, said)
