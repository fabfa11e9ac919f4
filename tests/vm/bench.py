"""`./dev vm bench`: an edge on a simulated line until a lamp's line has changed, beside gpiozero and a bare loop.

All in one guest, each in a process of its own, the others stopped meanwhile. The edge is driven and the lamp's line
read by one process that gives way to all others; a simulated edge is delivered at the kernel's next tick, up to a
millisecond later, in every row alike.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from edge_agent import clock
from edge_agent.andon.legend import SLOW_PERIOD_NS
from tests.bench.figures import percentile, ratio, say, spread, table
from tests.vm.chip import Chip, simulated
from tests.vm.conftest import WAIT_S, pause
from tests.vm.station import station
from tests.vm.wires import CORD, YELLOW

ROUNDS, EDGES = 5, 200
MARGIN_NS = 100_000_000  # before yellow goes dark by itself
APART_S = 0.004  # between edges of a line: nearer than a tick they are one
PEERS = {"bare": (5, 6), "gpiod": (13, 19), "lgpio": (20, 21)}
ROWS = {
    "bare": "bare loop over gpiod",
    "gpiod": "gpiozero on our factory",
    "lgpio": "gpiozero on lgpio",
    "agent": "agent, cord to yellow",
}


class Switch:
    """An input, the output it switches, and the process between them."""

    def __init__(self, chip: Chip, number_in: int, number_out: int, process: subprocess.Popen[bytes]) -> None:
        self.chip, self.number_in, self.process = chip, number_in, process
        self._value = os.open(chip.lines / f"sim_gpio{number_out}" / "value", os.O_RDONLY)

    def measure(self, release: Callable[[], None]) -> float:
        """From just before the edge to the output's change, in microseconds; then off again."""
        began_ns = clock.now_ns()
        self.chip.drive(self.number_in, high=True)
        took_ns = self.reached(True) - began_ns
        pause(APART_S)
        release()
        self.reached(False)
        pause(APART_S)
        return took_ns / 1000

    def reached(self, high: bool) -> int:
        """When the output reads so, in ns."""
        wanted, late_ns = b"1" if high else b"0", clock.now_ns() + round(WAIT_S * clock.NS_PER_S)
        while os.pread(self._value, 1, 0) != wanted:
            if clock.now_ns() > late_ns:
                message = f"the output of {self.process.args!r} has not become {high}"
                raise TimeoutError(message)
        return clock.now_ns()


@contextlib.contextmanager
def peer(chip: Chip, kind: str) -> Iterator[Switch]:
    """One of the peers, ready."""
    words = [sys.executable, "-m", "tests.vm.switch", kind, chip.path, *map(str, PEERS[kind])]
    chip.drive(PEERS[kind][0], high=False)
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield Switch(chip, *PEERS[kind], process)
        finally:
            process.kill()


def measured(kind: str, switch: Switch) -> list[float]:
    """A round of one of them, the others stopped."""

    def let_go() -> None:
        switch.chip.drive(switch.number_in, high=False)

    def withdraw() -> None:  # the second pull
        for high in (False, True, False):
            switch.chip.drive(CORD, high=high)
            pause(APART_S)

    switch.process.send_signal(signal.SIGCONT)
    pause(0.2)
    took_us = []
    for _ in range(EDGES):
        if kind == "agent":
            await_lit_half()
        took_us.append(switch.measure(withdraw if kind == "agent" else let_go))
    switch.process.send_signal(signal.SIGSTOP)
    return took_us


def await_lit_half() -> None:
    """Wait until yellow, blinking, would be lit for a while: in its dark half it stays dark by rule."""
    phase_ns = clock.now_ns() % SLOW_PERIOD_NS
    if phase_ns > SLOW_PERIOD_NS // 2 - MARGIN_NS:
        pause((SLOW_PERIOD_NS - phase_ns) / clock.NS_PER_S)


def main() -> None:
    """Measure all in turn, round after round."""
    rounds: dict[str, list[list[float]]] = {kind: [] for kind in ROWS}
    with contextlib.ExitStack() as held:
        chip = held.enter_context(simulated())
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        running = held.enter_context(station(chip, folder))
        running.tested()
        switches = {kind: held.enter_context(peer(chip, kind)) for kind in PEERS}
        switches["agent"] = Switch(chip, CORD, YELLOW, running.process)
        for switch in switches.values():
            switch.process.send_signal(signal.SIGSTOP)
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))  # not before: children inherit it
        for _ in range(ROUNDS):
            for kind in ROWS:
                rounds[kind].append(measured(kind, switches[kind]))
    told(rounds)


def told(rounds: dict[str, list[list[float]]]) -> None:
    """Print the table."""
    floor = [percentile(one, 50) for one in rounds["bare"]]
    rows = []
    for kind, name in ROWS.items():
        merged = [took for one in rounds[kind] for took in one]
        medians = [percentile(one, 50) for one in rounds[kind]]
        figures = [f"{percentile(merged, percent):.0f}" for percent in (50, 99, 100)]
        rows.append((name, str(len(merged)), *figures, spread(medians, 0), ratio(medians, floor)))
    columns = (
        "edge to lamp",
        "edges",
        "p50 µs",
        "p99 µs",
        "max µs",
        "p50 of rounds, min / median / max",
        "x bare loop",
    )
    table(columns, rows)
    say()


if __name__ == "__main__":
    main()
