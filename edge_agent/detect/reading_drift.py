"""Readings that wander away from where they were, while each is still inside its specification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from edge_agent.arrays import np
from edge_agent.detect import drift, sample
from edge_agent.detect.baseline import Baseline
from edge_agent.detect.block import Block, Readings
from edge_agent.detect.learning import Learning
from edge_agent.detect.rule import ABNORMAL, NORMAL, NOTHING, UNKNOWN, Finding
from edge_agent.observations import Reading, Seen
from edge_agent.standard import Workplace

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Settings(drift.Settings, tag="reading_drift", frozen=True, kw_only=True):
    """k, h and the limit in units of the baseline's spread; `baseline` readings are learned first."""

    chart: Annotated[
        Literal["cusum", "ewma"], msgspec.Meta(description="cusum finds a lasting shift, ewma also shows the level")
    ] = "ewma"
    h: Annotated[float, msgspec.Meta(gt=0, le=50, description="cusum: decision interval, in sigma")] = 12.0


class ReadingDrift(Learning[Settings]):
    """Two-sided EWMA of (reading - m) / s, with m and s the median and 1.4826 MAD of the first readings.

    Finds a tool that wears before a part is bad. The defaults are meant for a baseline of 100 readings, whose centre
    and spread miss the true ones: simulated with one, weight 0.1 and limit 4.5 call falsely about once in 10,000
    readings and see one sigma after 19. For a known m and s limit 3.749 does, and sees one sigma after 16.9 (numerical
    solution). `chart = "cusum"`, h 12, sees one sigma after 24 for a known m and s. Readings outside the
    specification are `out_of_spec`'s and left out. Correlated readings widen s (see `Baseline`). Onset is the
    first reading with the average on that side; cleared inside half the limit.

    UNKNOWN where all readings of the baseline were the same: there is no spread to measure by; the gauge is
    stuck or too coarse.

    >>> from edge_agent.standard import Characteristic, Standard
    >>> bore = Characteristic(name="bore_mm", lower=24.98, upper=25.02)
    >>> workplace = Workplace(standard=Standard(standard_cycle_s=50.0), characteristics=(bore,))
    >>> detector = ReadingDrift(Settings(baseline=20), workplace, "bore_mm")
    >>> for number in range(30):
    ...     value = 25.0 + 0.002 * (number % 3 - 1) + (0.006 if number >= 20 else 0.0)
    ...     finding = detector.step(Reading(number, "gauge", "bore_mm", value), number)
    >>> finding.text
    'bore_mm drifts up from its usual 25; it is still inside its limits.'
    """

    SETTINGS = Settings
    JUDGES = "characteristic"
    FAMILY = "abnormality"

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.characteristic = workplace.characteristic(of)
        self.baseline = Baseline(settings.baseline, "readings")
        self.drift = drift.Drift(settings, ["upper", "lower"])
        self.measure()

    def measure(self) -> None:
        """Begin to average anew by the baseline as it is now."""
        fit = self.baseline.fit
        self.centre = 0.0 if fit is None else fit.centre
        self.sigma = 0.0 if fit is None else fit.spread * self.baseline.widening
        self.drift.reset()

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:  # noqa: ARG002 - no timers here
        """Take one reading."""
        value = sample.value(seen, self.of)
        if not isinstance(seen, Reading) or value is None or not self.characteristic.accepts(value):
            return None
        if self.baseline.wanted:
            self.baseline.learn(value)
            self.measure()
            return None
        if self.sigma == 0.0:
            text = f"{self.of} was {self.centre:g} in all of the {self.baseline.provenance}: no drift can be told."
            return Finding(verdict=UNKNOWN, at_ns=seen.at_ns, text=text)
        return self._finding(seen.at_ns, self.drift.step((value - self.centre) / self.sigma, seen.at_ns))

    def _finding(self, at_ns: int, direction: int) -> Finding:
        usual, inside = f"its usual {self.centre:g}", "it is still inside its limits"
        way = "up" if direction > 0 else "down"
        return Finding(
            verdict=ABNORMAL if direction else NORMAL,
            at_ns=at_ns,
            onset_ns=min(self.drift.since_ns, at_ns) if direction else None,
            text=f"{self.of} drifts {way} from {usual}; {inside}." if direction else f"{self.of} keeps to {usual}.",
            value=self.drift.statistic,
            limit=self.drift.limit,
            unit="sigma",
            limit_from=self.baseline.provenance,
        )

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Begin to average anew; the baseline stays."""
        self.drift.reset()

    def _unready(self, block: Block) -> int:
        if not isinstance(block, Readings) or block.characteristic != self.of:
            return len(block)
        return self.baseline.wanted

    def _judge_all(self, block: Block) -> NDArray[np.int8]:
        if not isinstance(block, Readings):
            return super()._judge_all(block)
        said = np.full(len(block), NOTHING, dtype=np.int8)
        judged = sample.usable(block.values) & sample.are_good(block.values, self.characteristic)
        if self.sigma == 0.0:
            said[judged] = UNKNOWN
            return said
        with np.errstate(over="ignore"):  # a value that is infinitely many sigma away is drawn in like any other
            sigmas = (block.values[judged] - self.centre) / self.sigma
        steps = zip(sigmas.tolist(), block.at_ns[judged].tolist(), strict=True)
        drifting = [self.drift.step(each, at_ns) != 0 for each, at_ns in steps]
        said[judged] = np.where(drifting, ABNORMAL, NORMAL)
        return said
