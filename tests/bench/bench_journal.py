"""What an event costs the card from its record to its pruning: the journal beside a bare SQLite table.

Bytes are those the kernel hands to the block device for this process (`write_bytes` of /proc/self/io): data pages and
nothing of the file system's own, nor what a card writes beside. A temporary folder in memory gives nought.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from edge_agent import clock
from edge_agent.events import Event, SensorLost
from edge_agent.journal import Entry, Journal, Label, Settings, storage
from tests.bench.figures import say, spread, table
from tests.story_station import made

REPEATS = 5
EVENTS = 1_000  # in one repeat
GROUP = 20  # events that the uplink tells of at once: one window
KEPT = 2_000  # confirmed rows kept here, so that pruning is part of it
AIM_BYTES = 12_000
NOW = Label(now_ns=1_000, wall_ns=1_795_392_000 * clock.NS_PER_S, time_quality="synced")

Life = Callable[[int], None]


def run() -> None:
    """Print the table."""
    storage.KEPT_ROWS = KEPT
    storage.PRUNE_EVERY = GROUP
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:  # the disk the code is on; /tmp may be memory
        lives = {
            "journal, confirmed by 20": journal(Path(folder) / "by20.db", GROUP),
            "journal, confirmed one by one": journal(Path(folder) / "by1.db", 1),
            "bare SQLite, deleted by 20": bare(Path(folder) / "bare.db"),
        }
        costs: dict[str, list[tuple[float, float]]] = {name: [] for name in lives}
        for life in lives.values():
            measured(life, 2 * KEPT)  # until rows are pruned and the log is used again
        for repeat in range(REPEATS):
            for name, life in lives.items():
                costs[name].append(measured(life, 2 * KEPT + repeat * EVENTS))
    floor = [written for written, _ in costs["bare SQLite, deleted by 20"]]
    rows = []
    for name, cost in costs.items():
        written = [each for each, _ in cost]
        times = [one / beside for one, beside in zip(written, floor, strict=True)]
        rows.append((name, spread(written, 0), spread(times, 2), spread([rate for _, rate in cost], 0)))
    table(("one event's life, min / median / max", "bytes to the device", "x bare", "events a second"), rows)
    worst = max(written for written, _ in costs["journal, confirmed by 20"])
    say(f"Aim: at most {AIM_BYTES} bytes an event; {'met' if worst <= AIM_BYTES else '**not met**'}.")


def measured(life: Life, first: int) -> tuple[float, float]:
    """Bytes an event, and events a second, of `EVENTS` lives from number `first` on."""
    before, began_ns = device_bytes(), clock.now_ns()
    for number in range(first, first + EVENTS):
        life(number)
    took_s = (clock.now_ns() - began_ns) / clock.NS_PER_S
    return (device_bytes() - before) / EVENTS, EVENTS / took_s


def device_bytes() -> int:
    """What this process has sent to block devices since its start."""
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


def journal(path: Path, group: int) -> Life:
    """An event committed with the station's memory, as the writer does at usual rates, and confirmed in groups."""
    opened = Journal(Settings(path=str(path)), "boot")
    opened.open()
    station = made()
    station.begin(0)
    memory = msgspec.json.encode(station.memory())

    def life(number: int) -> None:
        seq = opened.write([Entry(events=(event(number),), memory=memory)], NOW)
        if seq % group == 0:
            opened.confirm([(seq - group + 1, seq)], NOW)

    return life


def bare(path: Path) -> Life:
    """One table, WAL, synchronous=FULL, a commit an event, deleted by twenty: what SQLite itself asks."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {storage.CHECKPOINT_PAGES}")
    connection.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL)")

    def life(number: int) -> None:
        connection.execute("INSERT INTO event (data) VALUES (?)", (msgspec.json.encode(event(number)),))
        if number % GROUP == 0:
            connection.execute("DELETE FROM event WHERE seq <= ?", (number - KEPT,))

    return life


def event(number: int) -> Event:
    """Of a usual length."""
    return Event(number, SensorLost(sensor="bore_gauge", why=f"silent for {number} s " + "." * 150))
