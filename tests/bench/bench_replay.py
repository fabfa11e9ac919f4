"""A year of one-minute cycles replayed and tuned: with the example station, and with every rule there is."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from edge_agent import clock, recording
from edge_agent.observations import CycleEnd, Reading
from tests.bench.figures import say, spread, table

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "station.toml"
CYCLES = 200_000  # a year of 420 a day; a reading with every second one
REPEATS = 3  # of four verbs, each a quarter of a minute and more
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


def seconds(*words: str) -> float:
    """How long a verb takes, the start of Python included."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "edge_agent", *words]
    began_ns = clock.now_ns()
    subprocess.run(command, check=True, timeout=LONGEST_S, stdout=subprocess.DEVNULL, env=environment)
    return (clock.now_ns() - began_ns) / clock.NS_PER_S


def run() -> None:
    """Print how long `replay` and `tune` take."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        year(folder / "year.jsonl")
        (folder / "full.toml").write_text(EXAMPLE.read_text() + FULL)
        for verb in ("replay", "tune"):
            for file, called in ((EXAMPLE, "the example station"), (folder / "full.toml", "every rule")):
                words = (verb, str(folder / "year.jsonl"), "--config", str(file), "--json")
                rows.append((f"{verb}, {called}", spread([seconds(*words) for _ in range(REPEATS)])))
    table((f"{CYCLES:,} cycles and {CYCLES // 2:,} readings", "s, min / median / max"), rows)
    say("replay steps each observation through the station that runs live; tune does so twice.")
    say()


if __name__ == "__main__":
    run()
