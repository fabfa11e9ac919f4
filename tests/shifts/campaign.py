"""Many seeds, on all processors: what came of each, and how a seed that breaks an invariant is replayed."""

from __future__ import annotations

import os
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from tests.shifts.shift import Shift

CHUNK = 10  # seeds handed to a process at a time: some seconds of work


@dataclass(frozen=True)
class Outcome:
    """What came of one seed: how often each thing was said, or why it failed and how to see it fail again."""

    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    failure: str = ""


def lived(seed: int, shift: Callable[[int], Shift] = Shift) -> Outcome:
    """Live through the shift of one seed."""
    try:
        return Outcome(seed, counts=shift(seed).run())
    except Exception:  # noqa: BLE001 - whatever it is, it belongs to its seed
        return Outcome(seed, failure=f"{traceback.format_exc(limit=-6)}\nreplay it:  {command(seed)}")


def command(seed: int) -> str:
    """What to write to see one seed again."""
    return f"./dev shifts --seed {seed}"


def campaign(seeds: Iterable[int], processes: int | None = None) -> Iterator[Outcome]:
    """Live through all of them, in their order."""
    with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
        yield from pool.map(lived, seeds, chunksize=CHUNK)
