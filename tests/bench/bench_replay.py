"""A year of one-minute cycles replayed and tuned: with the example station, and with every rule there is."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from edge_agent import clock, recording
from edge_agent.observations import CycleEnd, Reading
from tests.bench.figures import ratio, say, spread, table

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "station.toml"
CYCLES = 200_000  # a year of 420 a day; a reading with every second one
REPEATS = 3  # of five commands, the longest of which takes most of a minute
FLOOR = "floor: Python started, each step decoded"
DECODE = "import sys, pathlib; from edge_agent import rerun; sum(1 for _ in rerun.steps(pathlib.Path(sys.argv[1])))"
LONGEST_S = 600.0
FULL = """
[[detect]]
kind = "run_rules"
of = "cycle"
rules = ["N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8"]

[[detect]]
kind = "reading_drift"

[[detect]]
kind = "short_cycle"

[[detect]]
kind = "micro_stop"

[[detect]]
kind = "defect_rate"

[[detect]]
kind = "consecutive_defects"
"""


def year(path: Path) -> None:
    """Lognormal cycles of 52 s with a spread of 5 %, and readings well inside their specification; seeded."""
    random_ = random.Random(1)  # noqa: S311 - a simulation
    at_ns = 1_000_000_000
    with path.open("wb") as file:
        file.write(recording.ENCODE(recording.Begin(at_ns, "acme/plant1/assembly/line4/st07", "1")) + b"\n")
        for number in range(CYCLES):
            at_ns += round(52e9 * random_.lognormvariate(0.0, 0.05))
            file.write(recording.ENCODE(recording.Turn(at_ns, CycleEnd(at_ns, "cycle"))) + b"\n")
            if number % 2 == 0:
                read = Reading(at_ns + 1_000_000_000, "bore_gauge", "bore_mm", round(random_.gauss(25.0, 0.004), 4))
                file.write(recording.ENCODE(recording.Turn(read.at_ns, read)) + b"\n")


def seconds(*words: str) -> tuple[float, float]:
    """What a command of Python takes, its start included: seconds of a processor, and of the clock on the wall."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    before, began_ns = resource.getrusage(resource.RUSAGE_CHILDREN), clock.now_ns()
    subprocess.run([sys.executable, *words], check=True, timeout=LONGEST_S, stdout=subprocess.DEVNULL, env=environment)
    after, lasted_s = resource.getrusage(resource.RUSAGE_CHILDREN), (clock.now_ns() - began_ns) / clock.NS_PER_S
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, lasted_s


def commands(folder: Path) -> dict[str, tuple[str, ...]]:
    """What is measured, by name; the floor first."""
    recorded = folder / "year.jsonl"
    full = folder / "full.toml"
    full.write_text(EXAMPLE.read_text() + FULL)
    measured = {FLOOR: ("-c", DECODE, str(recorded))}
    for verb in ("replay", "tune"):
        for file, called in ((EXAMPLE, "the example station"), (full, "every rule")):
            words = ("-m", "edge_agent", verb, str(recorded), "--config", str(file), "--json")
            measured[f"{verb}, {called}"] = words
    return measured


def run() -> None:
    """Print how long `replay` and `tune` take."""
    taken: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        year(folder / "year.jsonl")
        for _ in range(REPEATS):
            for called, words in commands(folder).items():
                taken.setdefault(called, []).append(seconds(*words))
    processor_s = {called: [each for each, _ in costs] for called, costs in taken.items()}
    rows = [
        (
            called,
            spread(processor_s[called]),
            spread([each for _, each in costs]),
            ratio(processor_s[called], processor_s[FLOOR]),
        )
        for called, costs in taken.items()
    ]
    columns = ("processor s, min / median / max", "s on the wall", "x floor, processor")
    table((f"{CYCLES:,} cycles and {CYCLES // 2:,} readings", *columns), rows)
    say("replay steps each observation through the station that runs live; tune does so twice.")
    say()


if __name__ == "__main__":
    run()
