"""The demo's subscriber: what a board in the plant would receive, by an MQTT client of its own."""

from __future__ import annotations

from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from edge_agent.demo.broker import HOST
from edge_agent.demo.inbox import Inbox, Listening, Message

RETRY_S = 0.05  # the broker is starting, and is there within half a second


class Subscriber:
    """Subscribes to `topics` as soon as the broker is there, and posts what arrives."""

    def __init__(self, port: int, topics: tuple[str, ...], inbox: Inbox) -> None:
        wanted = [(topic, 1) for topic in topics]
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.reconnect_delay_set(RETRY_S, RETRY_S)  # type: ignore[arg-type]  # fractions work

        def came(_client: Client, _userdata: Any, message: MQTTMessage) -> None:
            inbox.post(Message(message.topic, bytes(message.payload)))

        self._client.on_connect = lambda client, *_: client.subscribe(wanted)
        self._client.on_subscribe = lambda *_: inbox.post(Listening())
        self._client.on_message = came
        self._client.connect_async(HOST, port)
        self._client.loop_start()

    def close(self) -> None:
        """Disconnect, and end the thread."""
        self._client.disconnect()
        self._client.loop_stop()
