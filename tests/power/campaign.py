"""A power cut at every call of a trace: so many different file states, each judged once, on all processors."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.power.disk import Disk, Files
from tests.power.recovery import Findings, judged
from tests.power.trace import Call

MEMORY = Path("/dev/shm")  # noqa: S108 - a disk that is not worn out, and as quick as the machine

MORE = 1.02  # aimed at, because the last calls have too few states to make up for what was drawn twice before


def campaign(calls: list[Call], states: int, seed: int = 0, workers: int | None = None) -> Findings:
    """Judge at least `states` different states, as evenly over the calls as they have them, or all there are."""
    workers = workers or os.cpu_count() or 1
    shares = [(calls, states, seed, worker, workers) for worker in range(workers)]
    findings = Findings()
    with ProcessPoolExecutor(workers) as pool:
        for found in pool.map(_share, shares):
            findings.update(found)
    return findings


def _share(share: tuple[list[Call], int, int, int, int]) -> Findings:
    """Every n-th cut, with the states that are due by then."""
    calls, states, seed, worker, workers = share
    findings, seen, disk = Findings(), set[int](), Disk()
    chance = random.Random(f"{seed} {worker}")  # noqa: S311 - a choice of states that can be made again
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        for number, call in enumerate(calls):
            disk.apply(call)
            due = round(MORE * states * (number + 1) / (len(calls) * workers)) - len(seen)
            if number % workers != worker or due <= 0:
                continue
            for files in _cuts(disk, chance, due):
                mark = hash((disk.recorded, *sorted(files.items())))  # the same files, of which the same was promised
                if mark not in seen:
                    seen.add(mark)
                    findings["states"] += 1
                    findings[judged(files, disk.recorded, Path(folder))] += 1
    return findings


def _cuts(disk: Disk, chance: random.Random, most: int) -> Iterator[Files]:
    """States that a cut now may leave: the plain ones always, then random ones."""
    yield disk.nothing()
    if disk.unsynced:
        yield disk.everything()
        yield disk.torn(chance)
        for _ in range(most):
            yield disk.some(chance)
