"""`python -m tests.soak [--events N]`: events flow while the broker is killed every 15 s; memory and files stay flat.

Writer, uplink and a subscriber are in this one process, the broker is a real mosquitto.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import tempfile
import threading
from pathlib import Path

from edge_agent import clock
from tests.mosquitto import Subscriber, broker
from tests.plant import ALL, Station, sending

KILL_NS = 15 * clock.NS_PER_S
AWAY_S = 0.5  # between the kill and the next start
GROUP = 50  # events recorded at once
PAUSE_S = 0.05  # between groups: up to a thousand a second, and time to send them
WARM = 2.5  # one part in so many goes by before the first look: SQLite's page caches, 2 MB a connection, fill once
MOST_GROWTH_KB, MOST_FILES = 1024, 4


def main() -> int:
    """Print what grew; 1 where it was too much."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--events", type=int, default=50_000, help="how many are recorded (%(default)s)")
    events = parser.parse_args().events
    with tempfile.TemporaryDirectory() as folder:
        grown_kb, files, kills, left = soaked(Path(folder), events)
    line = f"{events} events, {kills} kills: {grown_kb:+d} kB, {files:+d} open files, {left} not delivered at the end"
    sys.stdout.write(line + "\n")
    return 1 if grown_kb > MOST_GROWTH_KB or abs(files) > MOST_FILES or left else 0


def soaked(folder: Path, number: int) -> tuple[int, int, int, int]:
    """Let so many events flow; growth in kB, growth in open files, kills, and how many are not confirmed."""
    station, pause = Station(folder), threading.Event()
    station.open_journal()
    station.open_socket()
    before, kills, killed_ns = (0, 0), 0, clock.now_ns()
    with contextlib.ExitStack() as ends:
        ends.callback(station.close)
        running = ends.enter_context(broker(folder))
        plant = Subscriber(running.port, ALL, lasting="plant")
        ends.callback(plant.close)
        ends.enter_context(sending(station, running.port))
        for recorded in range(GROUP, number + GROUP, GROUP):
            station.record(GROUP)
            emptied(station, plant)
            pause.wait(PAUSE_S)
            if recorded == max(GROUP, int(number / WARM) // GROUP * GROUP):
                before = (memory_kb(), open_files())
            if clock.now_ns() - killed_ns >= KILL_NS:
                running.stop(signal.SIGKILL)
                pause.wait(AWAY_S)
                running.start()
                kills, killed_ns = kills + 1, clock.now_ns()
        delivered(station, plant)
        return memory_kb() - before[0], open_files() - before[1], kills, station.depth


def delivered(station: Station, plant: Subscriber) -> None:
    """Wait until the last event is confirmed, for at most three minutes."""
    until_ns, pause = clock.now_ns() + 180 * clock.NS_PER_S, threading.Event()
    while station.depth and clock.now_ns() < until_ns:
        emptied(station, plant)
        pause.wait(PAUSE_S)


def emptied(station: Station, plant: Subscriber) -> None:
    """Let go of what has come: it is not what is measured."""
    for waiting in (station.asked, plant.messages):
        while not waiting.empty():
            waiting.get()


def memory_kb() -> int:
    """Resident memory of this process."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def open_files() -> int:
    """Open file descriptors of this process."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


if __name__ == "__main__":
    sys.exit(main())
