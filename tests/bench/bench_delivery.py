"""Events a second from `Station.step` to the PUBACK and to the ledger's books, and how late a subscriber is."""

from __future__ import annotations

import contextlib
import json
import queue
import sqlite3
import statistics
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from edge_agent import clock, config
from edge_agent.control import find_socket
from edge_agent.journal import Entry
from edge_agent.observations import PlannedStop
from edge_agent.signals.broker import Settings
from edge_agent.signals.mqtt import Connected, Letter, Said, Transport
from tests.bench.figures import percentile, ratio, say, spread, table
from tests.bench_station import Process, written
from tests.mosquitto import Subscriber, broker
from tests.plant import ALL, Station

EVENTS = 5_000  # in one burst: its end, told in groups of 0.2 s, is a tenth; the writer has room for 10,000
REPEATS = 3
PACED = 300  # one each 20 ms, for the delay of a plant's day
PACE_S = 0.02
PATIENCE_S = 120.0
WARM = 20  # events before the clock runs: connections are up, somebody is known to listen
WINDOW = 20  # in flight, as the uplink has it
AIM = 0.8
PUBACK, LEDGER = "step to PUBACK", "step to the books"
PAHO, SQLITE = "bare paho, QoS 1", "bare SQLite, a commit an event"


class Way:
    """A station's core, journal and control socket here; broker, uplink and ledger in processes of their own."""

    def __init__(self, folder: Path, port: int, confirm: str) -> None:
        path = written(folder, mqtt=port)
        path.write_text(path.read_text() + f'confirm = "{confirm}"\n')
        found = config.load(path)
        self.core = found.made(None, "bench")
        self.core.begin(clock.now_ns())
        self.station = Station(folder)
        self.station.socket = find_socket(found.journal.path, found.station.name)
        self.station.open_journal()
        self.station.open_socket()
        self.books = folder / "books.db"
        words = ("run", str(self.books), "--host", "127.0.0.1", "--port", str(port))
        self.ledger = Process("edge_agent", "ledger", *words, log=folder / "ledger.log")
        self.uplink = Process("edge_agent", "uplink", str(path), log=folder / "uplink.log")
        self.said = 0
        self._on = False

    def say(self, count: int) -> None:
        """So many steps of the core, one event each; memory and event go to the journal, as the agent does it."""
        for _ in range(count):
            self._on = not self._on
            now_ns = clock.now_ns()
            events = tuple(self.core.step(PlannedStop(now_ns, self._on), now_ns))
            self.said += len(events)
            self.station.writer.record(Entry(events=events, memory=msgspec.json.encode(self.core.memory())))

    def settle(self) -> None:
        """Wait until the station has been told that all is delivered, as its `confirm` means it."""
        with self.station.changed:
            done = self.station.changed.wait_for(
                lambda: self.station.seq >= self.said and not self.station.depth, PATIENCE_S
            )
        if not done:
            message = f"{self.station.depth} of {self.said} events are not delivered after {PATIENCE_S:.0f} s"
            raise TimeoutError(message)

    def close(self) -> None:
        """End everything."""
        self.uplink.close()
        self.ledger.close()
        self.station.close()


@contextlib.contextmanager
def way(confirm: str) -> Iterator[tuple[Way, int]]:
    """A way that is open, and the port of its broker."""
    with tempfile.TemporaryDirectory() as name, broker(Path(name)) as running:
        made = Way(Path(name), running.port, confirm)
        try:
            made.say(WARM)
            made.settle()
            yield made, running.port
        finally:
            made.close()


def burst(open_way: Way) -> float:
    """Events a second of a burst, until the station knows that all of them are delivered."""
    first, began_ns = open_way.said, clock.now_ns()
    open_way.say(EVENTS)
    open_way.settle()
    return (open_way.said - first) * clock.NS_PER_S / (clock.now_ns() - began_ns)


def bare_paho(port: int, payload: bytes) -> float:
    """Messages a second of paho alone, 20 in flight, to the PUBACK, with a subscriber that takes them."""
    listening, room, landed = Subscriber(port, "bare/#"), threading.Semaphore(WINDOW), threading.Semaphore(0)
    sending = Subscriber(port, "nothing/#")
    sending.client.on_publish = lambda *_: (room.release(), landed.release())
    began_ns = clock.now_ns()
    for _ in range(EVENTS):
        room.acquire()
        sending.client.publish("bare/event", payload, 1)
    for _ in range(EVENTS):
        landed.acquire()
    rate = EVENTS * clock.NS_PER_S / (clock.now_ns() - began_ns)
    sending.close()
    listening.close()
    return rate


def bare_sqlite(folder: Path, payload: bytes) -> float:
    """Commits a second of SQLite alone: WAL, synchronous=FULL, one event each."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL)")
    began_ns = clock.now_ns()
    for _ in range(EVENTS):
        connection.execute("INSERT INTO event (data) VALUES (?)", (payload,))
    rate = EVENTS * clock.NS_PER_S / (clock.now_ns() - began_ns)
    connection.close()
    return rate


def delays(open_way: Way, port: int) -> list[float]:
    """From each step to the subscriber, in ms, at a pace that leaves everybody time."""
    listening, pause, said = Subscriber(port, ALL), threading.Event(), {}
    heard: dict[int, int] = {}

    def take(_client: object, _data: object, message: object) -> None:
        if message.topic.endswith("/event"):
            heard.setdefault(int(json.loads(message.payload)["sequence"]), clock.now_ns())

    listening.client.on_message = take
    for _ in range(PACED):
        began_ns = clock.now_ns()
        open_way.say(1)
        said[open_way.said] = began_ns
        pause.wait(PACE_S)
    open_way.settle()
    pause.wait(1.0)  # the subscriber may be a moment behind the PUBACK
    listening.close()
    return [(heard[seq] - at_ns) / 1e6 for seq, at_ns in said.items() if seq in heard]


def transit(port: int) -> list[float]:
    """From the hand-over of a message to our transport until a subscriber has it, in ms; no journal, no station."""
    told: queue.SimpleQueue[Said] = queue.SimpleQueue()
    settings = Settings(host="127.0.0.1", port=port)
    transport = Transport(settings, 1, "bench", None, told.put, five=True)
    listening, pause = Subscriber(port, "transit/#"), threading.Event()
    heard: dict[int, int] = {}
    listening.client.on_message = lambda _c, _d, message: heard.setdefault(int(message.payload[:8]), clock.now_ns())
    transport.start()
    if not isinstance(said := told.get(timeout=PATIENCE_S), Connected):
        message = f"no connection: {said}"
        raise TimeoutError(message)
    began_ns = {}
    for number in range(PACED):
        letter = Letter(topic="transit/event", payload=f"{number:08}".encode() + b"x" * 700)
        began_ns[number] = clock.now_ns()
        transport.send(letter)
        pause.wait(PACE_S)
    pause.wait(1.0)
    transport.close(1.0)
    listening.close()
    return [(heard[number] - at_ns) / 1e6 for number, at_ns in began_ns.items() if number in heard]


def run() -> None:
    """Print rates beside both floors of the same repeat, and the delay of a subscriber."""
    rates: dict[str, list[float]] = {name: [] for name in (PUBACK, LEDGER, PAHO, SQLITE)}
    late: dict[str, list[float]] = {}
    for _ in range(REPEATS):
        for name, confirm in ((PUBACK, "puback"), (LEDGER, "ledger")):
            with way(confirm) as (open_way, _port):
                rates[name].append(burst(open_way))
        floors(rates)
    with way("puback") as (open_way, port):
        late["the step, group commit and all"] = delays(open_way, port)
        late["the hand-over to the network"] = transit(port)
    slower = [min(pair) for pair in zip(rates[PAHO], rates[SQLITE], strict=True)]
    rows = [(name, spread(rate, 0), ratio(rate, slower)) for name, rate in rates.items()]
    table(("min / median / max of repeats", "events a second", "x the slower floor"), rows)
    figures = [
        (since, f"{percentile(ms, 50):.1f}", f"{percentile(ms, 99):.1f}", f"{max(ms):.1f}", str(len(ms)))
        for since, ms in late.items()
    ]
    table(("to a subscriber, ms, since", "p50", "p99", "max", "events"), figures)
    for name in (PUBACK, LEDGER):
        beside = statistics.median(rate / floor for rate, floor in zip(rates[name], slower, strict=True))
        say(
            f"Aim: {name} at least {AIM} x the slower floor: {beside:.2f}, {'met' if beside >= AIM else '**not met**'}."
        )


def floors(rates: dict[str, list[float]]) -> None:
    """One measurement of each floor, on a disk and with a broker as the way has them."""
    payload = b"x" * 700  # an event as it goes out
    measured: tuple[tuple[str, Callable[[Path, int], float]], ...] = (
        (PAHO, lambda _, port: bare_paho(port, payload)),
        (SQLITE, lambda folder, _: bare_sqlite(folder, payload)),
    )
    for name, measure in measured:
        with tempfile.TemporaryDirectory() as folder, broker(Path(folder)) as running:
            rates[name].append(measure(Path(folder), running.port))
