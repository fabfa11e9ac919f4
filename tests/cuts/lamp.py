"""How soon a station that finds a journal shows its first lamp."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from edge_agent import clock
from edge_agent.standard import to_s
from tests.bench_station import WAIT_S, BenchStation, written


class Start(msgspec.Struct, frozen=True):
    """From the start of the process to the first lamp, on the clock and of the processor; and a bare Python."""

    lamp_s: float
    processor_s: float
    bare_s: float


def native(journal: Path) -> Start:
    """One start on this machine, its pins mock ones, its journal one that a cut has left."""
    bare_s, began_ns = bare(), clock.now_ns()
    station = BenchStation(written(journal.parent, journal=journal))
    try:
        *_, at_ns = station.changes.get(timeout=WAIT_S)
        return Start(to_s(at_ns - began_ns), processor_s(station.process.pid), bare_s)
    finally:
        station.close()


def bare() -> float:
    """How long a Python takes that does nothing, the second time."""
    for _ in range(2):
        began_ns = clock.now_ns()
        subprocess.run([sys.executable, "-c", ""], check=True)
    return to_s(clock.now_ns() - began_ns)


def processor_s(process: int) -> float:
    """What a process has used of the processor."""
    used = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")
