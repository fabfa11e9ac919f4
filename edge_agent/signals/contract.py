"""What the station says over MQTT and what it takes in: topics, payloads and their JSON Schemas, version 1.

Nothing here knows a broker, a clock or a journal: every stamp is handed in. A payload holds everything it
means, so that it survives a bridge to MQTT 3.1.1.
"""

from __future__ import annotations

import re
from typing import Any, Protocol

import msgspec

from edge_agent import clock
from edge_agent.control import CycleSaid
from edge_agent.events import CATALOGUE
from edge_agent.signals.channels import CHANNELS
from edge_agent.signals.payloads import CallTimes, CloudEvent, CycleReport, Snapshot, TimeQuality
from edge_agent.state import Status

ROOT = "andon/v1"
LEVEL = re.compile(r"[A-Za-z0-9_.-]{1,32}")  # no wildcard, no space, no slash: some brokers refuse or reinterpret them
DRAFT = "https://json-schema.org/draft/2020-12/schema"
SEQUENCE_DIGITS = 20  # a 63-bit number has 19; zero-padded, so that text order is number order


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Where the station is, as the plant names it; one per agent.

    Raises:
        ValueError: where a name would not fit into a topic.
    """

    enterprise: str
    site: str
    area: str
    line: str
    station: str

    def __post_init__(self) -> None:
        for level in self.__struct_fields__:
            if not LEVEL.fullmatch(getattr(self, level)):
                message = (
                    f"{level} {getattr(self, level)!r} cannot be part of a topic; "
                    "use 1 to 32 of the characters A-Z a-z 0-9 _ . -"
                )
                raise ValueError(message)

    @property
    def path(self) -> str:
        """The identity as one text: `acme/plant1/assembly/line4/st07`."""
        return "/".join(getattr(self, level) for level in self.__struct_fields__)

    def topic(self, kind: str) -> str:
        """The topic of one kind of message.

        >>> Identity(enterprise="acme", site="p1", area="a", line="l4", station="st07").topic("event")
        'andon/v1/acme/p1/a/l4/st07/event'
        """
        return f"{ROOT}/{self.path}/{kind}"


class Row(Protocol):
    """What of a recorded event goes out: the journal's row, whose `data` is the event's record as JSON."""

    @property
    def seq(self) -> int:
        """Its number, never used twice within an epoch."""

    @property
    def at_ns(self) -> int:
        """When it became true, CLOCK_MONOTONIC of `boot`."""

    @property
    def boot(self) -> str:
        """The run of the system it was recorded in."""

    @property
    def wall_ns(self) -> int:
        """The same moment as wall time, as well as the system knew it."""

    @property
    def time_quality(self) -> str:
        """How well that was: `synced`, `unsynced` or `corrected`."""

    @property
    def type(self) -> str:
        """The event's name on the wire."""

    @property
    def data(self) -> bytes:
        """Its record as JSON."""


PAYLOADS: dict[str, Any] = {channel.kind: channel.payload for channel in CHANNELS}


class Subject(msgspec.Struct):
    """What of an event's data its `subject` needs."""

    call: int | None = None


SUBJECT = msgspec.json.Decoder(Subject)


def cloud_event(identity: Identity, epoch: str, row: Row, *, replayed: bool = False) -> CloudEvent:
    """The recorded row as it goes out; the same row gives the same document, `replayed` apart.

    Raises:
        UNDECODABLE: a byte of it has gone bad; no subscriber's JSON would read it.
    """
    row.data.decode()  # what `Subject` has no field for is passed over unread
    call = SUBJECT.decode(row.data).call
    return CloudEvent(
        id=f"{identity.station}/{epoch}/{row.seq}",
        source=f"/{identity.path}",
        type=row.type,
        time=clock.wall_text(row.wall_ns),
        timequality=msgspec.convert(row.time_quality, TimeQuality),
        boot=row.boot,
        atns=str(row.at_ns),
        sequence=f"{row.seq:0{SEQUENCE_DIGITS}d}",
        dataschema=schema_id(row.type),
        data=msgspec.Raw(row.data),
        specversion="1.0",
        datacontenttype="application/json",
        subject=None if call is None else f"call/{call}",
        replayed=replayed,
    )


def cycle(said: CycleSaid, boot: str, wall_ns: int) -> CycleReport:
    """A finished cycle as `cycle` shows it; it ended at `wall_ns`."""
    return CycleReport(
        time=clock.wall_text(wall_ns),
        boot=boot,
        sensor=said.sensor,
        count=said.count,
        cycle_s=said.cycle_s,
        gap_s=said.gap_s,
    )


def snapshot(status: Status, now_ns: int, wall_ns: int) -> Snapshot:
    """The station's status as `state` shows it; `now_ns` and `wall_ns` are the same instant on both clocks."""

    def wall(at_ns: int | None) -> str | None:
        return None if at_ns is None else clock.wall_text(wall_ns - now_ns + at_ns)

    return Snapshot(
        time=clock.wall_text(wall_ns),
        boot=status.boot,
        epoch=status.epoch,
        seq=status.seq,
        depth=status.depth,
        degraded=status.degraded,
        calls=tuple(
            CallTimes(
                call=call.call,
                raised=clock.wall_text(wall_ns - now_ns + call.raised_ns),
                acknowledged=wall(call.acknowledged_ns),
                attended=wall(call.attended_ns),
            )
            for call in status.state.calls
        ),
        state=status.state,
    )


def schema_id(name: str) -> str:
    """The id of a payload's or an event type's schema: `urn:andon:schema:andon.call.raised.v1`."""
    return f"urn:andon:schema:{name}"


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas (draft 2020-12) of every payload, by kind, and of every event's `data`, by type."""
    shapes: dict[str, Any] = PAYLOADS | {data.TYPE: data for data in CATALOGUE}
    return {
        name: {"$schema": DRAFT, "$id": schema_id(name)} | msgspec.json.schema(shape) for name, shape in shapes.items()
    }
