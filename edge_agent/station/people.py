"""What people do at a station or ask of it: pull, answer calls, set rules aside and put them back, let them learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.andon.calls import meaning
from edge_agent.andon.life import By, Signal
from edge_agent.observations import (
    Acknowledge,
    Arrive,
    Pull,
    Relearn,
    Released,
    Restore,
    ServiceChange,
    Shelve,
    Unshelve,
)

if TYPE_CHECKING:
    from edge_agent.station.station import Station

Deed = Pull | Released | Acknowledge | Arrive | Restore | Relearn | Shelve | Unshelve | ServiceChange


def take(station: Station, deed: Deed) -> None:
    """Let it happen."""
    match deed:
        case Pull() | Released():
            station.senses.heard.add(deed.sensor)
            station.cords.take(deed)
        case Acknowledge() | Arrive() | Restore():
            _answer(station, deed)
        case Relearn():
            for data in station.watch.relearn(deed):
                station.say(deed.at_ns, data)
        case Shelve() | Unshelve():
            station.hygiene.set_aside(deed, station.clock_ns)
        case ServiceChange():
            _serve(station, deed)


def _answer(station: Station, answer: Acknowledge | Arrive | Restore) -> None:
    """Let a person's answer happen to the call named, or to every open one."""
    by = By(answer.who, answer.via, role=answer.role)
    if isinstance(answer, Restore):
        by = By(answer.who, answer.via, answer.verdict, answer.reason, answer.role)
    for call in list(station.calls.open.values()):
        if answer.call in {None, call.call}:
            signal = meaning(answer, call, stands=station.watch.stands(call.source))
            station.calls.signal(call, signal, answer.at_ns, by)
            station.hygiene.answered(call, answer)
            if signal is Signal.RESTORE and call.clears == "on_restore":
                station.watch.restart(call.source, station.clock_ns)


def _serve(station: Station, asked: ServiceChange) -> None:
    """Take a detector out of service or put it back; a sensor is not lost on the word of one that is out."""
    if station.hygiene.serve(asked, station.clock_ns):
        for detector in station.watch.detectors:
            if detector.name == asked.detector and detector.FAULT:
                station.find(detector.of, detector.kind, asked.at_ns)
