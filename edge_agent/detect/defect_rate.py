"""More bad parts than usual, not necessarily in a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import msgspec

from edge_agent.arrays import np
from edge_agent.detect import rule, sample
from edge_agent.detect.block import Block, Readings
from edge_agent.detect.charts import bernoulli
from edge_agent.detect.counted import Counted
from edge_agent.detect.rule import ABNORMAL, NORMAL, Finding
from edge_agent.observations import Seen
from edge_agent.standard import Workplace

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Settings(rule.Settings, tag="defect_rate", frozen=True, kw_only=True):
    """From a usual share of bad parts to one that somebody must look into; both as fractions, 0.01 for 1 %."""

    usual: Annotated[float, msgspec.Meta(gt=0, le=0.5, description="share of bad parts that is usual")] = 0.01
    too_many: Annotated[float, msgspec.Meta(gt=0, le=0.99, description="share of bad parts to be found")] = 0.05
    h: Annotated[float, msgspec.Meta(gt=0, le=50, description="decision interval, as a log likelihood ratio")] = 5.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.too_many <= self.usual:
            message = f"too_many = {self.too_many:g} must be above usual = {self.usual:g}; five times as much is usual"
            raise ValueError(message)


class DefectRate(rule.Detector[Settings]):
    """Bernoulli CUSUM of parts outside specification, or judged not good by the device. Latched.

    At the defaults, 1 % to 5 % and h 5, a false call every 10,400 parts at 1 %; a rate of 5 % is found after 113 parts
    on average, one of 10 % after 43 (exact, `charts.bernoulli`). Four bad parts close together are enough. Onset is
    the first part the sum has grown over. Whoever restores lets it begin anew; in observe mode it is normal again
    once the good parts have brought the sum down, 40 of them for each bad one.

    >>> from edge_agent.observations import Judged
    >>> from edge_agent.standard import Characteristic, Standard
    >>> leak = Characteristic(name="leak")
    >>> workplace = Workplace(standard=Standard(standard_cycle_s=50.0), characteristics=(leak,))
    >>> detector = DefectRate(Settings(), workplace, "leak")
    >>> for at_ns, good in enumerate([False, True, False, False, True, False]):
    ...     finding = detector.step(Judged(at_ns, "tester", "leak", good), at_ns)
    >>> finding.text
    'Too many parts with bad leak: more than the usual 1 %.'
    """

    SETTINGS = Settings
    JUDGES = "characteristic"
    FAMILY = "abnormality"
    BY_SPECIFICATION = True
    CLEARS = "on_restore"

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.characteristic = workplace.characteristic(of)
        self.chart = bernoulli.BernoulliCusum(settings.usual, settings.too_many, settings.h)
        self.usual = f"the usual {100 * settings.usual:g} %"
        self.onset_ns: int | None = None

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Sum anew."""
        self.chart.reset()
        self.onset_ns = None

    def so_far(self, now_ns: int) -> Iterator[Counted]:  # noqa: ARG002 - part of the contract
        """The first part the sum has grown over, how many they are and how many of them bad."""
        if self.chart.onset and self.onset_ns is not None:
            yield Counted(detector=self.name, at_ns=(self.onset_ns,), numbers=(self.chart.onset, self.chart.defective))

    def count_on(self, counted: Iterable[Counted]) -> None:
        """Go on with the sum of those parts, by the rates that are set now."""
        for each in counted:
            match each.at_ns, each.numbers:
                case (first_ns,), (parts, defective):
                    self.chart.go_on(parts, defective)
                    self.onset_ns = first_ns if self.chart.onset else None

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:  # noqa: ARG002 - no timers here
        """Take one judged part."""
        good = sample.is_good(seen, self.characteristic)
        if seen is None or good is None:
            return None
        many = self.chart.step(0.0 if good else 1.0) != 0
        if self.chart.onset == 1:
            self.onset_ns = seen.at_ns
        return Finding(
            verdict=ABNORMAL if many else NORMAL,
            at_ns=seen.at_ns,
            onset_ns=self.onset_ns if many else None,
            text=f"Too many parts with bad {self.of}: more than {self.usual}."
            if many
            else f"{self.of} is bad in {self.usual}.",
            value=self.chart.sum,
            limit=self.settings.h,
            unit="log likelihood ratio",
        )

    def _unready(self, block: Block) -> int:
        fits = isinstance(block, Readings) and block.characteristic == self.of and bool(np.isfinite(block.values).all())
        return 0 if fits else len(block)

    def _judge_all(self, block: Block) -> NDArray[np.int8]:
        if not isinstance(block, Readings):
            return super()._judge_all(block)
        bad = ~sample.are_good(block.values, self.characteristic)
        words = self.chart.scan(bad.astype(np.float64))
        if 0 < self.chart.onset <= len(block):
            self.onset_ns = int(block.at_ns[len(block) - self.chart.onset])
        return np.where(words != 0, ABNORMAL, NORMAL).astype(np.int8)
