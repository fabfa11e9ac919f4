"""What the shell reports of its own parts, or asks of them: drivers, inbox, lamp test, troubles, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.events import AgentFault, AgentStopping
from edge_agent.observations import Gone, LampTest, Overflowed, Returned, Stopping, Trouble

if TYPE_CHECKING:
    from edge_agent.station.station import Station

DRIVER, INBOX = "driver", "inbox"  # grounds on which a sensor can be lost, beside the detectors of sensors


def take(station: Station, seen: LampTest | Gone | Returned | Overflowed | Trouble | Stopping) -> None:
    """Take in what the shell reports of its own parts, or asks of them."""
    match seen:
        case LampTest():
            station.tested_ns = station.clock_ns
        case Gone():
            station.lose(seen.sensor, DRIVER, seen.at_ns, seen.why)
        case Returned():
            station.find(seen.sensor, DRIVER, seen.at_ns)
        case Overflowed():
            _overflow(station, seen)
        case Trouble():
            station.say(seen.at_ns, AgentFault(part=seen.part, why=seen.why, over=seen.over))
        case Stopping():
            station.say(seen.at_ns, AgentStopping(why=seen.why))


def _overflow(station: Station, seen: Overflowed) -> None:
    why = f"{seen.lost} observations came faster than they could be taken in, and are lost."
    station.say(seen.at_ns, AgentFault(part=INBOX, why=why, over=False))
    for source in station.workplace.sources:
        if source.sees != "call":
            station.lose(source.name, INBOX, seen.at_ns, why)
