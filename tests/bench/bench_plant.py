"""One broker with a thousand simulated stations: connect storm, events, the broker's memory, the ledger's books.

`python -m tests.bench.bench_plant --stations 10000 --every 30` for more of them that say less.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from edge_agent import clock
from edge_agent.consumer import report
from tests.bench.bench_processes import busy_ns, memory_mb
from tests.bench.figures import percentile, say, table
from tests.bench_station import Process, written
from tests.mosquitto import Broker

STATIONS = 1_000
SECONDS = 60.0  # of events, after the storm
EVERY_S = 10.0  # from one event of a station to its next; a real one says a dozen an hour
CROWD = 1_250  # stations in a process: its one thread is not the bottleneck
FILES = 4  # descriptors a station: paho has three
SETTINGS = "max_inflight_messages 100\nmax_queued_messages 100000\npersistence false"
PATIENCE_S = 200.0  # beyond the time of events, for a machine that does other work


def run(stations: int = STATIONS, seconds: float = SECONDS, every_s: float = EVERY_S) -> None:
    """Print what came of one plant."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 2 * FILES * stations + 1_000), hard))
    with tempfile.TemporaryDirectory() as name, plant(Path(name)) as (broker, ledger, books, path):
        firsts, bare_mb = range(0, stations, CROWD), memory_mb(broker._process.pid)[0]
        crowds = [
            crowd(path, broker.port, range(first, min(first + CROWD, stations)), seconds, every_s) for first in firsts
        ]
        began_ns = clock.now_ns()
        told = [msgspec.json.decode(each.communicate(timeout=seconds + PATIENCE_S)[0]) for each in crowds]
        took_s = (clock.now_ns() - began_ns) / clock.NS_PER_S
        pids = (broker._process.pid, ledger.process.pid)
        memory = [memory_mb(pid)[0] for pid in pids]
        busy = [busy_ns(pid) / clock.NS_PER_S / took_s for pid in pids]
        print_outcome(stations, seconds, told, (bare_mb, *memory), busy, kept(books))


def crowd(path: Path, port: int, numbers: range, seconds: float, every_s: float) -> subprocess.Popen[bytes]:
    """A process of so many stations."""
    words = (path, port, numbers.start, len(numbers), seconds, every_s)
    command = [sys.executable, "-m", "tests.bench.plant_stations", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


@contextlib.contextmanager
def plant(folder: Path) -> Iterator[tuple[Broker, Process, Path, Path]]:
    """A broker and a ledger at work."""
    broker, books = Broker(folder, extra=SETTINGS), folder / "books.db"
    broker.start()
    path = written(folder, mqtt=broker.port)
    words = ("run", str(books), "--host", "127.0.0.1", "--port", str(broker.port))
    ledger = Process("edge_agent", "ledger", *words, log=folder / "ledger.log")
    try:
        yield broker, ledger, books, path
    finally:
        ledger.close()
        broker.stop(signal.SIGKILL)


def kept(books: Path) -> tuple[int, int]:
    """Events in the books, and numbers missing in them."""
    with contextlib.closing(sqlite3.connect(books)) as connection:
        count = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    return count, sum(one.missing for one in report.told(books, 24.0))


def print_outcome(
    stations: int,
    seconds: float,
    told: list[dict[str, Any]],
    memory: tuple[float, ...],
    busy: list[float],
    booked: tuple[int, int],
) -> None:
    """Print one plant as a table."""
    connects = [each for one in told for each in one["connect_ms"] if each >= 0]
    said, sent, known, lost = (sum(one[name] for one in told) for name in ("said", "sent", "booked", "lost"))
    rows = [
        ("stations connected", f"{len(connects)} of {stations}, {lost} lost again"),
        ("from CONNECT to CONNACK, ms: p50, p99, max", shown(connects)),
        ("events said", f"{said}, {said / seconds:.0f} a second"),
        ("sent again", f"{sent - said}"),
        ("in the ledger's books", f"{booked[0]}, {booked[1]} numbers missing"),
        ("acknowledged to the stations", f"{known}"),
        (
            "broker: RSS before, after",
            f"{memory[0]:.1f} MB, {memory[1]:.1f} MB; {1000 * (memory[1] - memory[0]) / stations:.1f} kB a station",
        ),
        ("ledger: RSS", f"{memory[2]:.1f} MB"),
        ("processors used: broker, ledger", f"{busy[0]:.2f}, {busy[1]:.2f}"),
    ]
    table(("one plant", "measured"), rows)
    whole = said == booked[0] == known and not booked[1] and len(connects) == stations
    say("Nothing is missing." if whole else "**Something is missing.**")


def shown(values: list[float]) -> str:
    """Three figures of many."""
    return " / ".join(f"{figure:.0f}" for figure in (percentile(values, 50), percentile(values, 99), max(values)))


def main() -> None:
    """As many as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stations", type=int, default=STATIONS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--every", type=float, default=EVERY_S)
    asked = parser.parse_args()
    run(asked.stations, asked.seconds, asked.every)


if __name__ == "__main__":
    main()
