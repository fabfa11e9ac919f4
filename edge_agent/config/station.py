"""A sound configuration, as the station process and the uplink use it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from edge_agent import journal
from edge_agent.andon import shelf
from edge_agent.andon.response import Response
from edge_agent.andon.roles import Role
from edge_agent.boards import Board
from edge_agent.config import figures
from edge_agent.config.complaint import Complaint, Complaints
from edge_agent.config.draft import Draft, Identity, draw
from edge_agent.config.lines import Path as Key
from edge_agent.config.rules import RULES
from edge_agent.config.watch import resolve, unasked
from edge_agent.config.wires import Connection, connections
from edge_agent.detect import behind_takt
from edge_agent.detect.rule import Settings as DetectSettings
from edge_agent.observations.asked import Value
from edge_agent.planning.calendar import Calendar, takt_ns
from edge_agent.planning.plan import Plan
from edge_agent.planning.shifts import ExceptionDay, Modes, PlannedTime, Product, Shift
from edge_agent.sensors.wire import Settings as SensorSettings
from edge_agent.signals import broker, contract, stack
from edge_agent.standard import Characteristic, Standard, Workplace
from edge_agent.station.held import Held
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station

Part = TypeVar("Part")
KNOWN = 16  # answers kept: as many as connections at the control socket can ask for at once; 20 kB each


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """One station, checked: every name in it leads somewhere, every pin is used once.

    Args:
        standard: with the takt in force, which `[[shift]]` gives where `[standard]` does not.
        takt_from: which of them did, as it is written in the file.
        stack, mqtt: None where the station has none.
        board: the profile that `[station]` names; its terminals are lines by now.
        document: all of it as it is written.
    """

    path: Path
    station: Identity
    standard: Standard
    shifts: tuple[Shift, ...]
    sensors: tuple[SensorSettings, ...]
    characteristics: tuple[Characteristic, ...]
    detectors: tuple[DetectSettings, ...]
    response: Response
    stack: stack.Settings | None
    mqtt: broker.Settings | None
    journal: journal.Settings
    takt_from: str = "[standard]"
    exceptions: tuple[ExceptionDay, ...] = ()
    planned_stops: tuple[PlannedTime, ...] = ()
    modes: Modes = Modes()
    hygiene: shelf.Settings = shelf.Settings()
    products: tuple[Product, ...] = ()
    roles: tuple[Role, ...] = ()
    board: Board | None = None
    document: dict[str, Any] = {}

    @classmethod
    def of(cls, path: Path, draft: Draft) -> Config:
        """The configuration of a draft nobody has an error against."""
        return cls(
            path=path,
            station=there(draft.station),
            standard=there(draft.standard),
            shifts=tuple(there(each) for each in draft.shifts),
            sensors=tuple(there(each) for each in draft.sensors),
            characteristics=tuple(there(each) for each in draft.characteristics),
            detectors=tuple(there(each) for each in draft.detectors),
            response=there(draft.response),
            stack=draft.stack,
            mqtt=draft.mqtt,
            journal=there(draft.journal),
            takt_from=draft.takt_from,
            exceptions=tuple(there(each) for each in draft.exceptions),
            planned_stops=tuple(there(each) for each in draft.planned_stops),
            modes=there(draft.modes),
            hygiene=there(draft.hygiene),
            products=tuple(there(each) for each in draft.products),
            roles=tuple(there(each) for each in draft.roles),
            board=draft.board,
            document=draft.document,
        )

    def identity(self) -> contract.Identity:
        """Where the station is, as topics and events say it."""
        where = self.station
        return contract.Identity(
            enterprise=where.enterprise, site=where.site, area=where.area, line=where.line, station=where.name
        )

    def wires(self) -> tuple[Connection, ...]:
        """Every wire of the station: outputs of the stack, then contacts; serial ports have none."""
        return connections(self)

    def workplace(self) -> Workplace:
        """What a detector may know of this station."""
        return Workplace(
            standard=self.standard,
            characteristics=self.characteristics,
            sources=tuple(sensor.source() for sensor in self.sensors),
        )

    def plan(self) -> Plan:
        """What work is held against; a takt that the shifts make is taken from them, exact to the last part.

        When the station counts as behind is what the first `behind_takt` that lights says.
        """
        asked = (each for each in self.detectors if isinstance(each, behind_takt.Settings) and each.mode == "light")
        behind = next(asked, behind_takt.Settings())
        written_s = self.standard.takt_s if self.takt_from == "[standard]" else None
        return Plan(
            calendar=Calendar(self.station.timezone, self.shifts, self.exceptions, self.planned_stops),
            standard=self.standard,
            takt_ns=takt_ns(written_s, self.shifts),
            products=self.products,
            modes=self.modes,
            parts=behind.parts,
            clear_at=behind.clear_at,
        )

    def made(self, memory: Memory | None, version: str) -> Station:
        """The station of this configuration, with what it remembers; it has not begun yet."""
        tiers = () if self.stack is None else self.stack.tiers()
        return Station(
            self.workplace(),
            self.watches(),
            self.response,
            tiers,
            memory,
            version,
            self.plan(),
            self.hygiene,
            File(self),
        )

    def held(self) -> Held:
        """All that work is held against."""
        return Held(workplace=self.workplace(), plan=self.plan(), watches=self.watches(), takt_from=self.takt_from)

    def watches(self) -> tuple[tuple[DetectSettings, str], ...]:
        """Each detector with the name of what it judges.

        To those of the file come the detectors of sensors that no table names: see `watch.unasked`.
        """
        workplace = self.workplace()
        named = [(settings, there(resolve(settings, workplace))) for settings in self.detectors]
        return (*named, *unasked(named, workplace))


class File:
    """A checked file, asked by its station for single figures and for what other values of them would make of it."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._places = figures.places(config.document, config.watches())
        self._known: dict[
            frozenset[tuple[str, Value]], tuple[Held | None, str]
        ] = {}  # asked for thrice: checked, answered, done

    def value(self, what: str) -> Value:
        """What the file says of a figure that can be set; ValueError, with the nearest one, where it is none."""
        return figures.written(self._config.document, figures.place(self._places, what))

    def held(self, over: Mapping[str, Value]) -> Held:
        """What is in force with these values in the file's place; ValueError with all that `check` has against it."""
        asked = frozenset(over.items())
        if (found := self._known.get(asked)) is None:
            found = self._known[asked] = self._examined(over)
            for forgotten in list(self._known)[:-KNOWN]:
                self._known.pop(forgotten, None)
        held, against = found
        if held is None:
            raise ValueError(against)
        return held

    def _examined(self, over: Mapping[str, Value]) -> tuple[Held | None, str]:
        values = {figures.place(self._places, what): value for what, value in over.items()}
        document = figures.rewritten(self._config.document, values)
        config, complaints = examined(self._config.path, document, {})
        against = "\n".join(each.text for each in complaints if each.severity == "error")
        return (None if config is None else config.held()), against


def examined(path: Path, document: dict[str, Any], lines: dict[Key, int]) -> tuple[Config | None, list[Complaint]]:
    """The configuration of a document, None where it cannot be used, and all there is to say about it."""
    found = Complaints(str(path), lines)
    draft = draw(found, document)
    for rule in RULES:
        rule(found, draft)
    return (None if found.count else Config.of(path, draft)), found.listed()


def there(part: Part | None) -> Part:
    """What must be there after a check without errors."""
    if part is None:
        message = "a configuration without errors lacks a part: the check has a hole"
        raise TypeError(message)
    return part
