"""A detector, as it is by default, lives through simulated shifts: how many calls it raises, and how soon."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge_agent.detect import BY_SETTINGS, build
from edge_agent.detect.block import Block, Cycles, Readings
from edge_agent.detect.rule import NOTHING, Detector, Settings, Verdict
from tests.simulation.streams import WORKPLACE, Stream

SHIFT = 480  # cycles of a minute's takt in eight hours
SHIFTS = 20  # about a month of one shift a day: the span in which one false call is thought bearable
LEARNED = 100  # cycles any baseline is learned from, of the same series, as live
ANSWER = 10  # cycles until somebody has come to a call and restored it
SETTLED = 100  # cycles in order between the baseline and the change


class Figure(NamedTuple):
    """An estimate with its standard error, and the number of runs it is made of."""

    value: float
    error: float
    runs: int

    def __str__(self) -> str:
        return f"{rounded(self.value)} ± {rounded(self.error)}" if self.error else rounded(self.value)


class Delay(NamedTuple):
    """Cycles from a change to the call: the median with its standard error, and the share found within a shift."""

    median: Figure | None
    share: float

    def __str__(self) -> str:
        return str(self.median) if self.median is not None else f"{100.0 * self.share:.0f} % found"


class Trial(NamedTuple):
    """What became of one detector on one stream; `delays` by the stream's changes, none for faults of the sensor."""

    kind: str
    stream: str
    calls: Figure
    delays: tuple[Delay, ...]

    @property
    def silent(self) -> bool:
        """Whether it never called at all."""
        return not self.calls.value and not any(each.share for each in self.delays)


def rounded(value: float) -> str:
    """Two or three figures, enough beside a standard error of some per cent.

    >>> rounded(0.0), rounded(0.0123), rounded(1.234), rounded(123.4)
    ('0', '0.01', '1.2', '123')
    """
    if value == 0.0:
        return "0"
    return f"{value:.2f}" if value < 1.0 else f"{value:.1f}" if value < 100.0 else f"{value:.0f}"


def watching(settings: Settings, block: Block) -> Detector[Any]:
    """A detector of what `block` holds, as the station makes it."""
    of = block.sensor
    if isinstance(block, Readings) and BY_SETTINGS[type(settings)].JUDGES != "sensor":
        of = block.characteristic
    detector = build(settings, WORKPLACE, of)
    detector.restart(0)
    return detector


def raised(detector: Detector[Any], block: Block, first: int = 0) -> Iterator[int]:
    """Places in `block`, from `first` on, at which the station would raise a call for this detector, which is used up.

    A call is raised where the verdict becomes abnormal (for a detector of the sensor: unknown). It ends as the
    detector says: by itself as soon as the verdict is normal again, or when it is restored. Somebody restores what
    still stands ten cycles after it was raised; the detector then begins anew, as it does live.
    """
    bad, latched = Verdict.UNKNOWN if detector.FAULT else Verdict.ABNORMAL, detector.CLEARS == "on_restore"
    standing = False
    while first < len(block):
        # one looks ahead for a shift; where it would call, the other follows, but only up to the answer
        ahead, last = copy.deepcopy(detector), min(first + SHIFT, len(block))
        before = bad if standing else Verdict.NORMAL
        verdicts = held(ahead.scan(block.part(first, last)), before)
        starts = begins(verdicts == bad, standing)
        if not starts.size:
            detector, first, standing = ahead, last, bool(verdicts[-1] == bad)
            continue
        answered = min(first + int(starts[0]) + 1 + ANSWER, len(block))
        verdicts = held(detector.scan(block.part(first, answered)), before)
        places = first + begins(verdicts == bad, standing)
        yield from places[:1].tolist() if latched else places.tolist()
        if latched or verdicts[-1] == bad:
            detector.restart(ended_ns(block, answered - 1))
        first, standing = answered, False


def held(said: NDArray[np.int8], before: int) -> NDArray[np.int8]:
    """Verdicts with every silence filled by the verdict before it."""
    padded = np.concatenate(([np.int8(before)], said))
    spoken = np.maximum.accumulate(np.where(padded != NOTHING, np.arange(padded.size), 0))
    filled: NDArray[np.int8] = padded[spoken][1:]
    return filled


def begins(bad: NDArray[np.bool_], standing: bool) -> NDArray[np.intp]:
    """Where a run of bad verdicts begins, unless it stood before."""
    return np.flatnonzero(bad & ~np.concatenate(([standing], bad[:-1])))


def ended_ns(block: Block, place: int) -> int:
    """The stamp of a sample."""
    return int((block.ended_ns if isinstance(block, Cycles) else block.at_ns)[place])


def taught(settings: Settings, block: Block) -> Detector[Any]:
    """A detector that has learned its baseline and waits for what comes."""
    detector = watching(settings, block)
    detector.scan(block.part(0, LEARNED))
    detector.restart(ended_ns(block, LEARNED - 1))
    return detector


def false_calls(settings: Settings, stream: Stream, seed: int, runs: int) -> Figure:
    """Calls in 20 shifts in which nothing is wrong, each run with a baseline of its own."""
    counts = []
    for number in range(runs):
        block = stream.block(stream.draw(stream.dice(seed, number), LEARNED + SHIFTS * SHIFT))
        counts.append(sum(1 for _ in raised(taught(settings, block), block, LEARNED)))
    return Figure(float(np.mean(counts)), float(np.std(counts, ddof=1)) / math.sqrt(runs), runs)


def delays(settings: Settings, stream: Stream, seed: int, runs: int) -> tuple[Delay, ...]:
    """Cycles to the first call after each of the stream's changes, which last; a shift is waited for it."""
    found: list[list[float]] = [[] for _ in stream.changes]
    began = LEARNED + SETTLED
    for number in range(runs):
        dice = stream.dice(seed, number)
        series = stream.draw(dice, began + SHIFT)
        learned = taught(settings, stream.block(series))
        for change, waited in zip(stream.changes, found, strict=True):
            block = stream.block(np.concatenate((series[:began], change.to(dice, series[began:]))))
            calls = (place for place in raised(copy.deepcopy(learned), block, LEARNED) if place >= began)
            waited.append(next(calls, math.inf) - began + 1)
    return tuple(summary(waited) for waited in found)


def summary(found: Sequence[float]) -> Delay:
    """The median where at least half were found, its standard error from the order statistics beside it."""
    ranked, count = sorted(found), len(found)
    share = sum(1 for value in found if value < math.inf) / count
    reach = math.sqrt(count) / 2.0
    low, high = ranked[int(count / 2 - reach)], ranked[min(count - 1, math.ceil(count / 2 + reach))]
    middle = ranked[count // 2]
    if high == math.inf:
        return Delay(None, share)
    return Delay(Figure(middle, (high - low) / 2.0, count), share)
