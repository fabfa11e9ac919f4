"""Processor seconds an hour of a typical station, a cycle a minute and a reading a second, beside it idle."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from edge_agent import clock
from edge_agent.demo.gauge import Gauge
from edge_agent.standard import to_s
from tests.bench.bed import rest
from tests.bench.bench_processes import busy_ns
from tests.bench.figures import ratio, say, spread, table
from tests.bench_station import BenchStation, station, uplink, written
from tests.mosquitto import broker, subscriber

ROUNDS, ROUND_S = 5, 60  # a round has a cycle, which is an hour's 60th part, and 60 readings
SETTLE_S = 15.0  # imports, the lamp test, the first connection
HOUR_S = 3600
SIZES = (25.001, 24.998, 25.003, 25.000, 24.996)  # mm, inside the specification
ZERO_2_W = 15  # assumed, see README.md: so many times slower is one of its four cores than one here
Costs = dict[str, float]


class Workplace:
    """One station with its uplink, and a broker with a subscriber; each in a process of its own."""

    def __init__(self, folder: Path, held: contextlib.ExitStack) -> None:
        folder.mkdir()
        port = held.enter_context(broker(folder)).port
        held.enter_context(subscriber(port, "andon/v1/#"))
        self.gauge = Gauge(folder / "gauge")
        held.callback(self.gauge.unplug)
        path = written(folder, port=self.gauge.link, mqtt=port)
        self.station: BenchStation = held.enter_context(station(path))
        self.uplink = held.enter_context(uplink(path))

    def busy_ns(self) -> tuple[int, int]:
        """What both have used of the processor."""
        return busy_ns(self.station.process.pid), busy_ns(self.uplink.process.pid)


@contextlib.contextmanager
def workplaces() -> Iterator[tuple[Workplace, Workplace]]:
    """A busy one and an idle one."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as held:
        yield Workplace(Path(name, "busy"), held), Workplace(Path(name, "idle"), held)


def measured(busy: Workplace, idle: Workplace) -> Costs:
    """One round, in processor seconds an hour."""
    before, began_ns = (busy.busy_ns(), idle.busy_ns()), clock.now_ns()
    busy.station.cycle()
    for second in range(1, ROUND_S + 1):
        busy.gauge.measure(SIZES[second % len(SIZES)])
        rest(max(0.0, second - to_s(clock.now_ns() - began_ns)))
    hours = to_s(clock.now_ns() - began_ns) / HOUR_S
    rows = zip(("busy", "idle"), before, (busy.busy_ns(), idle.busy_ns()), strict=True)
    return {
        f"{which} {part}": to_s(now_ns - then_ns) / hours
        for which, then, now in rows
        for part, then_ns, now_ns in zip(("station", "uplink"), then, now, strict=True)
    }


def run() -> None:
    """Print the table."""
    with workplaces() as (busy, idle):
        rest(SETTLE_S)
        rounds = [measured(busy, idle) for _ in range(ROUNDS)]
    rows = []
    for part in ("station", "uplink"):
        for which in ("busy", "idle"):
            costs = [one[f"{which} {part}"] for one in rounds]
            beside = ratio(costs, [one[f"idle {part}"] for one in rounds])
            there = spread([100 * ZERO_2_W * cost / HOUR_S for cost in costs])
            rows.append(
                (
                    f"{part}, {'a cycle a minute and a reading a second' if which == 'busy' else 'idle'}",
                    spread(costs),
                    beside,
                    there,
                )
            )
    columns = ("min / median / max of rounds", "processor s an hour", "x idle", f"% of a core {ZERO_2_W} times slower")
    table(columns, rows)
    say()
