"""The payloads of the contract as types: what each topic carries, field by field.

Times are RFC 3339 in UTC; a stamp of CLOCK_MONOTONIC is only comparable with others of the same `boot`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from edge_agent.events.upkeep import Change
from edge_agent.observations import Source
from edge_agent.standard import Characteristic, Standard
from edge_agent.state import State

TimeQuality = Literal["synced", "unsynced", "corrected"]


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `status`, retained, and the will. An `offline` whose `conn` is not the newest `online`'s is stale.

    Args:
        conn: the connection this speaks of, random; `boot` the running system's.
        serial: of the machine: two serials under one topic are two stations with one identity.
        since: when the connection was begun.
        agent: version of the agent.
        mode: of the station: `test` while its wires are tested, when nobody need come; null where it is not heard.
    """

    state: Literal["online", "offline", "stopping"]
    reason: Literal["started", "reconnected", "will", "shutdown"]
    conn: str
    boot: str
    serial: str
    since: str
    agent: str
    mode: Literal["service", "test"] | None = None


class Info(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Payload of `info`, retained: what the station is made of and measured against.

    Args:
        station: the identity, `enterprise/site/area/line/station`.
        versions: of what else matters to maintenance: Python, libraries, the system.
        standard_from: where the takt in force came from, and which figures were set over the file.
        revision: of the standard in force; null until the station has been heard: then the standard is the file's.
        clock: `synchronised` or `not synchronised`, as the station was told last; empty until it has been heard.
        schemas: payload or event type to the id of its schema.
    """

    station: str
    agent: str
    versions: dict[str, str] = {}
    sensors: tuple[Source, ...] = ()
    characteristics: tuple[Characteristic, ...] = ()
    standard: Standard | None = None
    standard_from: str = ""
    revision: int | None = None
    clock: str = ""
    schemas: dict[str, str] = {}


class CallTimes(msgspec.Struct, frozen=True, kw_only=True):
    """The stamps of an open call as wall time; null for what has not happened."""

    call: int
    raised: str
    acknowledged: str | None = None
    attended: str | None = None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `state`, retained: everything a new board needs to draw the station.

    Args:
        time: when it was made.
        epoch, seq: the journal's identity and the last number recorded in it; a subscriber that has heard
            less has a hole and can ask for a `replay`. `seq` is null while there is no journal to read.
        depth: recorded and not yet confirmed; null while the station process is silent.
        degraded: parts that cannot do their job, and why.
        calls: wall times of the calls in `state.calls`.
        state: null while the station process is silent: the last state known would pass for the present one.
    """

    time: str
    boot: str
    epoch: str
    seq: int | None
    depth: int | None
    degraded: dict[str, str]
    calls: tuple[CallTimes, ...] = ()
    state: State | None = None


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Payload of `event`: CloudEvents 1.0 in structured JSON; `data` follows the schema named in `dataschema`.

    Args:
        id: `station/epoch/seq`, never used twice: a second copy is known by it.
        sequence: the number again, zero-padded; it has no holes within an epoch.
        atns: the moment in ns of CLOCK_MONOTONIC as text, since an integer attribute has only 32 bits.
        replayed: present and true where a consumer asked for it again.
    """

    id: str
    source: str
    type: str
    time: str
    timequality: TimeQuality
    boot: str
    atns: Annotated[str, msgspec.Meta(pattern=r"^\d{1,19}$")]
    sequence: Annotated[str, msgspec.Meta(pattern=r"^\d{20}$")]
    dataschema: str
    data: msgspec.Raw
    specversion: Annotated[str, msgspec.Meta(pattern=r"^1\.0$")]
    datacontenttype: str
    subject: str | None = None
    replayed: bool = False


class CycleReport(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `cycle`: one finished cycle, telemetry, sent at once or not at all."""

    time: str
    boot: str
    sensor: str
    count: int
    cycle_s: float | None
    gap_s: float | None


Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Ranges = tuple[tuple[Number, Number], ...]
"""First and last number of each range, both included."""


class Ack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Payload of `ack`, from a consumer, never retained: what is in its books and safe there.

    Args:
        epoch: of which journal.
        upto: everything from 1 up to here is in the books, but what is in `missing`; 0 for nothing. A consumer with
            more holes than fit names an `upto` before the first that does not.
        missing: ranges that are not in the books, first and last number each.
    """

    epoch: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    upto: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    missing: Annotated[Ranges, msgspec.Meta(max_length=100)] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `res`: each command that can be answered is answered once.

    `denied` means that no command of this type is taken, or not from this role.

    Args:
        calls: those the command changed.
        epoch: of `replay`: the journal it was answered from; null where there was none to ask.
        gone: of `replay`: ranges wanted that the journal has no more and that will never come; at most 100, ask
            again for the rest.
        revision: of `set-standard` and `set-plan`: of the standard in force now, set or not.
        changes: of the same: what is in force now and was not; none where it was in force already.
    """

    id: str
    status: Literal["ok", "error", "expired", "duplicate", "denied"]
    error: str | None = None
    calls: tuple[int, ...] = ()
    epoch: str | None = None
    gone: Ranges = ()
    revision: int | None = None
    changes: tuple[Change, ...] = ()
