"""A real broker and a real subscriber for tests: mosquitto on a free loopback port, paho collecting what it carries."""

from __future__ import annotations

import contextlib
import queue
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

WAIT_S = 10.0  # for anything a test waits for; it is there within milliseconds
TRIES = 200  # of connecting to a broker that is starting, one every 10 ms


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Broker:
    """Mosquitto; `start` and `stop` it as often as the test wants, the port stays.

    Open to everybody on one plain listener, and what `extra` adds; or just as `whole` says, with `port` in it.
    """

    def __init__(self, folder: Path, port: int | None = None, extra: str = "", whole: str = "") -> None:
        self.port = free_port() if port is None else port
        self._config = folder / f"mosquitto-{self.port}.conf"
        access = "" if "allow_anonymous" in extra else "allow_anonymous true"
        self._config.write_text(whole or f"listener {self.port} 127.0.0.1\n{access}\nlog_dest none\n{extra}\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it listens."""
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
        if program is None:
            pytest.skip("mosquitto is not installed: apt install mosquitto")
        self._process = subprocess.Popen([program, "-c", str(self._config)])
        pause = threading.Event()
        for _ in range(TRIES):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1.0):
                return
            pause.wait(0.01)
        pytest.fail("mosquitto does not listen")

    def reload(self) -> None:
        """Let it read its passwords and access lists anew."""
        if self._process is not None:
            self._process.send_signal(signal.SIGHUP)

    def freeze(self) -> None:
        """Keep its connections and answer nothing, until it is killed."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it as asked and wait until it has ended."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(WAIT_S)
            self._process = None


@contextlib.contextmanager
def broker(folder: Path, extra: str = "") -> Iterator[Broker]:
    """A running broker."""
    running = Broker(folder, extra=extra)
    running.start()
    try:
        yield running
    finally:
        running.stop(signal.SIGKILL)


class Subscriber:
    """Collects messages on a topic filter, over restarts of the broker too; sends what the test wants sent.

    With a `lasting` client id the broker keeps its session, and what comes while it is away. With `as_published` each
    message has the retain flag it was published with.
    """

    def __init__(
        self, port: int, topic: str, *, five: bool = True, lasting: str = "", as_published: bool = False
    ) -> None:
        self.messages: queue.Queue[MQTTMessage] = queue.Queue()
        self._listens = threading.Event()
        self._five = five
        version = MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311
        self.client = Client(CallbackAPIVersion.VERSION2, lasting, protocol=version)
        self.client.reconnect_delay_set(0.05, 0.05)
        how = {"options": SubscribeOptions(qos=1, retainAsPublished=as_published)} if five else {"qos": 1}
        self.client.on_connect = lambda client, *_: client.subscribe(topic, **how)
        self.client.on_subscribe = lambda *_: self._listens.set()
        self.client.on_disconnect = lambda *_: self._listens.clear()
        self.client.on_message = lambda _c, _u, message: self.messages.put(message)
        if lasting:
            session = Properties(PacketTypes.CONNECT)
            session.SessionExpiryInterval = 3600
            self.client.connect("127.0.0.1", port, clean_start=False, properties=session)
        else:
            self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.wait()

    def wait(self) -> None:
        """Until the broker has taken the subscription."""
        assert self._listens.wait(WAIT_S)

    def next(self, wanted: Callable[[MQTTMessage], bool] = lambda _: True) -> MQTTMessage:
        """The next message that is wanted; others are passed over."""
        while not wanted(message := self.messages.get(timeout=WAIT_S)):
            pass
        return message

    def publish(self, topic: str, payload: bytes, *, retain: bool = False, **properties: Any) -> None:
        """Send one message and wait until the broker has it."""
        given = Properties(PacketTypes.PUBLISH)
        for name, value in properties.items():
            setattr(given, name, value)
        sent = self.client.publish(topic, payload, 1, retain, given if self._five else None)
        sent.wait_for_publish(WAIT_S)

    def close(self) -> None:
        """Disconnect and end the thread."""
        self.client.disconnect()
        self.client.loop_stop()


@contextlib.contextmanager
def subscriber(port: int, topic: str, *, five: bool = True) -> Iterator[Subscriber]:
    """A listening subscriber."""
    listening = Subscriber(port, topic, five=five)
    try:
        yield listening
    finally:
        listening.close()
