"""In the guest: a station, its uplink, a ledger and a broker that flaps, at work on a disk whose power will be cut.

`python -m tests.cuts.session HOW SECONDS SEED [MODULE]`. HOW is `logged`, where device-mapper writes down what the disk
is told, or `plain`. The books, what was promised and how each start went are kept outside, in /run/job.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from edge_agent import clock, config
from edge_agent.consumer import report
from edge_agent.consumer.books import BooksError
from edge_agent.control import Client, ControlError, Recorded, Request, find_socket
from edge_agent.demo.gauge import Gauge
from edge_agent.journal import Reader
from edge_agent.standard import to_ns, to_s
from tests.bench_station import Process
from tests.cuts.lamp import Start, bare, processor_s
from tests.mosquitto import Broker
from tests.vm.chip import Chip, simulated
from tests.vm.conftest import WAIT_S, pause
from tests.vm.station import Station, wired
from tests.vm.wires import CORD, CYCLE

DISK, OUTSIDE, RUN = Path("/run/disk"), Path("/run/job"), Path("/run/station")
LOGGED = "logged"  # the name of the device that writes down
LET_GO = "let-go"  # all have ended; what follows is the file system's own farewell
PORT = 1883  # the guest has a network of its own
UP_S, DOWN_S = (11.0, 14.0), (0.5, 2.0)  # a connection that lived 10 s begins its back-off anew
PATIENCE_S = 300.0  # for the last event to come into the books
BOOKED_EVERY_NS = clock.NS_PER_S
Promise = Callable[[str, int], None]
"""Told that somebody outside knows so many events to be recorded: by the station's word, or as in the `books`."""


class Plant:
    """All of them, started in this order: the station alone first, as at a boot without a network."""

    def __init__(self, chip: Chip, chance: random.Random, promise: Promise, module: str) -> None:
        self.chip, self.chance, self._promise = chip, chance, promise
        RUN.mkdir()
        self.gauge = Gauge(RUN / "gauge")
        path = wired(RUN, journal=DISK / "st07.db", port=self.gauge.link, mqtt=PORT)
        with path.open("a", encoding="utf-8") as file:
            file.write('confirm = "ledger"\n')
        bare_s = bare()
        self.station = Station(chip, path, module)
        self.station.lit_until(bool)
        self.start = Start(to_s(clock.now_ns() - self.station.began_ns), processor_s(self.station.process.pid), bare_s)
        self._broker = Broker(RUN, PORT, extra="persistence false")
        self._up, self._next_ns = False, 0
        words = ("run", str(OUTSIDE / "books.db"), "--host", "127.0.0.1", "--port", str(PORT))
        self._flap()
        self.ledger = Process("edge_agent", "ledger", *words, log=OUTSIDE / "ledger.log")
        self.uplink = Process("edge_agent", "uplink", str(path), log=OUTSIDE / "uplink.log")
        self._client = Client(find_socket(config.load(path).journal.path, "st07"))
        self._planned, self._booked_ns = "resume", 0
        threading.Thread(target=self._follow, daemon=True).start()

    def work(self, seconds: float) -> None:
        """Deed after deed, by chance."""
        deeds = [self._part] * 4 + [self._reading] * 4 + [self._answer] * 3 + [self._pull, self._change, self._change]
        until_ns = clock.now_ns() + to_ns(seconds)
        while clock.now_ns() < until_ns:
            self.chance.choice(deeds)()
            pause(self.chance.uniform(0.0, 0.1))
            if clock.now_ns() > self._next_ns:
                self._flap()
            if clock.now_ns() > self._booked_ns:
                self._look_into_books()

    def end(self) -> None:
        """Let the books become complete, and end all in good order."""
        self.station.process.send_signal(signal.SIGTERM)
        assert self.station.process.wait(WAIT_S) == 0, self.station.log.read_text(encoding="utf-8")
        if not self._up:
            self._flap()
        reader = Reader(DISK / "st07.db")
        last, late_ns = reader.last_seq(), clock.now_ns() + to_ns(PATIENCE_S)
        reader.close()
        while (kept := _booked()) < last:
            assert clock.now_ns() < late_ns, f"{kept} of {last} in the books"
            pause(0.2)
        self.uplink.end(signal.SIGTERM)
        self.ledger.end(signal.SIGTERM)
        self._broker.stop(signal.SIGKILL)

    def _part(self) -> None:
        self._closed(CYCLE, high=False)

    def _pull(self) -> None:
        self._closed(CORD, high=True)

    def _closed(self, number: int, *, high: bool) -> None:
        for level in (high, not high):
            self.chip.drive(number, high=level)
            pause(0.02)

    def _reading(self) -> None:
        self.gauge.measure(25.0 + self.chance.choice((-0.01, 0.0, 0.01, 0.01, 0.03)))

    def _answer(self) -> None:
        """Somebody answers an open call, one way or another."""
        with contextlib.suppress(ControlError):
            status = self._client.ask(Request(do="status")).status
            if status is not None and status.state.calls:
                call = self.chance.choice(status.state.calls).call
                self._client.ask(Request(do=self.chance.choice(("acknowledge", "arrive", "restore")), call=call))

    def _change(self) -> None:
        self._planned = "resume" if self._planned == "changeover" else "changeover"
        with contextlib.suppress(ControlError):
            self._client.ask(Request(do=self._planned))

    def _flap(self) -> None:
        """The broker goes, or comes; it keeps nothing."""
        if self._up:
            self._broker.stop(signal.SIGKILL)
        else:
            self._broker.start()
        self._up = not self._up
        self._next_ns = clock.now_ns() + to_ns(self.chance.uniform(*(UP_S if self._up else DOWN_S)))

    def _follow(self) -> None:
        with self._client.follow() as following:
            for said in following:
                if isinstance(said, Recorded):
                    self._promise("recorded", said.seq)

    def _look_into_books(self) -> None:
        self._promise("books", _booked())
        self._booked_ns = clock.now_ns() + BOOKED_EVERY_NS


def _booked() -> int:
    """Up to which number the ledger has everything."""
    try:
        told = report.told(OUTSIDE / "books.db", 24.0)
    except BooksError:
        return 0
    if not told:
        return 0
    return told[-1].holes[0][0] - 1 if told[-1].holes else told[-1].upto


def _promised(word: str, number: int) -> None:
    """A promise among the writes."""
    _marked(f"{word}:{number}")


def _marked(word: str) -> None:
    _done("dmsetup", "message", LOGGED, "0", "mark", word)


def _written(word: str, number: int) -> None:
    """A promise outside the machine."""
    _outside("promises", f"{word} {number}")


def _outside(name: str, line: str) -> None:
    with (OUTSIDE / name).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _done(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "DM_DISABLE_UDEV": "1"})


@contextlib.contextmanager
def mounted(*, logged: bool):
    """The disk, as a boot mounts it; `logged` with the second disk as its log."""
    DISK.mkdir()
    device = "/dev/ubda"
    if logged:
        sectors = Path("/sys/block/ubda/size").read_text(encoding="ascii").strip()
        _done("dmsetup", "create", LOGGED, "--table", f"0 {sectors} log-writes /dev/ubda /dev/ubdb")
        device = f"/dev/mapper/{LOGGED}"
    _done("mount", "-t", "ext4", "-o", "noatime", device, str(DISK))
    yield
    if logged:
        _marked(LET_GO)
    _done("umount", str(DISK))
    if logged:
        _done("dmsetup", "remove", LOGGED)


def main(how: str, seconds: float, seed: int, module: str = "edge_agent") -> None:
    """Work for so long, unless the power is cut before; then end."""
    chance = random.Random(seed)  # noqa: S311 - the same deeds again for the same seed
    with mounted(logged=how == LOGGED), simulated() as chip:
        plant = Plant(chip, chance, _promised if how == LOGGED else _written, module)
        _outside("starts", msgspec.json.encode(plant.start).decode())
        plant.work(seconds)
        plant.end()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
