"""The draft of a configuration: each table read on its own into its record, None where it could not be."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec

from edge_agent import journal
from edge_agent.andon import shelf
from edge_agent.andon.response import Response
from edge_agent.andon.roles import Role
from edge_agent.boards import Board
from edge_agent.config import terminals
from edge_agent.config.complaint import Complaints, meant, shown
from edge_agent.config.lines import Path
from edge_agent.config.tables import complain_of_strangers, read
from edge_agent.config.values import NAME
from edge_agent.detect import DETECTORS
from edge_agent.detect.rule import Settings as DetectSettings
from edge_agent.kind import kind_of
from edge_agent.planning.shifts import ExceptionDay, Modes, PlannedTime, Product, Shift
from edge_agent.sensors import SENSORS
from edge_agent.sensors.wire import Settings as SensorSettings
from edge_agent.signals import broker, stack
from edge_agent.standard import Characteristic, Standard

Record = TypeVar("Record", bound=msgspec.Struct)
Name = Annotated[str, msgspec.Meta(pattern=NAME)]

TABLES = (
    "station", "standard", "shift", "exception", "planned_stop", "modes", "product",
    "sensor", "characteristic", "detect", "hygiene", "response", "role", "stack",
    "mqtt", "journal",
)  # fmt: skip
MOST = {
    "shift": 50,
    "exception": 400,
    "planned_stop": 100,
    "product": 500,
    "role": 50,
}  # beyond: a plant's
SENSOR_KINDS: dict[str, type[SensorSettings]] = {kind_of(each): each for each in SENSORS}
DETECT_KINDS: dict[str, type[DetectSettings]] = {kind_of(each.SETTINGS): each.SETTINGS for each in DETECTORS}


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Which station this is, level by level; a level the plant does not have is `-`.

    Args:
        timezone: where its shifts are, as the IANA database names it.
        board: what its pins lead to: a profile by its name; None where the file names lines alone.
    """

    name: Name
    enterprise: Name = "-"
    site: Name = "-"
    area: Name = "-"
    line: Name = "-"
    timezone: str = "UTC"
    board: str | None = None


class Draft(msgspec.Struct, kw_only=True):
    """All tables of one file; a list keeps the places of those that could not be read.

    `document` is as it is written; in `sensors` and `stack` the board's terminals are lines already.
    """

    document: dict[str, Any]
    station: Identity | None
    standard: Standard | None
    shifts: list[Shift | None]
    exceptions: list[ExceptionDay | None]
    planned_stops: list[PlannedTime | None]
    modes: Modes | None
    products: list[Product | None]
    sensors: list[SensorSettings | None]
    characteristics: list[Characteristic | None]
    detectors: list[DetectSettings | None]
    hygiene: shelf.Settings | None
    response: Response | None
    stack: stack.Settings | None
    mqtt: broker.Settings | None
    journal: journal.Settings | None
    roles: list[Role | None]
    takt_from: str = "[standard]"
    board: Board | None = None

    def raw(self, *keys: str) -> list[tuple[Path, dict[str, Any]]]:
        """The tables `[[key]]` as they are written, with their paths, also those that could not be read."""
        tables: object = self.document
        for key in keys:
            tables = tables.get(key) if isinstance(tables, dict) else None
        if not isinstance(tables, list):
            return []
        return [((*keys, index), each) for index, each in enumerate(tables) if isinstance(each, dict)]


def draw(found: Complaints, document: dict[str, Any]) -> Draft:
    """Read every table, complaining about each."""
    complain_of_strangers(found, (), document, TABLES)
    board = terminals.named(found, document)
    wired = terminals.settled(document, board)
    return Draft(
        document=document,
        station=needed(found, document, "station", Identity),
        standard=needed(found, document, "standard", Standard),
        shifts=many(found, document, "shift", Shift),
        exceptions=many(found, document, "exception", ExceptionDay),
        planned_stops=many(found, document, "planned_stop", PlannedTime),
        modes=optional(found, document, "modes", Modes) if "modes" in document else Modes(),
        products=many(found, document, "product", Product),
        sensors=of_kinds(found, wired, "sensor", SENSOR_KINDS),
        characteristics=many(found, document, "characteristic", Characteristic),
        detectors=of_kinds(found, document, "detect", DETECT_KINDS),
        hygiene=optional(found, document, "hygiene", shelf.Settings) if "hygiene" in document else shelf.Settings(),
        response=optional(found, document, "response", Response) if "response" in document else Response(),
        stack=optional(found, wired, "stack", stack.Settings),
        mqtt=optional(found, document, "mqtt", broker.Settings),
        journal=journal_of(found, document),
        roles=many(found, document, "role", Role),
        board=board,
    )


def needed(found: Complaints, document: dict[str, Any], key: str, shape: type[Record]) -> Record | None:
    """A table every station has."""
    if key not in document:
        found.error((), f"no [{key}]; every station has one, edge-agent init writes a file to start from")
        return None
    return read(found, (key,), document[key], shape)


def optional(found: Complaints, document: dict[str, Any], key: str, shape: type[Record]) -> Record | None:
    """A table a station may do without."""
    return read(found, (key,), document[key], shape) if key in document else None


def journal_of(found: Complaints, document: dict[str, Any]) -> journal.Settings | None:
    """The journal; where nothing says otherwise it has the station's name, so that two stations do not share one."""
    station = document.get("station")
    name = station.get("name") if isinstance(station, dict) else None
    table = document.get("journal", {})
    if isinstance(table, dict):
        table = {"path": f"/var/lib/edge-agent/{name}.db"} | table
    return read(found, ("journal",), table, journal.Settings)


def listed(found: Complaints, document: dict[str, Any], key: str) -> list[object]:
    """The tables `[[key]]`."""
    tables = document.get(key, [])
    if isinstance(tables, list):
        return tables
    found.error((key,), f"[{key}] must have two brackets, [[{key}]]: a station may have several")
    return []


def many(found: Complaints, document: dict[str, Any], key: str, shape: type[Record]) -> list[Record | None]:
    """Tables of one shape."""
    tables, most = listed(found, document, key), MOST.get(key)
    if most is not None and len(tables) > most:
        found.error((key, most), f"more than {most} [[{key}]]; this is one station's file, take out what it never uses")
    return [read(found, (key, index), table, shape) for index, table in enumerate(tables[:most])]


def of_kinds(
    found: Complaints, document: dict[str, Any], key: str, kinds: dict[str, type[Record]]
) -> list[Record | None]:
    """Tables whose `kind` says what else they may hold."""
    return [of_kind(found, (key, index), table, kinds) for index, table in enumerate(listed(found, document, key))]


def of_kind(found: Complaints, path: Path, table: object, kinds: dict[str, type[Record]]) -> Record | None:
    """One table by its kind; where that is not known, nothing can be said of its other keys."""
    if not isinstance(table, dict):
        found.error(path, f"[[{path[0]}]] is {shown(table)}; write it as a table")
        return None
    if "kind" not in table:
        found.error(path, f"[[{path[0]}]] has no 'kind'; write one of: {', '.join(kinds)}")
        return None
    kind = table["kind"]
    if not isinstance(kind, str) or kind not in kinds:
        hint = meant(kind if isinstance(kind, str) else "", kinds)
        remedy = hint if hint.startswith("write") else f"{hint} The kinds are: {', '.join(kinds)}"
        found.error((*path, "kind"), f"unknown kind {shown(kind)}; {remedy}")
        return None
    return read(found, path, table, kinds[kind], tag="kind")
