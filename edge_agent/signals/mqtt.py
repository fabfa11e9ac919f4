"""One connection to the broker, which says everything it hears to one `post`.

A `Transport` is one attempt: a paho client, a thread, and an end. It never tries again by itself, so that
back-off, order and what is in flight are decided in one place. paho's callbacks post and do nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Literal

import msgspec
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from edge_agent.signals import cause
from edge_agent.signals.access import CONNECT_S, password, tls_context
from edge_agent.signals.broker import Settings
from edge_agent.signals.cause import Cause
from edge_agent.signals.ending import Ending
from edge_agent.signals.window import WINDOW

WILL_DELAY_S = 10  # a station back within it never showed as offline
SESSION_S = 60  # longer than the will's delay: the end of the session would publish the will at once
LARGEST_IN = 8192  # bytes; a command has 4096 at most, an acknowledgement as many
LOOP_S = 1.0  # how long paho may sleep: the longest an abandoned connection takes to end
OVERHEAD = 128  # bytes of a packet beside topic, payload and correlation; really at most 70
CONTENT_TYPES = {True: "application/cloudevents+json; charset=utf-8", False: "application/json"}


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One message to send; `expiry_s` and `correlation` travel on MQTT 5 only."""

    topic: str
    payload: bytes
    qos: Literal[0, 1] = 1
    retain: bool = False
    expiry_s: int | None = None
    correlation: bytes | None = None
    cloud_event: bool = False

    @property
    def size(self) -> int:
        """Bytes of its packet, rounded up."""
        return len(self.payload) + len(self.topic.encode()) + len(self.correlation or b"") + OVERHEAD


class Connected(msgspec.Struct, frozen=True):
    """The broker has accepted connection `number`, and these are its limits; None where it named none."""

    number: int
    receive_maximum: int | None
    largest: int | None


class Lost(msgspec.Struct, frozen=True):
    """Connection `number` is over or never began."""

    number: int
    cause: Cause


class Landed(msgspec.Struct, frozen=True):
    """The broker has answered message `mid`; `code` is MQTT 5's reason code, 0 on 3.1.1 whatever happened."""

    number: int
    mid: int
    code: int


class Came(msgspec.Struct, frozen=True):
    """A message on a topic asked for."""

    number: int
    topic: str
    payload: bytes
    retained: bool
    answer_to: str | None
    correlation: bytes | None


class Subscribed(msgspec.Struct, frozen=True):
    """The broker has answered what was asked for: `refused` of the topics are not allowed."""

    number: int
    refused: int


Said = Connected | Lost | Landed | Came | Subscribed
Post = Callable[[Said], None]
"""Into the uplink's inbox: never blocks, never raises, may be called from any thread."""


class Transport:
    """One connection, from its begin to its end; exactly one `Lost` follows `start`, the last it posts.

    Args:
        settings: where the broker is.
        number: tells this connection from the ones before it in everything it posts.
        client_id: known to the broker.
        will: what the broker says when the station falls silent; None where nobody would be missed.
        five: MQTT 5; else 3.1.1.
        largest_in: bytes; MQTT 5 brokers then drop larger messages.
        window: how many of ours paho lets be in flight; never fewer than are handed over.
    """

    def __init__(
        self,
        settings: Settings,
        number: int,
        client_id: str,
        will: Letter | None,
        post: Post,
        *,
        five: bool,
        largest_in: int = LARGEST_IN,
        window: int = WINDOW,
    ) -> None:
        self._settings = settings
        self._number = number
        self._post = post
        self._five = five
        self._largest_in = largest_in
        self._closing = threading.Event()
        self._ending = Ending()
        self._client = self._make(client_id, will)
        self._client.max_inflight_messages_set(window)
        self._thread = threading.Thread(target=self._run, name=f"broker-{number}", daemon=True)

    def start(self) -> None:
        """Begin; what comes of it is posted."""
        self._thread.start()

    @property
    def opened(self) -> bool:
        """Whether anybody was there: TCP, and TLS where it is wanted, had been agreed on."""
        return self._ending.opened

    @property
    def alive(self) -> bool:
        """Whether its thread still runs; an abandoned one ends within a second, or when the resolver gives up."""
        return self._thread.is_alive()

    def subscribe(self, *topics: str, qos: int = 1) -> None:
        """Ask for messages on topics; `Subscribed` follows."""
        if self._five:
            self._client.subscribe([(topic, SubscribeOptions(qos=qos)) for topic in topics])
        else:
            self._client.subscribe([(topic, qos) for topic in topics])

    def send(self, letter: Letter) -> int:
        """Hand one message to the network thread; returns the id its answer will carry. Never blocks."""
        properties = _publish_properties(letter) if self._five else None
        return self._client.publish(letter.topic, letter.payload, letter.qos, letter.retain, properties).mid

    def close(self, patience_s: float = 0.0) -> None:
        """Say goodbye, so that the will stays unsaid, and wait at most `patience_s` for the thread."""
        self._client.disconnect()
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(patience_s)

    def abandon(self) -> None:
        """Cut the connection without a goodbye: the broker says the will."""
        self._closing.set()

    def _make(self, client_id: str, will: Letter | None) -> Client:
        version = MQTTProtocolVersion.MQTTv5 if self._five else MQTTProtocolVersion.MQTTv311
        client = Client(CallbackAPIVersion.VERSION2, client_id, protocol=version, reconnect_on_failure=False)
        number, post = self._number, self._post  # no reference to self: paho's sockets end with the last use of it
        ending = self._ending
        client.on_connect = lambda client, _u, _f, reason, properties: (
            post(_connected(client, number, properties)) if ending.answered(reason) else None
        )
        client.on_disconnect = lambda _c, _u, flags, reason, _p: ending.ended(
            reason, by_broker=flags.is_disconnect_packet_from_server
        )
        client.on_log = lambda _c, _u, level, text: ending.logged(level, text)
        client.on_publish = lambda _c, _u, mid, reason, _p: post(Landed(number, mid, reason.value))
        client.on_message = lambda _c, _u, message: post(_came(number, message))
        client.on_subscribe = lambda _c, _u, _mid, codes, _p: post(Subscribed(number, sum(c.is_failure for c in codes)))
        client.on_socket_open = lambda _c, _u, connection: ending.opening(connection)
        client.on_socket_register_write = _woken
        client.connect_timeout = CONNECT_S
        if will is not None:
            client.will_set(will.topic, will.payload, will.qos, will.retain, _will_properties() if self._five else None)
        return client

    def _run(self) -> None:
        settings = self._settings
        try:
            self._connect()
            end = self._ending.explained(self._loop(), settings)
        except Exception as error:  # noqa: BLE001 - paho raises on malformed packets; shown as the cause, tried again
            end = cause.of_error(error, settings.where, CONNECT_S, tls=settings.tls is not None)
        if (connection := self._client.socket()) is not None:
            connection.close()
        self._post(Lost(self._number, end))

    def _connect(self) -> None:
        settings = self._settings
        if settings.username is not None:
            self._client.username_pw_set(settings.username, password(settings.credential))
        if settings.tls is not None:
            self._client.tls_set_context(tls_context(settings.tls.ca, settings.tls.certificate, settings.tls.key))
        if self._five:
            self._client.connect(
                settings.host,
                settings.port,
                settings.keepalive_s,
                clean_start=True,
                properties=_connect_properties(self._largest_in),
            )
        else:
            self._client.connect(settings.host, settings.port, settings.keepalive_s)

    def _loop(self) -> MQTTErrorCode:
        code = MQTTErrorCode.MQTT_ERR_SUCCESS
        while not code and not self._closing.is_set() and self._ending.cause is None:
            code = self._client.loop(LOOP_S)
        if not code:
            self._client.loop(0.1)  # the goodbye, where it has not been written yet
        return code


def _woken(_client: Client, _userdata: Any, _socket: Any) -> None:
    """Make paho leave all writing to its network thread: it writes in ours where nobody takes this call."""


def _connected(client: Client, number: int, properties: Properties | None) -> Connected:
    client.on_log = None  # what is written from now on explains no refusal, and costs each message its formatting
    limits = (getattr(properties, name, None) for name in ("ReceiveMaximum", "MaximumPacketSize"))
    return Connected(number, *limits)


def _came(number: int, message: MQTTMessage) -> Came:
    answer_to = getattr(message.properties, "ResponseTopic", None)
    correlation = getattr(message.properties, "CorrelationData", None)
    return Came(number, message.topic, bytes(message.payload), message.retain, answer_to, correlation)


def _properties(packet: int) -> Properties:
    return Properties(packet)  # type: ignore[no-untyped-call]  # paho leaves this one without types


def _connect_properties(largest_in: int) -> Properties:
    properties = _properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = SESSION_S
    properties.MaximumPacketSize = largest_in
    return properties


def _will_properties() -> Properties:
    properties = _properties(PacketTypes.WILLMESSAGE)
    properties.WillDelayInterval = WILL_DELAY_S
    properties.PayloadFormatIndicator = 1
    properties.ContentType = CONTENT_TYPES[False]
    return properties


def _publish_properties(letter: Letter) -> Properties:
    """Its properties; those of most letters are made once: that takes 60 us, and an event itself 22."""
    if letter.expiry_s is None and letter.correlation is None:
        return PLAIN[letter.cloud_event]
    properties = _plain_properties(cloud_event=letter.cloud_event)
    if letter.expiry_s is not None:
        properties.MessageExpiryInterval = letter.expiry_s
    if letter.correlation is not None:
        properties.CorrelationData = letter.correlation
    return properties


def _plain_properties(*, cloud_event: bool) -> Properties:
    properties = _properties(PacketTypes.PUBLISH)
    properties.PayloadFormatIndicator = 1
    properties.ContentType = CONTENT_TYPES[cloud_event]
    return properties


PLAIN = {cloud_event: _plain_properties(cloud_event=cloud_event) for cloud_event in CONTENT_TYPES}
