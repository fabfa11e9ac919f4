"""What a real mosquitto carries: a station whose wires and commands a test works, and every event of the stories."""

from __future__ import annotations

import contextlib
import json
import queue
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from paho.mqtt.client import MQTTMessage
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge_agent.journal import Entry
from edge_agent.standard import to_ns
from tests import bench_station, plant
from tests.bench_station import CORD, GREEN, RESET, BenchStation, Process, written
from tests.contract import examples
from tests.mosquitto import WAIT_S, Subscriber, broker, subscriber

PATH = examples.IDENTITY.path
ALL = "andon/v1/#"
AGAIN_S = 2.0  # beyond any answer on a loaded machine, and time for ten more commands
TRIES = 5
COMMANDS: tuple[dict[str, Any], ...] = (
    {"type": "snapshot"},
    {"type": "acknowledge", "call": 1},
    {"type": "arrive", "call": 1},
    {"type": "shelve", "call": 1, "args": {"for_s": 60.0, "why": "belt is being changed"}},
    {"type": "unshelve"},
    {"type": "restore", "call": 1, "args": {"verdict": "true"}},
    {"type": "planned-stop", "args": {"reason": "cleaning"}},
    {"type": "changeover"},
    {"type": "resume"},
    {"type": "product", "args": {"product": "housing"}},
    {"type": "set-standard", "args": {"set": {"standard_cycle_s": 45.0, "takt_s": 50}, "why": "new fixture"}},
    {"type": "set-plan", "args": {"set": {"shift early demand": 450}, "revision": 4}},
    {"type": "test-light"},
    {"type": "replay", "args": {"from": 1, "to": 3}},
    {"type": "reboot"},
    {"type": "shelve", "call": 1},
)
"""What a board asks; of the last two one is no command, and one lacks what it must say."""


class Listener(Subscriber):
    """Hears everything as it was published, retained or not, and keeps it."""

    def __init__(self, port: int) -> None:
        super().__init__(port, ALL, as_published=True)
        self.heard: list[MQTTMessage] = []

    def hears(self, wanted: Callable[[MQTTMessage], bool], within_s: float) -> bool:
        """Keep what comes, up to the first message that is wanted; False where nothing more comes."""
        with contextlib.suppress(queue.Empty):
            while True:
                self.heard.append(self.messages.get(timeout=within_s))
                if wanted(self.heard[-1]):
                    return True
        return False

    def until(self, wanted: Callable[[MQTTMessage], bool]) -> None:
        """Keep what comes, up to the first message that is wanted."""
        if not self.hears(wanted, bench_station.WAIT_S):
            raise AssertionError("\n".join(f"{each.topic} {each.payload!r}" for each in self.heard))


def kind(message: MQTTMessage) -> str:
    """The last level of its topic."""
    return message.topic.rsplit("/", 1)[1]


def said(message: MQTTMessage) -> dict[str, Any]:
    """Its payload."""
    read: dict[str, Any] = json.loads(message.payload)
    return read


def of_a_station(folder: Path) -> list[MQTTMessage]:
    """A station that is worked, called, commanded and stopped, and another whose will is said; all processes real."""
    with broker(folder) as running, contextlib.ExitStack() as stack:
        listener = stack.enter_context(contextlib.closing(Listener(running.port)))
        _kill_another(folder / "another", running.port, listener)
        path = written(folder, standard_s=1.0, mqtt=running.port)
        with path.open("a", encoding="utf-8") as file:
            file.write('confirm = "ledger"\ncycle = true\n')
        words = ("run", str(folder / "books.db"), "--host", "127.0.0.1", "--port", str(running.port))
        stack.enter_context(_ended(Process("edge_agent", "ledger", *words, log=folder / "ledger.log")))
        station = stack.enter_context(bench_station.station(path))
        uplink = stack.enter_context(bench_station.uplink(path))
        listener.until(lambda message: kind(message) == "ack")
        _work(station, listener)
        for number, command in enumerate(COMMANDS):
            _ask(listener, f"board-{number}", command)
        station.end(signal.SIGTERM)
        listener.until(_event("agent.stopping"))
        listener.until(lambda message: kind(message) == "ack")
        uplink.end(signal.SIGTERM)
        listener.until(lambda message: kind(message) == "status" and said(message)["state"] == "stopping")
        if not any(map(is_will, listener.heard)):  # the broker says it ten seconds after the end of the connection
            listener.until(is_will)
        return listener.heard


def of_the_stories(folder: Path) -> list[MQTTMessage]:
    """Every event of every story: recorded in a real journal, sent by a real uplink."""
    station = plant.Station(folder)
    with broker(folder) as running, subscriber(running.port, ALL) as listening:
        station.open_journal()
        station.open_socket()
        try:
            for event in examples.of_the_stories():
                later = msgspec.structs.replace(event, at_ns=event.at_ns + to_ns(10.0))  # the earliest is before 0:00
                station.writer.record(Entry(events=(later,)))
            assert station.writer.flush(WAIT_S)
            with plant.sending(station, running.port):
                station.settle()
        finally:
            station.close()
        return [listening.messages.get_nowait() for _ in range(listening.messages.qsize())]


def is_will(message: MQTTMessage) -> bool:
    """Whether the broker said it in the place of a station."""
    return kind(message) == "status" and said(message)["reason"] == "will"


def _kill_another(folder: Path, port: int, listener: Listener) -> None:
    """The uplink of a second station connects, and is killed: it can say no goodbye."""
    folder.mkdir()
    path = written(folder, mqtt=port)
    path.write_text(path.read_text(encoding="utf-8").replace('"st07"', '"st08"'), encoding="utf-8")
    with bench_station.uplink(path) as uplink:
        listener.until(lambda message: kind(message) == "status" and said(message)["state"] == "online")
        uplink.end(signal.SIGKILL)


def _work(station: BenchStation, listener: Listener) -> None:
    """A part that is late, found by itself; and a pull that is answered at the station."""
    station.cycle()
    station.seen(GREEN, True)
    listener.until(_event("call.raised"))
    station.drive(f"{CORD} 1")
    listener.until(_event("call.raised"))
    station.drive(f"{CORD} 0", f"{RESET} 0", f"{RESET} 1")
    listener.until(_event("call.cleared"))


def _event(name: str) -> Callable[[MQTTMessage], bool]:
    return lambda message: kind(message) == "event" and said(message)["type"] == f"andon.{name}.v1"


def _ask(listener: Listener, command_id: str, command: dict[str, Any]) -> None:
    """Send a command as a board does, until it is answered: the station takes five a second and ignores the rest."""
    now = datetime.now(UTC)
    stamps = {"issued_at": now.isoformat(), "expires_at": (now + timedelta(seconds=30)).isoformat()}
    payload = json.dumps({"id": command_id, **stamps, "by": "board", **command}).encode()
    properties = Properties(PacketTypes.PUBLISH)
    properties.MessageExpiryInterval = 20
    for _ in range(TRIES):
        listener.client.publish(f"andon/v1/{PATH}/cmd", payload, 1, properties=properties)
        if listener.hears(lambda message: kind(message) == "res" and said(message)["id"] == command_id, AGAIN_S):
            return
    listener.until(lambda _: False)


@contextlib.contextmanager
def _ended(process: Process) -> Iterator[Process]:
    try:
        yield process
    finally:
        process.close()
