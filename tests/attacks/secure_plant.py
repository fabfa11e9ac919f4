"""A plant as `examples/mosquitto` sets it up: mutual TLS, the access list, clients and their certificates."""

from __future__ import annotations

import contextlib
import queue
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from edge_agent.signals.broker import Tls
from tests.authority import Authority
from tests.mosquitto import WAIT_S, Broker, free_port
from tests.plant import IDENTITY

EXAMPLE = Path(__file__).parents[2] / "examples" / "mosquitto"
ST07 = IDENTITY.path
ST08 = ST07.replace("st07", "st08")
RESET = struct.pack("ii", 1, 0)


class Attacker:
    """A client with a certificate, or whatever it has; says what the broker let it do.

    Args:
        name: the common name of its certificate.
        client_id, username: what it claims to be.
        will: topic and payload the broker is to say when it dies.
    """

    def __init__(
        self,
        plant: SecurePlant,
        name: str,
        client_id: str = "",
        username: str | None = None,
        will: tuple[str, bytes] | None = None,
    ) -> None:
        self.messages: queue.Queue[MQTTMessage] = queue.Queue()
        self.accepted: queue.Queue[bool] = queue.Queue()
        self.lost = threading.Event()
        self._codes: dict[int, int] = {}
        self._landed = threading.Condition()
        self.client = Client(
            CallbackAPIVersion.VERSION2, client_id, protocol=MQTTProtocolVersion.MQTTv5, reconnect_on_failure=False
        )
        files = plant.files(name)
        self.client.tls_set(files.ca, files.certificate, files.key)
        if username is not None:
            self.client.username_pw_set(username, "")
        if will is not None:
            self.client.will_set(*will, qos=1, retain=True)
        self.client.on_connect = lambda _c, _u, _f, reason, _p: self.accepted.put(not reason.is_failure)
        self.client.on_disconnect = lambda *_: self.lost.set()
        self.client.on_message = lambda _c, _u, message: self.messages.put(message)
        self.client.on_publish = lambda _c, _u, mid, reason, _p: self._answered(mid, reason.value)
        self.client.connect("127.0.0.1", plant.port)
        self.client.loop_start()

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> int:
        """Send, and give the broker's reason code."""
        mid = self.client.publish(topic, payload, 1, retain).mid
        with self._landed:
            assert self._landed.wait_for(lambda: mid in self._codes, WAIT_S)
        return self._codes[mid]

    def listen(self, topic: str) -> None:
        """Subscribe, and wait until the broker has answered."""
        done = threading.Event()
        self.client.on_subscribe = lambda *_: done.set()
        self.client.subscribe(topic, qos=1)
        assert done.wait(WAIT_S)

    def die(self) -> None:
        """End without a goodbye, so that the broker says the will."""
        connection: Any = self.client.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.client.loop_stop()
        connection.close()

    def close(self) -> None:
        """End in order."""
        self.client.disconnect()
        self.client.loop_stop()

    def _answered(self, mid: int, code: int) -> None:
        with self._landed:
            self._codes[mid] = code
            self._landed.notify_all()


class SecurePlant:
    """The example's broker, with the paths and the port of this test; `change` replaces text of it, for a control."""

    def __init__(self, folder: Path, *change: tuple[str, str]) -> None:
        self.folder = folder
        self.port = free_port()
        self.authority = Authority(folder)
        self.authority.broker()
        (folder / "acl").write_text((EXAMPLE / "acl").read_text())
        text = (EXAMPLE / "mosquitto.conf").read_text()
        here = [
            ("listener 8883", f"listener {self.port} 127.0.0.1\nuser root\nlog_dest none"),
            ("/etc/mosquitto/andon", str(folder)),
            ("/var/lib/mosquitto", str(folder)),
        ]
        for old, new in (*here, *change):
            assert old in text
            text = text.replace(old, new)
        self.broker = Broker(folder, self.port, whole=text)
        self._clients: list[Attacker] = []

    def files(self, name: str) -> Tls:
        """The certificate of a client, made by the plant's authority."""
        certificate, key = self.authority.station(name)
        return Tls(ca=str(self.authority.ca), certificate=str(certificate), key=str(key))

    def client(self, name: str, **claims: Any) -> Attacker:
        """A client that the broker has answered."""
        self._clients.append(Attacker(self, name, **claims))
        assert self._clients[-1].accepted.get(timeout=WAIT_S)
        return self._clients[-1]

    def witness(self) -> Attacker:
        """The board, which hears everything that any station says."""
        board = self.client("board")
        board.listen("andon/v1/+/+/+/+/+/event")
        board.listen("andon/v1/+/+/+/+/+/status")
        board.listen("andon/v1/+/+/+/+/+/state")
        return board

    def attempt(self, context: ssl.SSLContext | None) -> bytes:
        """What comes back for a CONNECT of somebody with this encryption; nothing, where the broker hangs up."""
        hello = b"\x10\x11\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x04evil"
        with socket.create_connection(("127.0.0.1", self.port), WAIT_S) as plain:
            plain.settimeout(WAIT_S)
            try:
                with context.wrap_socket(plain, server_hostname="127.0.0.1") if context else plain as connection:
                    connection.sendall(hello)
                    return connection.recv(64)
            except (ssl.SSLError, ConnectionError):
                return b""

    def leave(self) -> None:
        """End the clients."""
        while self._clients:
            self._clients.pop().close()

    def close(self) -> None:
        """End clients and broker."""
        self.leave()
        self.broker.stop()


@contextlib.contextmanager
def secure_plant(folder: Path, *change: tuple[str, str]) -> Iterator[SecurePlant]:
    """A running plant."""
    made = SecurePlant(folder, *change)
    made.broker.start()
    try:
        yield made
    finally:
        made.close()
