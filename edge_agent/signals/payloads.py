"""The payloads of the contract as types: what each topic carries, field by field.

Times are RFC 3339 in UTC; a stamp of CLOCK_MONOTONIC is only comparable with others of the same `boot`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from edge_agent.observations import Source
from edge_agent.standard import Characteristic, Standard
from edge_agent.state import State

CommandType = Literal["acknowledge", "arrive", "restore", "snapshot", "replay", "test-light"]
TimeQuality = Literal["synced", "unsynced", "corrected"]


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `status`, retained, and the will. An `offline` whose `conn` is not the newest `online`'s is stale.

    Args:
        conn: the connection this speaks of, random; `boot` the running system's.
        serial: of the machine: two serials under one topic are two stations with one identity.
        since: when the connection was begun.
        agent: version of the agent.
    """

    state: Literal["online", "offline", "stopping"]
    reason: Literal["started", "reconnected", "will", "shutdown"]
    conn: str
    boot: str
    serial: str
    since: str
    agent: str


class Info(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Payload of `info`, retained: what the station is made of and measured against.

    Args:
        station: the identity, `enterprise/site/area/line/station`.
        versions: of what else matters to maintenance: Python, libraries, the system.
        standard_from: where the standard in force came from.
        clock: what keeps the wall time.
        schemas: payload or event type to the id of its schema.
    """

    station: str
    agent: str
    versions: dict[str, str] = {}
    sensors: tuple[Source, ...] = ()
    characteristics: tuple[Characteristic, ...] = ()
    standard: Standard | None = None
    standard_from: str = ""
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


class Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of `replay`: first and last sequence number wanted."""

    first: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] = msgspec.field(name="from")
    last: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] = msgspec.field(name="to")


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Payload of `cmd`, never retained.

    Args:
        id: chosen by the sender, new for each command; the answer carries it.
        call: which call; left out or null for every open one.
        issued_at, expires_at: with time zone, at most 30 s apart.
        by: the person or system that acts, recorded with the call.
    """

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    type: CommandType
    issued_at: Annotated[datetime, msgspec.Meta(tz=True)]
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)]
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f-\x9f]*\Z")]
    call: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] | None = None
    args: Arguments | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `res`: each command that can be answered is answered once; `calls` are those it changed."""

    id: str
    status: Literal["ok", "error", "expired", "duplicate", "denied"]
    error: str | None = None
    calls: tuple[int, ...] = ()
