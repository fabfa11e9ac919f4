"""Detectors tried on data without a station: arrays or a stream go in, findings with indices come out."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from edge_agent.arrays import np
from edge_agent.detect import given, sample
from edge_agent.detect.block import Block, Cycles, Readings
from edge_agent.detect.rule import NORMAL, NOTHING, UNKNOWN, Detector, Finding, Settings
from edge_agent.detect.table import BY_SETTINGS, build
from edge_agent.kind import kind_of
from edge_agent.observations import Source
from edge_agent.standard import NS_PER_S, Standard, Workplace

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CYCLE, GAUGE, VALUE = "cycle", "gauge", "value"  # the sensors and the characteristic of a trial
NO_STANDARD_S = 1.0  # for readings alone, which no standard cycle is held against


class Found(msgspec.Struct, frozen=True):
    """A finding that is not normal: of which sample (counted from 0 over all blocks), and by which detector."""

    index: int
    detector: str
    finding: Finding


class Trial:
    """Some detectors on one series of cycles, one of readings, or one of each; blocks of any size, also of one.

    Each series goes to the detectors that judge it; settings without `of` judge whatever they can. The answers
    are those a station would get one by one, whatever the blocks; `mode`, the delays and the deadband of settings
    are about calls and lamps, and change nothing here.

    >>> from edge_agent.detect import cycle_overrun
    >>> trial = Trial([cycle_overrun.Settings()], standard_cycle_s=50.0)
    >>> trial.cycles([50.0, 52.0]), [found.index for found in trial.cycles([49.0, 80.0])]
    ([], [3])

    Args:
        settings: of one or several detectors.
        standard_cycle_s, takt_s: the standard, in seconds; cycles need the first.
        lower, nominal, upper: the specification of the readings, called "value"; a limit left out does not exist.

    Raises:
        ValueError: for a detector that judges nothing of this, and for a standard or limit that makes no sense.
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
        cycle_s, takt_s = given.seconds("standard_cycle_s", standard_cycle_s), given.seconds("takt_s", takt_s)
        self.has_standard = cycle_s is not None
        self.workplace = Workplace(
            standard=Standard(standard_cycle_s=cycle_s or NO_STANDARD_S, takt_s=takt_s),
            characteristics=(given.specification(VALUE, lower, nominal, upper),),
            sources=(
                *([Source(name=CYCLE, sees="cycle")] if self.has_standard else []),
                Source(name=GAUGE, sees="reading", characteristic=VALUE),
            ),
        )
        several = [settings] if isinstance(settings, Settings) else list(settings)
        if not several:
            message = "settings is empty; name one detector at least, such as cycle_overrun.Settings()"
            raise ValueError(message)
        self.detectors = [each for one in several for each in self._built(one)]
        self.seen = {CYCLE: 0, GAUGE: 0}
        self.ended_ns = 0
        self.read_ns: int | None = None  # the last reading

    def _built(self, settings: Settings) -> Iterator[Detector[Any]]:
        if type(settings) not in BY_SETTINGS:
            message = f"{settings!r} is no detector's Settings; write cycle_overrun.Settings() or another one"
            raise ValueError(message)
        detector = BY_SETTINGS[type(settings)]
        subjects = detector.subjects(self.workplace)
        names = [name for name in subjects if settings.of in {None, name}]
        if not names or detector.JUDGES == "call":
            needs = "needs standard_cycle_s, and cycles" if detector.JUDGES == "cycle" else "judges nothing of these"
            message = f"{kind_of(type(settings))}, of = {settings.of!r}, {needs}; what there is: {', '.join(subjects)}"
            raise ValueError(message)
        if detector.BY_SPECIFICATION and not self.workplace.characteristic(VALUE).limited:
            message = f"{kind_of(type(settings))} needs lower or upper: without a limit every part would be good"
            raise ValueError(message)
        for name in names:
            built = build(settings, self.workplace, name)
            built.restart(0)
            yield built

    def cycles(self, durations_s: ArrayLike) -> list[Found]:
        """Take the next cycles, one after another without a gap, in seconds, shape (n,).

        Raises:
            ValueError: no standard given, or a duration that is no number or not above 0: leave it out.
        """
        if not self.has_standard:
            message = "standard_cycle_s is missing: cycles are held against it"
            raise ValueError(message)
        block = Cycles.from_durations(CYCLE, given.durations_ns(durations_s, self.ended_ns), self.ended_ns)
        self.ended_ns = int(block.ended_ns[-1]) if len(block) else self.ended_ns
        return self._take(block, CYCLE, (CYCLE,))

    def readings(self, values: ArrayLike, at_s: ArrayLike | None = None) -> list[Found]:
        """Take the next readings, shape (n,); `at_s` in seconds, or else one a second after the last.

        Not a number is a reading too, and never NORMAL: where a detector leaves it out, that is found as UNKNOWN.

        Raises:
            ValueError: stamps that are no numbers, go back, or are not as many as values.
        """
        block_values = given.column("values", values)
        if at_s is None:
            first_s = 0.0 if self.read_ns is None else self.read_ns / NS_PER_S + 1.0
            at_s = first_s + np.arange(len(block_values))
        at_ns = given.stamps_ns(at_s, self.read_ns)
        if at_ns.shape != block_values.shape:
            message = f"values have shape {block_values.shape}, at_s {at_ns.shape}; give a stamp for each value"
            raise ValueError(message)
        self.read_ns = int(at_ns[-1]) if len(at_ns) else self.read_ns
        block = Readings(sensor=GAUGE, characteristic=VALUE, at_ns=at_ns, values=block_values)
        return self._take(block, GAUGE, (GAUGE, VALUE))

    def _take(self, block: Block, sensor: str, names: tuple[str, ...]) -> list[Found]:
        first, self.seen[sensor] = self.seen[sensor], self.seen[sensor] + len(block)
        judging = [detector for detector in self.detectors if detector.of in names]
        found = [each for detector in judging for each in found_in(detector, block, first)]
        return sorted(found, key=lambda each: each.index)


def found_in(detector: Detector[Any], block: Block, first: int = 0) -> Iterator[Found]:
    """What `detector` finds in `block`, the worst of each sample; the samples count from `first`.

    A copy looks ahead by the block; only where it found something the detector is asked for its words.
    """
    ahead = copy.deepcopy(detector).scan(block)
    left_out = (ahead == NOTHING) & ~_usable(block)
    place = 0
    for index in np.flatnonzero((ahead > NORMAL) | left_out).tolist():
        detector.scan(block.part(place, index))
        place = index + 1
        (said,) = detector.answers(block.part(index, place))
        worst = max(said, key=lambda finding: finding.verdict) if said else unread(block.part(index, place))
        yield Found(first + index, detector.name, worst)
    detector.scan(block.part(place))


def _usable(block: Block) -> NDArray[np.bool_]:
    """Which samples are a number or a length, shape (n,)."""
    return sample.usable(block.values) if isinstance(block, Readings) else np.ones(len(block), dtype=np.bool_)


def unread(block: Block) -> Finding:
    """That a reading is no number, of which the detector says nothing yet, or never: it must not pass for NORMAL."""
    ((reading,),) = block.samples()
    text = f"{VALUE} was read as {getattr(reading, 'value', None):g}, no number."
    return Finding(verdict=UNKNOWN, at_ns=reading.at_ns, text=text)


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

    Raises:
        ValueError: what `Trial` says, or a detector that nothing was given for.
    """
    trial = Trial(settings, standard_cycle_s=standard_cycle_s, takt_s=takt_s, lower=lower, upper=upper)
    found = [] if durations_s is None else trial.cycles(durations_s)
    for each in [settings] if isinstance(settings, Settings) else settings:
        asked = [detector.of for detector in trial.detectors if detector.settings is each]
        if not [of for of in asked if (durations_s if of == CYCLE else values) is not None]:
            message = f"{kind_of(type(each))} judges {' or '.join(asked)}, and none was given: durations_s, values"
            raise ValueError(message)
    return found if values is None else [*found, *trial.readings(values, at_s)]
