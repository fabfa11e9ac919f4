"""The kinds of topic a station has: what each carries, who speaks on it, and how MQTT keeps it."""

from __future__ import annotations

from typing import Any, Literal, Union

import msgspec

from edge_agent.signals.cmd import COMMANDS, LONGEST_LIFE_S
from edge_agent.signals.payloads import Ack, Answer, CloudEvent, CycleReport, Info, Presence, Snapshot

CYCLE_EXPIRY_S = 60  # a cycle is news for a minute
ANSWER_LIFE_S = 60  # whoever asked has given up by then


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of topic.

    Args:
        kind: the last level of the topic.
        payload: the type of what it carries.
        meaning: for the documents.
        sent: by the station; else it is taken in.
        retain: kept by the broker for whoever comes later; a retained message that is taken in is ignored.
        expiry_s: how long a message is of use; None for as long as it takes.
    """

    kind: str
    payload: Any
    meaning: str
    sent: bool = True
    qos: Literal[0, 1] = 1
    retain: bool = False
    expiry_s: int | None = None


CHANNELS: tuple[Channel, ...] = (
    Channel(
        kind="status",
        payload=Presence,
        meaning="online, offline or stopping; also the will, so that a dead uplink is told by the broker",
        retain=True,
    ),
    Channel(
        kind="info",
        payload=Info,
        meaning="versions, sensors, the standard in force, ids of the schemas",
        retain=True,
    ),
    Channel(
        kind="state",
        payload=Snapshot,
        meaning="everything a new board needs: lamp and reason, open calls, sensors, detectors, last number",
        retain=True,
    ),
    Channel(
        kind="event",
        payload=CloudEvent,
        meaning="one CloudEvents 1.0 JSON document each, from the journal, in order",
    ),
    Channel(
        kind="cycle",
        payload=CycleReport,
        meaning="each finished cycle; off unless `[mqtt] cycle = true`",
        qos=0,
        expiry_s=CYCLE_EXPIRY_S,
    ),
    Channel(
        kind="cmd",
        payload=Union[COMMANDS],  # noqa: UP007 - made of a table
        meaning=", ".join(str(command.__struct_config__.tag) for command in COMMANDS),
        sent=False,
        expiry_s=LONGEST_LIFE_S,
    ),
    Channel(
        kind="res",
        payload=Answer,
        meaning="the answer to a command",
        expiry_s=ANSWER_LIFE_S,
    ),
    Channel(
        kind="ack",
        payload=Ack,
        meaning="a consumer's books: `epoch`, `upto`, `missing`",
        sent=False,
    ),
)
