"""From a message to what it says, or why it is not believed; knows no books and no broker."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

from edge_agent.events.data import UNDECODABLE
from edge_agent.signals.contract import LEVEL, ROOT
from edge_agent.signals.payloads import Answer, CloudEvent

LEVELS = 8  # of every topic of the contract
MOST_SEQ = 2**63 - 1  # SQLite's and the station's largest number
NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")  # of a type; ours have at most 30 characters
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it goes into the books; `document` is the message as it came."""

    station: str
    epoch: str
    seq: int
    type: str
    time: str
    timequality: str
    document: bytes


class Recorded(msgspec.Struct, frozen=True):
    """The last number a station has given, by its own word."""

    station: str
    epoch: str
    seq: int


class Answered(msgspec.Struct, frozen=True):
    """A station's answer to somebody's command."""

    station: str
    answer: Answer


class NotBelieved(Exception):  # noqa: N818 - reads as what it is
    """A message that does not follow the contract; the text says how."""


class Snapshot(msgspec.Struct, frozen=True):
    """What of `state` concerns a consumer."""

    epoch: str
    seq: int | None


EVENT = msgspec.json.Decoder(CloudEvent)
STATE = msgspec.json.Decoder(Snapshot)
ANSWER = msgspec.json.Decoder(Answer)


def read(topic: str, payload: bytes, *, retained: bool) -> Entry | Recorded | Answered | None:
    """What a message says; None where that concerns no books.

    Raises:
        NotBelieved: it does not follow the contract.
    """
    *_, kind = levels = topic.split("/")
    if len(levels) != LEVELS or not topic.startswith(f"{ROOT}/") or not all(map(LEVEL.fullmatch, levels)):
        message = "not a topic of the contract"
        raise NotBelieved(message)
    station = "/".join(levels[2:-1])
    try:
        match kind:
            case "event" if retained:
                message = "events are never retained"
                raise NotBelieved(message)
            case "event":
                return _entry(station, payload)
            case "state":
                snapshot = STATE.decode(payload)
                return _recorded(station, snapshot)
            case "res":
                return Answered(station, ANSWER.decode(payload))
            case _:
                return None
    except UNDECODABLE as error:
        message = f"`{kind}` that does not follow the contract"
        raise NotBelieved(message) from error


def _recorded(station: str, snapshot: Snapshot) -> Recorded | None:
    if not snapshot.seq:
        return None
    if not LEVEL.fullmatch(snapshot.epoch) or not 1 <= snapshot.seq <= MOST_SEQ:
        message = "an epoch or a number that is none"
        raise NotBelieved(message)
    return Recorded(station, snapshot.epoch, snapshot.seq)


def _entry(station: str, payload: bytes) -> Entry:
    event = EVENT.decode(payload)
    msgspec.json.decode(payload)  # what `CloudEvent` keeps raw or has no field for was passed over unread
    name, _, rest = event.id.partition("/")
    epoch, _, number = rest.partition("/")
    seq = int(event.sequence)
    if event.source != f"/{station}" or name != station.rpartition("/")[2]:
        message = "an event of another station than its topic's"
        raise NotBelieved(message)
    if number != str(seq) or not 1 <= seq <= MOST_SEQ or not LEVEL.fullmatch(epoch):
        message = "an id that is none"
        raise NotBelieved(message)
    if not NAME.fullmatch(event.type) or not _is_time(event.time):
        message = "a type or a time that is none"
        raise NotBelieved(message)
    return Entry(
        station=station,
        epoch=epoch,
        seq=seq,
        type=event.type,
        time=event.time,
        timequality=event.timequality,
        document=payload,
    )


def _is_time(text: str) -> bool:
    try:
        return TIME.fullmatch(text) is not None and bool(dt.datetime.fromisoformat(text))
    except ValueError:
        return False


def same(document: bytes, other: bytes) -> bool:
    """Whether two copies say the same: what happened, not how it is labelled."""
    first, second = EVENT.decode(document), EVENT.decode(other)
    return (first.type, first.atns, bytes(first.data)) == (second.type, second.atns, bytes(second.data))
