"""Detectors tried on data without a station: arrays or a stream go in, findings with indices come out."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from edge_agent.arrays import np
from edge_agent.detect.block import Block, Cycles, Readings
from edge_agent.detect.rule import NORMAL, Detector, Finding, Settings
from edge_agent.detect.table import BY_SETTINGS, build
from edge_agent.kind import kind_of
from edge_agent.observations import Source
from edge_agent.standard import NS_PER_S, Characteristic, Standard, Workplace

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CYCLE, GAUGE, VALUE = "cycle", "gauge", "value"  # the sensors and the characteristic of a trial
NO_STANDARD_S = 1.0  # for readings alone, which no standard cycle is held against
LONGEST_S = 1e9  # of stamps and sums of cycles, 31 years: whole nanoseconds of it fit 64 bits


class Found(msgspec.Struct, frozen=True):
    """A finding that is not normal: of which sample (counted from 0 over all blocks), and by which detector."""

    index: int
    detector: str
    finding: Finding


class Trial:
    """Some detectors on one series of cycles, one of readings, or one of each; blocks of any size, also of one.

    Each series goes to the detectors that judge it; settings without `of` judge whatever they can. The answers
    are those a station would get one by one, whatever the blocks.

    >>> from edge_agent.detect import cycle_overrun
    >>> trial = Trial([cycle_overrun.Settings()], standard_cycle_s=50.0)
    >>> trial.cycles([50.0, 52.0]), [found.index for found in trial.cycles([49.0, 80.0])]
    ([], [3])

    Args:
        settings: of one or several detectors.
        standard_cycle_s, takt_s: the standard, in seconds; cycles need the first.
        lower, nominal, upper: the specification of the readings, called "value"; a limit left out does not exist.

    Raises:
        ValueError: for a detector that judges nothing of this.
    """

    def __init__(
        self,
        settings: Settings | Sequence[Settings],
        *,
        standard_cycle_s: float | None = None,
        takt_s: float | None = None,
        lower: float | None = None,
        nominal: float | None = None,
        upper: float | None = None,
    ) -> None:
        for name, seconds in (("standard_cycle_s", standard_cycle_s), ("takt_s", takt_s)):
            if seconds is not None and not 0.0 < seconds <= LONGEST_S:
                message = f"{name} = {seconds} must be above 0 and at most {LONGEST_S:g} seconds"
                raise ValueError(message)
        self.has_standard = standard_cycle_s is not None
        self.workplace = Workplace(
            standard=Standard(standard_cycle_s=standard_cycle_s or NO_STANDARD_S, takt_s=takt_s),
            characteristics=(Characteristic(name=VALUE, lower=lower, nominal=nominal, upper=upper),),
            sources=(
                *([Source(name=CYCLE, sees="cycle")] if self.has_standard else []),
                Source(name=GAUGE, sees="reading", characteristic=VALUE),
            ),
        )
        several = [settings] if isinstance(settings, Settings) else settings
        self.detectors = [each for one in several for each in self._built(one)]
        self.seen = {CYCLE: 0, GAUGE: 0}
        self.ended_ns = 0

    def _built(self, settings: Settings) -> Iterator[Detector[Any]]:
        detector = BY_SETTINGS[type(settings)]
        subjects = detector.subjects(self.workplace)
        names = [name for name in subjects if settings.of in {None, name}]
        if not names or detector.JUDGES == "call":
            needs = "needs standard_cycle_s, and cycles" if detector.JUDGES == "cycle" else "judges nothing of these"
            message = f"{kind_of(type(settings))}, of = {settings.of!r}, {needs}; what there is: {', '.join(subjects)}"
            raise ValueError(message)
        for name in names:
            built = build(settings, self.workplace, name)
            built.restart(0)
            yield built

    def cycles(self, durations_s: ArrayLike) -> list[Found]:
        """Take the next cycles, one after another without a gap, in seconds, shape (n,).

        Raises:
            ValueError: no standard given, or a duration that is no number: leave it out.
        """
        if not self.has_standard:
            message = "standard_cycle_s is missing: cycles are held against it"
            raise ValueError(message)
        durations = column("durations_s", durations_s)
        durations_ns: NDArray[np.int64] = np.rint(durations * NS_PER_S).astype(np.int64)
        block = Cycles.from_durations(CYCLE, durations_ns, self.ended_ns)
        self.ended_ns = int(block.ended_ns[-1]) if len(block) else self.ended_ns
        return self._take(block, CYCLE, (CYCLE,))

    def readings(self, values: ArrayLike, at_s: ArrayLike | None = None) -> list[Found]:
        """Take the next readings, shape (n,); `at_s` in seconds, or else one a second.

        Not a number is a reading too: `implausible` counts it, `out_of_spec` says that it does not know.

        Raises:
            ValueError: stamps that are no numbers, or not as many as values.
        """
        block_values: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
        first = self.seen[GAUGE]
        stamps_s = column("at_s", np.arange(first, first + block_values.size) if at_s is None else at_s)
        if stamps_s.shape != block_values.shape:
            message = f"values have shape {block_values.shape}, at_s {stamps_s.shape}; both are (n,), oldest first"
            raise ValueError(message)
        at_ns: NDArray[np.int64] = np.rint(stamps_s * NS_PER_S).astype(np.int64)
        block = Readings(sensor=GAUGE, characteristic=VALUE, at_ns=at_ns, values=block_values)
        return self._take(block, GAUGE, (GAUGE, VALUE))

    def _take(self, block: Block, sensor: str, names: tuple[str, ...]) -> list[Found]:
        first, self.seen[sensor] = self.seen[sensor], self.seen[sensor] + len(block)
        judging = [detector for detector in self.detectors if detector.of in names]
        found = [each for detector in judging for each in found_in(detector, block, first)]
        return sorted(found, key=lambda each: each.index)


def column(name: str, numbers: ArrayLike) -> NDArray[np.float64]:
    """Seconds as float64, shape (n,), all of them numbers; ValueError names the first that is none."""
    block: NDArray[np.float64] = np.asarray(numbers, dtype=np.float64)
    fine = np.abs(block) <= LONGEST_S
    if block.ndim != 1 or not fine.all() or float(np.abs(block).sum()) > LONGEST_S * max(1, block.size):
        wrong = "" if fine.all() else f"; number {int(np.argmin(fine))} is {block.flat[int(np.argmin(fine))]}"
        message = f"{name} has shape {block.shape}{wrong}; it is (n,) numbers of seconds up to {LONGEST_S:g}"
        raise ValueError(message)
    return block


def found_in(detector: Detector[Any], block: Block, first: int = 0) -> Iterator[Found]:
    """What `detector` finds in `block`, the worst of each sample; the samples count from `first`.

    A copy looks ahead by the block; only where it found something the detector is asked for its words.
    """
    ahead = copy.deepcopy(detector).scan(block)
    place = 0
    for index in np.flatnonzero(ahead > NORMAL).tolist():
        detector.scan(block.part(place, index))
        place = index + 1
        (said,) = detector.answers(block.part(index, place))
        yield Found(first + index, detector.name, max(said, key=lambda finding: finding.verdict))
    detector.scan(block.part(place))


def judge(
    settings: Settings | Sequence[Settings],
    *,
    durations_s: ArrayLike | None = None,
    values: ArrayLike | None = None,
    at_s: ArrayLike | None = None,
    standard_cycle_s: float | None = None,
    takt_s: float | None = None,
    lower: float | None = None,
    upper: float | None = None,
) -> list[Found]:
    """What one or several detectors find in a history of cycles, of readings, or of both; see `Trial`.

    >>> from edge_agent.detect import out_of_spec
    >>> [found] = judge(out_of_spec.Settings(), values=[25.0, 25.01, 25.03], lower=24.98, upper=25.02)
    >>> found.index, found.finding.text
    (2, 'value 25.03 is above the upper limit 25.02.')
    """
    trial = Trial(settings, standard_cycle_s=standard_cycle_s, takt_s=takt_s, lower=lower, upper=upper)
    found = [] if durations_s is None else trial.cycles(durations_s)
    return found if values is None else [*found, *trial.readings(values, at_s)]
