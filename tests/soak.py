"""`python -m tests.soak [--events N]`: events flow while the broker is killed every 15 s; memory and files stay flat.

The station and the uplink are the product's own processes, each looked at by itself; the broker is a real mosquitto.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import tempfile
import threading
from pathlib import Path

import msgspec

from edge_agent import clock
from edge_agent.control import Request
from edge_agent.state import Status
from tests.bench_station import BenchStation, station, uplink, written
from tests.mosquitto import Broker, Subscriber, broker
from tests.plant import ALL

KILL_NS = 15 * clock.NS_PER_S
AWAY_S = 0.5  # between the kill and the next start
GROUP = 50  # events between two looks at the journal's depth
MOST_WAITING = 500  # events the broker has not got: more are made when there are fewer
PAUSE_S = 0.05
PATIENCE_NS = 180 * clock.NS_PER_S  # for the last event to be confirmed
WARM = 2.5  # one part in so many goes by before the first look: SQLite's page caches, 2 MB a connection, fill once
LOOKS = 10  # printed, so that a growth that goes on can be told from one that has ended
MOST_GROWTH_KB, MOST_FILES = 1024, 4


class Look(msgspec.Struct, frozen=True):
    """What one process holds."""

    memory_kb: int
    files: int


class Soaked(msgspec.Struct, frozen=True):
    """The looks at each process, from the first after the warm part to the last when all is delivered."""

    looks: dict[str, list[Look]]
    kills: int
    left: int  # events not confirmed at the end

    def grown_kb(self, part: str) -> int:
        """Growth of a process's resident memory."""
        return self.looks[part][-1].memory_kb - self.looks[part][0].memory_kb

    def files(self, part: str) -> int:
        """Growth of the number of its open files."""
        return self.looks[part][-1].files - self.looks[part][0].files

    def flat(self) -> bool:
        """Whether neither grew, and everything was delivered."""
        grown = any(self.grown_kb(part) > MOST_GROWTH_KB or self.files(part) > MOST_FILES for part in self.looks)
        return not grown and not self.left


class Flow:
    """A station, its uplink and its broker at work, and events made as fast as the broker takes them."""

    def __init__(self, running: BenchStation, sending: int, broken: Broker, plant: Subscriber) -> None:
        self.kills, self.looks = 0, {"station": list[Look](), "uplink": list[Look]()}
        self._station, self._broker, self._plant = running, broken, plant
        self._processes = {"station": running.process.pid, "uplink": sending}
        self._killed_ns, self._pause = clock.now_ns(), threading.Event()

    def until(self, number: int) -> None:
        """Make events until so many are recorded: a changeover begins or ends, each is one."""
        while self._status().seq < number:
            for each in range(GROUP):
                self._station.client.ask(Request(do=("changeover", "resume")[each % 2]))
            self.settle(MOST_WAITING)
            if clock.now_ns() - self._killed_ns >= KILL_NS:
                self._kill()

    def settle(self, most: int) -> int:
        """Wait, not for ever, until at most so many are not confirmed; returns how many are not."""
        until_ns = clock.now_ns() + PATIENCE_NS
        while (depth := self._status().depth) > most and clock.now_ns() < until_ns:
            self._pause.wait(PAUSE_S)
        return depth

    def look(self) -> None:
        """Note what each process holds now."""
        for part, process in self._processes.items():
            self.looks[part].append(Look(memory_kb(process), open_files(process)))

    def _kill(self) -> None:
        self._broker.stop(signal.SIGKILL)
        self._pause.wait(AWAY_S)
        self._broker.start()
        self.kills, self._killed_ns = self.kills + 1, clock.now_ns()

    def _status(self) -> Status:
        """What the station says; what the plant has heard meanwhile is let go: it is not what is measured."""
        while not self._plant.messages.empty():
            self._plant.messages.get()
        return self._station.status()


def soaked(folder: Path, number: int) -> Soaked:
    """Let so many events flow, and look at both processes again and again."""
    with contextlib.ExitStack() as ends:
        running = ends.enter_context(broker(folder))
        plant = Subscriber(running.port, ALL, lasting="plant")
        ends.callback(plant.close)
        path = written(folder, mqtt=running.port)
        at_work = ends.enter_context(station(path))
        flow = Flow(at_work, ends.enter_context(uplink(path)).process.pid, running, plant)
        for each in range(LOOKS + 1):
            flow.until(round(number * (1 + (WARM - 1) * each / LOOKS) / WARM))
            left = flow.settle(0)  # each look at the same state: connected, nothing under way
            flow.look()
    return Soaked(flow.looks, flow.kills, left)


def memory_kb(process: int) -> int:
    """Resident memory of a process."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def open_files(process: int) -> int:
    """Open file descriptors of a process."""
    return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())


def main() -> int:
    """Print what each process held over time; 1 where one grew or an event was not delivered."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--events", type=int, default=50_000, help="how many are recorded (%(default)s)")
    events = parser.parse_args().events
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        found = soaked(Path(folder), events)
    told(found, events)
    return 0 if found.flat() else 1


def told(found: Soaked, events: int) -> None:
    """Print the looks at each process, and what it grew by."""
    sys.stdout.write(f"{events} events, {found.kills} kills of the broker, {found.left} not delivered at the end\n")
    for part, looks in found.looks.items():
        sys.stdout.write(f"{part:>8} kB    {' '.join(f'{look.memory_kb:6d}' for look in looks)}")
        sys.stdout.write(f"  {found.grown_kb(part):+d}\n")
        sys.stdout.write(f"{part:>8} files {' '.join(f'{look.files:6d}' for look in looks)}  {found.files(part):+d}\n")


if __name__ == "__main__":
    sys.exit(main())
