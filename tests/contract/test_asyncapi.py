"""The AsyncAPI document: sound by the specification's own schema, and followed by every message of a real broker."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from paho.mqtt.client import MQTTMessage

from edge_agent.events import BY_TYPE
from edge_agent.signals import asyncapi
from edge_agent.signals.cmd import COMMANDS
from tests.contract import capture, examples

SPECIFICATION = Path(__file__).with_name("asyncapi-3.0.0.json")
NOT_COMMANDS = {"board-14", "board-15"}  # of `capture.COMMANDS`: of no known type, and without what it must say
DOCUMENT = asyncapi.document()


@cache
def sound() -> Draft7Validator:
    """The specification's schema."""
    return Draft7Validator(json.loads(SPECIFICATION.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> list[MQTTMessage]:
    """All that a real broker carried of a real station."""
    return capture.of_a_station(tmp_path_factory.mktemp("station"))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[MQTTMessage]:
    """All events of all stories as a real broker carried them."""
    return capture.of_the_stories(tmp_path_factory.mktemp("stories"))


def at(pointer: str) -> Any:
    """What a `$ref` of the document leads to."""
    found: Any = DOCUMENT
    for part in pointer.removeprefix("#/").split("/"):
        found = found[part]
    return found


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (value for name, value in part.items() if name == "$ref")
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from references(each)


@cache
def follows(name: str) -> Draft7Validator:
    """What the payload of a message must be."""
    payload = DOCUMENT["components"]["messages"][name]["payload"]
    return Draft7Validator({**payload, "components": DOCUMENT["components"]})


def channel_of(message: MQTTMessage) -> dict[str, Any]:
    """The channel whose address is the message's topic."""
    found = [
        channel
        for channel in DOCUMENT["channels"].values()
        if re.fullmatch(re.sub(r"\{\w+\}", "[A-Za-z0-9_.-]{1,32}", channel["address"]), message.topic)
    ]
    assert 1 == len(found), message.topic
    return found[0]


def meanings(message: MQTTMessage) -> list[str]:
    """The messages of its channel that it may be."""
    said = json.loads(message.payload)
    return [name for name in channel_of(message)["messages"] if follows(name).is_valid(said)]


def test_the_document_is_sound():
    """It follows the JSON Schema that the AsyncAPI initiative publishes, MQTT's bindings among it."""
    sound().validate(DOCUMENT)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.pop("info"),
        lambda document: document["operations"]["send_event"].update(action="publish"),
        lambda document: document["operations"]["send_event"]["bindings"]["mqtt"].update(qos=3),
        lambda document: document["channels"]["event"].update(adress="x"),
    ],
    ids=["info", "action", "qos", "address"],
)
def test_an_unsound_document_is_found(spoil):
    """Control: what is left out, or is none of the specification's words, is an error."""
    document = json.loads(json.dumps(DOCUMENT))
    spoil(document)
    assert not sound().is_valid(document)


def test_every_reference_leads_somewhere():
    """The specification's schema does not follow them."""
    for pointer in references(DOCUMENT):
        assert at(pointer)


def test_every_pattern_is_one_in_javascript_too():
    r"""Most tools for AsyncAPI are written in it; it knows no `\Z`, no `(?P` and no flags inside."""
    for pattern in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(DOCUMENT)):
        assert not re.search(r"\\[ZAz]|\(\?P|\(\?[a-z]+[:)]", json.loads(pattern)), pattern


def test_nothing_is_missing_from_the_document():
    """Each type of event that is recorded and each command is a message; each schema is used."""
    commands = {str(command.__struct_config__.tag) for command in COMMANDS}
    recorded = {name for name, data in BY_TYPE.items() if data.KEPT}
    assert recorded == DOCUMENT["channels"]["event"]["messages"].keys()
    assert commands == DOCUMENT["channels"]["cmd"]["messages"].keys()
    used = {pointer.rsplit("/", 1)[1] for pointer in references(DOCUMENT) if "/schemas/" in pointer}
    assert DOCUMENT["components"]["schemas"].keys() == used | {"event"}


@pytest.mark.parametrize("name", DOCUMENT["components"]["messages"])
def test_an_example_follows_its_message(name):
    """And no other message of its channel."""
    for channel in DOCUMENT["channels"].values():
        if name in channel["messages"]:
            assert [name] == [each for each in channel["messages"] if follows(each).is_valid(asyncapi.examples()[name])]


def test_every_event_of_the_stories_follows_the_document(told):
    """Each is exactly one of the messages, the one of its type; hours and shifts are among them."""
    events = [message for message in told if capture.kind(message) == "event"]
    assert {event.type for event in examples.of_the_stories()} == {capture.said(event)["type"] for event in events}
    for event in events:
        assert [capture.said(event)["type"]] == meanings(event)


def test_every_message_of_a_station_follows_the_document(heard):
    """Each is exactly one of the messages of its channel; but for the two commands that are none."""
    strange = [capture.said(message) for message in heard if len(meanings(message)) != 1]
    assert NOT_COMMANDS == {each.get("id") for each in strange}, strange


def test_a_station_speaks_on_every_channel(heard):
    """So that nothing of the document is left untried."""
    assert DOCUMENT["channels"].keys() == {capture.kind(message) for message in heard}


def test_the_will_is_a_message_like_any_other(heard):
    """Said by the broker for a station that was killed: of the connection that was online, and retained."""
    (will,) = [message for message in heard if capture.is_will(message)]
    assert ["status"] == meanings(will)
    begun = [capture.said(each) for each in heard if each.topic == will.topic and each is not will]
    assert ["online"] == [each["state"] for each in begun]
    told = capture.said(will)
    assert ["offline", begun[0]["conn"], begun[0]["serial"]] == [told["state"], told["conn"], told["serial"]]
    assert will.retain
    assert not follows("status").is_valid({name: value for name, value in told.items() if name != "conn"})


def test_messages_are_kept_and_expire_as_the_document_says(heard):
    """QoS, the retain flag, expiry and content type of each, as a broker hands them on."""
    for message in heard:
        kind = capture.kind(message)
        operation = DOCUMENT["operations"].get(f"send_{kind}") or DOCUMENT["operations"][f"receive_{kind}"]
        promised = operation["bindings"]["mqtt"]
        assert (promised["qos"], promised["retain"]) == (message.qos, message.retain), message.topic
        left_s = getattr(message.properties, "MessageExpiryInterval", None)
        assert (left_s is not None) == ("messageExpiryInterval" in promised), message.topic
        assert left_s is None or 0 < left_s <= promised["messageExpiryInterval"]
        if operation["action"] == "send":
            first = next(iter(channel_of(message)["messages"]))
            given = DOCUMENT["components"]["messages"][first]["bindings"]["mqtt"]
            assert given["contentType"] == message.properties.ContentType
            assert given["payloadFormatIndicator"] == message.properties.PayloadFormatIndicator


def test_a_message_that_lacks_a_field_is_found(told):
    """Control: without the moment, with a number as text, or with the data of another type, it is no message."""
    event = next(capture.said(each) for each in told if capture.said(each).get("type") == "andon.sensor.lost.v1")
    valid = follows("andon.sensor.lost.v1").is_valid
    assert valid(event)
    assert not valid({name: value for name, value in event.items() if name != "atns"})
    assert not valid(event | {"data": {"sensor": 7, "why": "silent"}})
    assert not follows("andon.sensor.back.v1").is_valid(event)


def test_the_examples_are_what_the_stories_say():
    """The payloads of the documents are real; `python -m tests.contract --examples` takes them anew."""
    kept = asyncapi.examples()
    of_now = examples.events()
    volatile = "andon.journal.dropped.v1"  # how much is given up at once depends on SQLite
    assert kept.keys() >= of_now.keys(), "python -m tests.contract --examples"
    for name in of_now.keys() - {volatile}:
        assert kept[name] == of_now[name], f"{name}: python -m tests.contract --examples"
