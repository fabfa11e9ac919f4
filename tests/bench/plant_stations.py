"""Many stations in one process: each with the real core, contract and sender, and a connection of its own.

python -m tests.bench.plant_stations CONFIG PORT FIRST COUNT SECONDS EVERY: prints one JSON object at its end.
"""

from __future__ import annotations

import heapq
import os
import random
import selectors
import sys
from pathlib import Path
from typing import Any

import msgspec
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from edge_agent import clock, config
from edge_agent.config import Config
from edge_agent.journal import Row
from edge_agent.observations import PlannedStop
from edge_agent.signals.awaited import Awaited
from edge_agent.signals.contract import Identity
from edge_agent.signals.mqtt import Letter
from edge_agent.signals.sender import Sender
from edge_agent.standard import to_ns

JITTER_S = 5.0  # the storm: all come back within this time, as their back-off spreads them
TICK_S = 0.02
AT_ONCE = 20  # stations that speak between two looks at the sockets
PATIENCE_S = 60.0  # for the last acknowledgement
MISC_NS = to_ns(1.0)
NICE = 10  # stations have processors of their own in a plant: theirs must not be the ledger's here
CHANCE = random.SystemRandom()  # epochs must differ between processes


class Rows:
    """A journal in memory: what a station has said."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def unconfirmed(self, after_seq: int, limit: int) -> list[Row]:
        """Those above `after_seq`."""
        return self.rows[after_seq : after_seq + limit]

    def range(self, first: int, last: int, limit: int) -> list[Row]:
        """Those from `first` to `last`."""
        return self.rows[first - 1 : min(last, first - 1 + limit)]

    def gone(self, first: int, last: int) -> list[tuple[int, int]]:  # noqa: ARG002 - the journal's face
        """None: nothing is pruned."""
        return []


class Simulated:
    """One station; told the time."""

    def __init__(self, found: Config, number: int, port: int, begun_ns: int, every_s: float) -> None:
        self.every_s = every_s
        place = {"enterprise": "acme", "site": "plant1", "area": "hall", "line": f"line{number // 50}"}
        self.identity = Identity(**place, station=f"st{number:05}")
        self.core = found.made(None, "bench")
        self.core.begin(begun_ns)
        self.journal = Rows()
        self.awaited: Awaited[Row] = Awaited(self.journal, CHANCE.random)
        self.sender: Sender[Row] = Sender(self.identity, self.journal, self.awaited)
        self.sender.renew(f"{CHANCE.getrandbits(64):016x}")
        self.connected_ms = -1.0
        self.due_ns = begun_ns + to_ns(CHANCE.uniform(0, JITTER_S))
        self.fd = -1
        self.sent = 0
        self._port = port
        self._began_ns = 0
        self._on = False
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            f"sim-{number}",
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        self.client.on_connect = self._connected
        self.client.on_publish = lambda _c, _u, mid, code, _p: self.sender.land(mid, code.value, clock.now_ns())
        self.client.on_message = lambda _c, _u, came: self.sender.acknowledge(
            came.payload, retained=came.retain, now_ns=clock.now_ns()
        )

    @property
    def settled(self) -> bool:
        """Whether the consumer has acknowledged everything."""
        return self.awaited.booked.total == len(self.journal.rows)

    def connect(self) -> int:
        """Begin; returns the socket to be watched."""
        self._began_ns = clock.now_ns()
        self.client.connect("127.0.0.1", self._port, keepalive=60)
        self.fd = self.client.socket().fileno()
        return self.fd

    def say(self, now_ns: int) -> None:
        """One step of the core, which says one event."""
        self._on = not self._on
        for event in self.core.step(PlannedStop(now_ns, self._on), now_ns):
            seq, data = len(self.journal.rows) + 1, msgspec.json.encode(event.data)
            row = Row(seq, event.at_ns, "boot", clock.wall_ns(), "synced", event.data.TYPE, data)
            self.journal.rows.append(row)
        self.sender.backlog.nudge()
        self.send(now_ns)

    def send(self, now_ns: int) -> None:
        """As much as the window allows."""
        if self.connected_ms >= 0:
            self.sender.fill(self._publish, now_ns, events=True)

    def _connected(self, *_: Any) -> None:
        self.connected_ms = (clock.now_ns() - self._began_ns) / 1e6
        self.sender.open(None, None)
        self.client.subscribe(self.identity.topic("ack"), qos=1)

    def _publish(self, letter: Letter) -> int:
        self.sent += 1
        return self.client.publish(letter.topic, letter.payload, letter.qos).mid


class Crowd:
    """All of one process, in one thread, by one selector."""

    def __init__(self, found: Config, numbers: range, port: int, every_s: float) -> None:
        self.stations = [Simulated(found, number, port, clock.now_ns(), every_s) for number in numbers]
        self.lost = 0
        self._selector = selectors.DefaultSelector()
        self._due = [(each.due_ns, index) for index, each in enumerate(self.stations)]
        heapq.heapify(self._due)
        self._misc_ns = 0

    def live(self, seconds: float) -> None:
        """Connect, say events for so long, and wait until all are acknowledged or patience is over."""
        until_ns = clock.now_ns() + to_ns(JITTER_S + seconds)
        while (now_ns := clock.now_ns()) < until_ns:
            self._turn(now_ns, speaking=True)
        until_ns += to_ns(PATIENCE_S)
        while (now_ns := clock.now_ns()) < until_ns and not all(each.settled for each in self.stations):
            self._turn(now_ns, speaking=False)

    def _turn(self, now_ns: int, *, speaking: bool) -> None:
        for key, _ in self._selector.select(TICK_S):
            if key.data.client.loop_read():
                self._selector.unregister(key.fd)
                self.lost += 1
            elif key.data.client.want_write():
                key.data.client.loop_write()
        for _ in range(AT_ONCE if speaking else 0):
            if self._due[0][0] > now_ns:
                break
            self._speak(heapq.heappop(self._due)[1], now_ns)
        if now_ns >= self._misc_ns:
            self._misc_ns = now_ns + MISC_NS
            for each in self.stations:
                if each.fd >= 0:
                    each.client.loop_misc()
                    each.send(now_ns)

    def _speak(self, index: int, now_ns: int) -> None:
        """What is due for one station: to connect, or to say an event once it is connected."""
        each = self.stations[index]
        if each.fd < 0:
            self._selector.register(each.connect(), selectors.EVENT_READ, each)
            each.due_ns = now_ns + to_ns(each.every_s * CHANCE.random())
        else:
            each.say(now_ns)
            each.due_ns += to_ns(each.every_s)
        heapq.heappush(self._due, (each.due_ns, index))

    def told(self) -> dict[str, Any]:
        """What came of it."""
        return {
            "connect_ms": [each.connected_ms for each in self.stations],
            "said": sum(len(each.journal.rows) for each in self.stations),
            "booked": sum(each.awaited.booked.total for each in self.stations),
            "sent": sum(each.sent for each in self.stations),
            "lost": self.lost,
        }


def main(words: list[str]) -> None:
    """Live, and tell."""
    path, port, first, count, seconds, every = words
    os.nice(NICE)
    crowd = Crowd(config.load(Path(path)), range(int(first), int(first) + int(count)), int(port), float(every))
    crowd.live(float(seconds))
    sys.stdout.write(msgspec.json.encode(crowd.told()).decode() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
