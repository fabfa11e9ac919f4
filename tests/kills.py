"""Kills every part of a station and its plant, again and again, while events flow, and compares journal and books.

python -m tests.kills [--kills N] [--confirm puback] [--seed N]

N times the station, the uplink (half of them each) and for each ten of them the ledger are ended by SIGKILL, and for
each five the broker, which keeps nothing on disk; every second time with a ledger that had fallen behind. With
`--confirm puback` the ledger never asks for what it misses: what is then missing is what a PUBACK is worth.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import signal
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

import msgspec

from edge_agent import clock
from edge_agent.consumer import report
from edge_agent.consumer.books import BooksError
from edge_agent.control import ControlError, Request
from edge_agent.journal import Reader
from edge_agent.standard import to_ns, to_s
from tests.bench_station import AT_REST, RED, BenchStation, Process, written
from tests.mosquitto import Broker

KILLS = 100
STEADY_S = 11.0  # a connection that lived 10 s begins its back-off anew: else the campaign would wait, not kill
PATIENCE_S = 300.0  # for the last event to come into the books
BEHIND = 60  # events the broker has taken and not handed on when it is killed: three windows of twenty
STATION = "acme/plant1/assembly/line4/st07"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign came to: kills by part, and how journal and books compare."""

    kills: dict[str, int]
    recorded: int
    kept: int
    missing: int
    explained: int
    copies: int
    conflicts: int
    differing: int
    seconds: float

    def __str__(self) -> str:
        killed = ", ".join(f"{part} {number}" for part, number in sorted(self.kills.items()))
        return (
            f"killed: {killed}; in {self.seconds:.0f} s\n"
            f"recorded {self.recorded}, in the books {self.kept}, differing {self.differing}, "
            f"missing {self.missing}, explained {self.explained}\n"
            f"second copies {self.copies} (duplicates to whoever does not look at ids), differing {self.conflicts}\n"
        )


class Plant:
    """A broker, a ledger, a station and its uplink, each of which can be killed; told by `chance` how."""

    def __init__(self, folder: Path, confirm: str, chance: random.Random) -> None:
        self.kills: Counter[str] = Counter()
        self.books = folder / "books.db"
        self.chance = chance
        self._planned = "resume"
        self._confirm = confirm
        self.heals = confirm == "ledger"
        self._pause = threading.Event()
        self._broker = Broker(folder, extra="persistence false")
        self._broker.start()
        self._path = written(folder, mqtt=self._broker.port)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f'confirm = "{confirm}"\n')
        self.journal = folder / "st07.db"
        self._start_ledger()
        self._start_uplink()
        self._start_station()

    def kill(self, part: str) -> None:
        """Let events flow, end a part at some moment, and start it again."""
        self.flow(self.chance.randrange(2, 20))
        self.rest(self.chance.uniform(0.0, 0.3))
        self.kills[part] += 1
        getattr(self, f"_kill_{part}")()

    def flow(self, events: int) -> None:
        """A changeover begins and ends, again and again: each is an event, and none is taken for a bouncing contact."""
        for _ in range(events):
            self._planned = "resume" if self._planned == "changeover" else "changeover"
            with contextlib.suppress(ControlError):  # it may have lost what it was asked last, or not be up yet
                self._station.client.ask(Request(do=self._planned))

    def until_heard(self) -> None:
        """Wait for the first event in the books: from then on there is something to lose."""
        deadline_ns = clock.now_ns() + to_ns(PATIENCE_S)
        while found(self.books) is None and clock.now_ns() < deadline_ns:
            self.rest(0.1)

    def rest(self, seconds: float) -> None:
        """Let them work."""
        self._pause.wait(seconds)

    def close(self) -> None:
        """End everything."""
        for process in (self._station, self._uplink, self._ledger):
            process.close()
        self._broker.stop(signal.SIGKILL)

    def end_station(self) -> None:
        """Nothing is recorded any more."""
        self._station.end(signal.SIGTERM)

    def _start_station(self) -> None:
        self._station = BenchStation(self._path, AT_REST)
        self._station.seen(RED, True)  # the lamp test has begun: it is at work

    def _start_uplink(self) -> None:
        self._uplink = Process("edge_agent", "uplink", str(self._path), log=self._path.with_name("uplink.log"))

    def _start_ledger(self) -> None:
        words = ("run", str(self.books), "--host", "127.0.0.1", "--port", str(self._broker.port))
        module = "edge_agent" if self._confirm == "ledger" else "tests.ledger_never_asking"
        self._ledger = Process(module, "ledger", *words, log=self.books.with_name("ledger.log"))

    def _kill_station(self) -> None:
        self._station.end(signal.SIGKILL)
        self._station.close()
        self._start_station()

    def _kill_uplink(self) -> None:
        self._uplink.end(signal.SIGKILL)
        self._uplink.close()
        self._start_uplink()

    def _kill_ledger(self) -> None:
        self._ledger.end(signal.SIGKILL)
        self._ledger.close()
        self._start_ledger()

    def _kill_broker(self) -> None:
        behind = self.kills["broker"] % 2 == 1
        if behind:
            self._ledger.process.send_signal(signal.SIGSTOP)
            self.flow(BEHIND)
            self.rest(1.0)
        self._broker.stop(signal.SIGKILL)
        if behind:
            self._ledger.process.send_signal(signal.SIGCONT)
        self._broker.start()


def campaign(kills: int, confirm: str, seed: int, steady_s: float = STEADY_S) -> Outcome:
    """Run one, and compare."""
    chance = random.Random(seed)  # noqa: S311 - which part dies when, the same again for the same seed
    parts = ["station", "uplink"] * (kills // 2) + ["ledger"] * -(-kills // 10)
    chance.shuffle(parts)
    brokers = -(-kills // 5)
    began_ns = clock.now_ns()
    with tempfile.TemporaryDirectory() as folder:
        plant = Plant(Path(folder), confirm, chance)
        try:
            plant.until_heard()
            broker_ns = clock.now_ns()
            while parts or brokers:
                if brokers and clock.now_ns() - broker_ns >= to_ns(steady_s):
                    plant.kill("broker")
                    brokers, broker_ns = brokers - 1, clock.now_ns()
                elif parts:
                    plant.kill(parts.pop())
                plant.rest(0.5)
            plant.flow(1)
            plant.rest(1.0)
            plant.end_station()
            return compared(plant, began_ns)
        finally:
            plant.close()


def compared(plant: Plant, began_ns: int) -> Outcome:
    """Wait until the books have the last number, and nothing open, and compare them with the journal."""
    reader = Reader(plant.journal)
    rows = {row.seq: bytes(row.data) for row in reader.range(1, reader.last_seq(), 10**6)}
    last = reader.last_seq()
    reader.close()
    deadline_ns = clock.now_ns() + to_ns(PATIENCE_S)
    while (told := found(plant.books)) is None or told.upto < last or (told.missing and plant.heals):
        if clock.now_ns() > deadline_ns:
            break
        plant.rest(0.2)
    kept = report.lines(plant.books, STATION, epoch=None, kind=None, after=0, most=10**6)
    data = {line.seq: msgspec.json.decode(line.event)["data"] for line in kept}
    differing = sum(msgspec.json.decode(rows[seq]) != said for seq, said in data.items() if seq in rows)
    return Outcome(
        kills=dict(plant.kills),
        recorded=len(rows),
        kept=len(kept),
        missing=len(rows.keys() - data.keys()),
        explained=0 if told is None else sum(each.last - each.first + 1 for each in told.explained),
        copies=0 if told is None else told.copies,
        conflicts=0 if told is None else told.conflicts,
        differing=differing + len(kept) - len(data),
        seconds=to_s(clock.now_ns() - began_ns),
    )


def found(books: Path) -> report.Told | None:
    """What the books say of the station; None while they say nothing."""
    try:
        told = report.told(books, 24.0)
    except BooksError:
        return None
    return told[-1] if told else None


def main(arguments: list[str]) -> int:
    """Run a campaign, print what it came to; 1 where something recorded is in no books."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=KILLS, help=f"of station and uplink together; default {KILLS}")
    parser.add_argument("--confirm", choices=("ledger", "puback"), default="ledger")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    outcome = campaign(chosen.kills, chosen.confirm, chosen.seed)
    sys.stdout.write(f"confirm = {chosen.confirm}, seed {chosen.seed}\n{outcome}")
    return int(bool(outcome.missing or outcome.differing or outcome.conflicts))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
