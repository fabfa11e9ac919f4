"""`./dev vm bench`: an edge on a simulated line until a lamp's line has changed, beside peers and under loads.

All in one guest, each in a process of its own, the others stopped meanwhile. The edge is driven and the lamp's line
read, now and then, by one process that goes before all others; a simulated edge is delivered at the kernel's next tick,
up to a millisecond later, in every row alike.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
from pathlib import Path

from tests.bench.figures import percentile, ratio, say, spread, table
from tests.vm import peers
from tests.vm.chip import simulated
from tests.vm.conftest import pause
from tests.vm.loads import LOADS, GoesOn
from tests.vm.peers import Switch
from tests.vm.station import station

ROUNDS, EDGES = 5, 200
FEW = 10  # edges between looks whether the load still lasts
ROWS = {
    "bare": "bare loop in C",
    "python": "bare loop over gpiod",
    "gpiod": "gpiozero on our factory",
    "lgpio": "gpiozero on lgpio",
    "mqtt-io": "mqtt-io, a rule at its broker",
    "agent": "agent, cord to yellow",
}
Rounds = dict[str, list[list[float | None]]]


def main() -> None:
    """Measure all in turn, load after load, round after round: loads have the same neighbours, too."""
    parser = argparse.ArgumentParser(prog="tests.vm.bench")
    parser.add_argument("made", type=Path, help="the folder of `peers.prepared`")
    parser.add_argument("--edges", type=int, default=EDGES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--loads", nargs="*", default=list(LOADS))
    options = parser.parse_args()
    with contextlib.ExitStack() as held:
        folder = Path("/run/bench")
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "bench", folder], check=True)
        chip = held.enter_context(simulated())
        watched = held.enter_context(station(chip, folder))
        watched.tested()
        switches = {
            kind: held.enter_context(one) for kind, one in peers.found(chip, options.made, Path("/run")).items()
        } | {"agent": peers.cord(watched)}
        for switch in switches.values():
            switch.process.send_signal(signal.SIGSTOP)
        # before all others, and not handed down to what is started from now on
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
        rounds: dict[str, Rounds] = {load: {kind: [] for kind in switches} for load in options.loads}
        for _ in range(options.rounds):
            for load, each in rounds.items():
                for kind, switch in switches.items():
                    with LOADS[load](watched) as goes_on:
                        each[kind].append(measured(switch, options.edges, goes_on))
        for load, each in rounds.items():
            told(load, each)


def measured(switch: Switch, edges: int, goes_on: GoesOn) -> list[float | None]:
    """A round of one of them, the others stopped; the load is looked after between any few edges."""
    switch.process.send_signal(signal.SIGCONT)
    pause(0.2)
    took_us: list[float | None] = []
    for _ in range(0, edges, FEW):
        goes_on()
        took_us += [switch.measure() for _ in range(min(FEW, edges - len(took_us)))]
    switch.process.send_signal(signal.SIGSTOP)
    return took_us


def told(load: str, rounds: Rounds) -> None:
    """Print the table of one load."""
    heard = {kind: [[took for took in one if took is not None] for one in each] for kind, each in rounds.items()}
    rows = []
    for kind, each in heard.items():
        merged = [took for one in each for took in one]
        driven = sum(map(len, rounds[kind]))
        counts = (ROWS[kind], str(driven), str(driven - len(merged)))
        beside = [
            (percentile(one, 50), percentile(bare, 50)) for one, bare in zip(each, heard["bare"], strict=True) if one
        ]
        if not beside:
            rows.append((*counts, "none was heard", "", "", "", ""))
            continue
        medians, floor = zip(*beside, strict=True)
        figures = [f"{percentile(merged, percent):.0f}" for percent in (50, 99, 100)]
        rows.append((*counts, *figures, spread(medians, 0), ratio(medians, floor)))
    columns = ("edges", "lost", "p50 µs", "p99 µs", "max µs", "p50 of rounds, min / median / max", "x bare loop in C")
    table((load, *columns), rows)
    say()


if __name__ == "__main__":
    main()
