"""A link that flaps while events are recorded: cut, reset and swallowed in turn; every event must arrive.

`python -m tests.flapping --minutes 5` does so every two seconds, with the product's own limits and back-off.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_agent import clock
from tests.mosquitto import broker, subscriber
from tests.plant import ALL, Station, events, sending
from tests.proxy import proxy

EVENTS = 10  # recorded in each round
PAUSE_S = 2.0


@dataclass
class Told:
    """What came of it."""

    recorded: int
    arrived: int
    connections: int
    longest_s: float  # from the last fault to the last event


class Books:
    """Which numbers have come to a subscriber; a second copy may, a harmed one may not."""

    def __init__(self, plant: Any) -> None:
        self.plant = plant
        self.numbers: set[int] = set()

    def complete(self, last: int) -> bool:
        """Wait for every event up to `last`."""
        while missing := set(range(1, last + 1)) - self.numbers:
            self.numbers |= set(events(self.plant, 1))
        return not missing


def flap(folder: Path, rounds: int, pause_s: float = PAUSE_S) -> Told:
    """So many faults, one every `pause_s`, and then peace."""
    station, pause = Station(folder), threading.Event()
    station.open_journal()
    station.open_socket()
    with contextlib.ExitStack() as ends:
        ends.callback(station.close)
        running = ends.enter_context(broker(folder))
        books = Books(ends.enter_context(subscriber(running.port, ALL)))
        link = ends.enter_context(proxy(running.port))
        ends.enter_context(sending(station, link.port))
        station.hears("connected")
        for number in range(rounds):
            station.record(EVENTS)
            link.hole = number % 3 == 2
            if not link.hole:
                link.cut(reset=number % 3 == 1)
            pause.wait(pause_s)
        link.hole = False
        link.cut()
        began_ns = clock.now_ns()
        books.complete(rounds * EVENTS)
        return Told(station.seq, len(books.numbers), link.taken, (clock.now_ns() - began_ns) / clock.NS_PER_S)


def main() -> None:
    """Flap for the minutes asked for, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    rounds = max(1, int(parser.parse_args().minutes * 60 / PAUSE_S))
    with tempfile.TemporaryDirectory() as folder:
        told = flap(Path(folder), rounds)
    print(  # noqa: T201 - a command
        f"{rounds} faults, {told.connections} connections, {told.recorded} events recorded, {told.arrived} arrived, "
        f"the last {told.longest_s:.1f} s after the last fault"
    )


if __name__ == "__main__":
    main()
