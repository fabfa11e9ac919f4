"""The contract as one AsyncAPI 3 document, made from its types: what a plant's tools read, draw and generate from.

Schemas are written as JSON Schema draft 07, which every AsyncAPI tool reads; `contract.schemas` has them as 2020-12.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from edge_agent import __version__
from edge_agent.events import CATALOGUE
from edge_agent.signals import contract
from edge_agent.signals.broker import Settings
from edge_agent.signals.channels import CHANNELS, Channel
from edge_agent.signals.cmd import COMMANDS
from edge_agent.signals.commands import LONGEST_TOPIC
from edge_agent.signals.mqtt import CONTENT_TYPES, LARGEST_IN, SESSION_S, WILL_DELAY_S
from edge_agent.signals.payloads import CloudEvent

Document = dict[str, Any]

VERSION = "3.0.0"
CONTRACT = "1.0.0"  # of the contract, whose first number is in every topic
BINDING = "0.2.0"  # of MQTT's bindings
LEVELS = {
    "enterprise": "The company.",
    "site": "The plant.",
    "area": "The area of the plant.",
    "line": "The line, or the cell.",
    "station": "The machine or workplace.",
}
SCHEMAS = "#/components/schemas/{name}"
EVENTS = tuple(data for data in CATALOGUE if data.KEPT)


def document() -> Document:
    """The whole contract, as the station sees it: `send` is what it says, `receive` what it takes in."""
    return {
        "asyncapi": VERSION,
        "id": "urn:andon:v1",
        "info": {
            "title": "Andon Edge Agent",
            "version": CONTRACT,
            "description": f"What a station says over MQTT and what it takes in. Made by edge-agent {__version__}.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPES[False],
        "servers": {"plain": _server("mqtt", 1883), "encrypted": _server("secure-mqtt", 8883)},
        "channels": {channel.kind: _channel(channel) for channel in CHANNELS},
        "operations": {_operation_name(channel): _operation(channel) for channel in CHANNELS},
        "components": {
            "messages": {name: message for channel in CHANNELS for name, message in _messages(channel).items()},
            "schemas": _schemas(),
            "securitySchemes": {
                "password": {"type": "userPassword", "description": "The secret is a file named by `credential`."},
                "certificate": {"type": "X509", "description": "Mutual TLS; the station's name is the certificate's."},
            },
        },
    }


@cache
def examples() -> dict[str, Any]:
    """A payload of each message, by the message's name; each was said by a real station."""
    text = (resources.files("edge_agent.signals") / "examples.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _server(protocol: str, port: int) -> Document:
    names = ("password",) if protocol == "mqtt" else ("certificate", "password")
    return {
        "host": "{host}:{port}",
        "protocol": protocol,
        "protocolVersion": "5.0",
        "description": "The plant's broker. A broker that refuses MQTT 5 is spoken to in 3.1.1, without properties.",
        "variables": {"host": {"description": "`[mqtt] host`."}, "port": {"default": str(port)}},
        "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in names],
        "bindings": {
            "mqtt": {
                "clientId": "andon-{station}-{serial}",
                "cleanSession": True,
                "keepAlive": _default(Settings, "keepalive_s"),
                "sessionExpiryInterval": SESSION_S,
                "maximumPacketSize": LARGEST_IN,
                "lastWill": {
                    "topic": _address("status"),
                    "qos": 1,
                    "retain": True,
                    "message": f"`status` with state `offline`; the broker says it after {WILL_DELAY_S} s.",
                },
                "bindingVersion": BINDING,
            }
        },
    }


def _channel(channel: Channel) -> Document:
    return {
        "address": _address(channel.kind),
        "description": _sentence(channel.meaning),
        "parameters": {
            name: {"description": f"{meaning} One level: `{contract.LEVEL.pattern}`."}
            for name, meaning in LEVELS.items()
        },
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _messages(channel)},
    }


def _operation_name(channel: Channel) -> str:
    return f"{'send' if channel.sent else 'receive'}_{channel.kind}"


def _operation(channel: Channel) -> Document:
    mqtt: Document = {"qos": channel.qos, "retain": channel.retain, "bindingVersion": BINDING}
    if channel.expiry_s is not None:
        mqtt["messageExpiryInterval"] = channel.expiry_s
    described: Document = {
        "action": "send" if channel.sent else "receive",
        "channel": {"$ref": f"#/channels/{channel.kind}"},
        "summary": _sentence(channel.meaning),
        "bindings": {"mqtt": mqtt},
        "messages": [{"$ref": f"#/channels/{channel.kind}/messages/{name}"} for name in _messages(channel)],
    }
    if channel.kind == "cmd":
        described["reply"] = {"channel": {"$ref": "#/channels/res"}}
    return described


def _messages(channel: Channel) -> dict[str, Document]:
    """The messages of a channel by name: one a type of event, one a command, else the one payload there is."""
    match channel.kind:
        case "event":
            return {data.TYPE: _message(data.TYPE, channel.kind, data.TYPE, data) for data in EVENTS}
        case "cmd":
            return {str(each.__struct_config__.tag): _command(each, channel.kind) for each in COMMANDS}
    return {channel.kind: _message(channel.kind, channel.kind, channel.payload.__name__, channel.payload)}


def _command(command: type[msgspec.Struct], kind: str) -> Document:
    return _message(str(command.__struct_config__.tag), kind, command.__name__, command)


def _message(name: str, kind: str, schema: str, shape: type[msgspec.Struct]) -> Document:
    summary, _, description = (shape.__doc__ or "").strip().partition("\n")
    described: Document = {
        "name": name,
        "summary": summary,
        "contentType": CONTENT_TYPES[kind == "event"],
        "payload": {"$ref": SCHEMAS.format(name=schema)},
        "bindings": {"mqtt": _properties(kind)},
    }
    if name in examples():
        described["examples"] = [{"name": name, "payload": examples()[name]}]
    if description.strip():
        described["description"] = description.strip()
    if kind in {"cmd", "res"}:
        described["correlationId"] = {"description": "The same in both.", "location": "$message.payload#/id"}
    return described


def _properties(kind: str) -> Document:
    """The properties of MQTT 5; nothing is in them that is not in the payload, where the message goes on its own."""
    given: Document = {"payloadFormatIndicator": 1, "bindingVersion": BINDING}
    given["contentType"] = CONTENT_TYPES[kind == "event"]
    if kind in {"cmd", "res"}:
        given["correlationData"] = {"type": "string", "description": "Handed back as it came."}
    if kind == "cmd":
        under = f"Where the answer goes, if it lies under {contract.ROOT} and no station speaks or listens there."
        given["responseTopic"] = {"type": "string", "maxLength": LONGEST_TOPIC, "description": under}
    return given


def _schemas() -> dict[str, Any]:
    payloads = [channel.payload for channel in CHANNELS if channel.kind not in {"cmd", "event"}]
    _, named = msgspec.json.schema_components([*payloads, *COMMANDS, *EVENTS, CloudEvent], ref_template=SCHEMAS)
    events = {data.TYPE: _event(data.TYPE, data.__name__) for data in EVENTS}
    one = {"oneOf": [{"$ref": SCHEMAS.format(name=name)} for name in events]}
    found: dict[str, Any] = draft_07({**named, **events, "event": one})
    return found


def _event(name: str, data: str) -> Document:
    """An envelope that holds one type of data."""
    narrowed = {
        "type": {"const": name},
        "dataschema": {"const": contract.schema_id(name)},
        "data": {"$ref": SCHEMAS.format(name=data)},
    }
    return {"allOf": [{"$ref": SCHEMAS.format(name=CloudEvent.__name__)}, {"properties": narrowed}]}


def draft_07(schema: Any) -> Any:
    """A schema of 2020-12, as msgspec writes it, in the words of draft 07.

    >>> draft_07({"type": "array", "prefixItems": [{}, {}], "items": False})
    {'type': 'array', 'additionalItems': False, 'items': [{}, {}]}
    """
    if isinstance(schema, list):
        return [draft_07(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    old = {name: draft_07(value) for name, value in schema.items() if name not in {"prefixItems", "discriminator"}}
    if "prefixItems" in schema:
        if "items" in old:
            old["additionalItems"] = old.pop("items")
        old["items"] = draft_07(schema["prefixItems"])
    return old


def _address(kind: str) -> str:
    return f"{contract.ROOT}/{'/'.join(f'{{{level}}}' for level in LEVELS)}/{kind}"


def _default(shape: type[msgspec.Struct], name: str) -> Any:
    return next(field.default for field in msgspec.structs.fields(shape) if field.name == name)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
