"""What is usual: learned from the first values, then held fast, so that a slow failure cannot become usual."""

from __future__ import annotations

import math
from operator import mul
from statistics import fmean, median
from typing import Literal

import msgspec

FEWEST = 20  # below, the spread of a baseline says next to nothing: no limit is made from it
USUAL = 100  # values until it is frozen; 3-sigma limits of 20, 100, 300 values: mean run length 3343, 578, 421, not 370
MOST = 500  # values kept while it learns: 10 kB of what a station keeps over a restart
SMALLEST_LOG_SPREAD = 0.001  # 0.1 % of a cycle: below, the clock of the machine is measured, not its work
TO_SIGMA = 1.4826  # the median absolute deviation of a normal distribution, times this, is its standard deviation
MEAN_TO_SIGMA = 1.2533  # the same for the mean absolute deviation
TAIL = 3.0  # sigma: what lies farther out counts as if it lay there when the correlation is measured
STRONGEST = 0.9  # correlation; beyond, the level itself wanders and no baseline describes it

State = Literal["learning", "provisional", "frozen"]


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """What `count` values say, in their own unit.

    Args:
        centre: their median.
        spread: 1.4826 x the median absolute deviation; 0 where they never varied.
        correlation: of neighbours (lag 1), 0 where it cannot be told from chance.
    """

    centre: float
    spread: float
    correlation: float
    count: int


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """A baseline as it is kept over a restart: what was learned, of whom, and the values while it still learns."""

    detector: str
    product: str = ""
    fit: Fit | None = None
    frozen: bool = False
    values: tuple[float, ...] = ()


class Baseline:
    """Phase I of a control chart: `learning`, from 20 values on `provisional`, at `size` values `frozen` for good.

    Median and median absolute deviation: up to half of the values may be wild without moving the limits beyond
    reach, so a stop or a slipped gauge among the first cycles does no harm. Cycle times are learned as logarithms:
    on them, the limits of raw lognormal times would be called beyond three to five times as often as meant.
    Nothing is relearned unless `relearn` is asked for: a baseline that follows forgets a slow failure.

    Lag-1 correlation r is measured on values drawn in to 3 sigma. Below 2 / sqrt(n), twice its standard error where
    there is none (Bartlett 1946), and below zero it counts as none. It is honoured in two ways. Run rules look at
    what the value before does not explain (Alwan and Roberts 1988). CUSUM and EWMA take their sigma `widening` times
    as large, sqrt((1 + r) / (1 - r)): so much more does a sum of such values spread than one of independent ones
    (Johnson and Bagshaw 1974). One value alone spreads as it did, so limits on single cycles stay as they are.

    >>> baseline = Baseline(40, "cycles")
    >>> for number in range(40):
    ...     baseline.learn(50.0 + number % 3)
    ...     if number == 20:
    ...         print(baseline.provenance)
    baseline of 21 cycles, provisional
    >>> baseline.state, baseline.fit.centre, baseline.provenance
    ('frozen', 51.0, 'baseline of 40 cycles')

    Args:
        size: values until it is frozen, 20 to 500.
        of: what is learned, for people: "cycles", "readings".
        smallest: the least spread taken for real, in the values' unit; 0 where values that never vary say nothing.
    """

    def __init__(self, size: int, of: str, smallest: float = 0.0) -> None:
        self.size = size
        self.of = of
        self.smallest = smallest
        self.fit: Fit | None = None
        self._values: list[float] = []
        self._frozen = False
        self._keep_provenance()

    @property
    def state(self) -> State:
        """How far it has come."""
        if self._frozen:
            return "frozen"
        return "learning" if self.fit is None else "provisional"

    @property
    def wanted(self) -> int:
        """Values it still takes; 0 once it is frozen."""
        return 0 if self._frozen else self.size - len(self._values)

    def _keep_provenance(self) -> None:
        """Know where a limit made from it came from: every answer says so, and it changes only by learning."""
        count = len(self._values) if self.fit is None else self.fit.count
        text = f"baseline of {count} {self.of}"
        if self.fit is not None and self.fit.correlation:
            text += f" with lag-1 correlation {self.fit.correlation:.2f}"
        self.provenance = text if self._frozen else f"{text}, {self.state}"

    def learn(self, value: float) -> None:
        """Take one more finite value, unless it is frozen."""
        if self._frozen:
            return
        self._values.append(value)
        if len(self._values) >= FEWEST:
            self.fit = fitted(self._values, self.smallest)
        if len(self._values) >= self.size:
            self._frozen = True
            self._values = []
        self._keep_provenance()

    def relearn(self) -> None:
        """Forget all of it: another product, another machine, or a person said so."""
        self.fit, self._values, self._frozen = None, [], False
        self._keep_provenance()

    @property
    def widening(self) -> float:
        """By how much the spread of a sum of values exceeds that of independent ones; 1 or more."""
        r = 0.0 if self.fit is None else self.fit.correlation
        return math.sqrt((1.0 + r) / (1.0 - r))

    def export(self, detector: str) -> Learned:
        """All of it, to be kept."""
        return Learned(detector=detector, fit=self.fit, frozen=self._frozen, values=tuple(self._values))

    def restore(self, learned: Learned) -> None:
        """Go on where `learned` was kept; settings that now ask for fewer values freeze it at once."""
        self.relearn()
        if learned.frozen and learned.fit is not None:
            self.fit, self._frozen = learned.fit, True
            self._keep_provenance()
            return
        for value in learned.values[: self.size]:
            self.learn(value)


def fitted(values: list[float], smallest: float) -> Fit:
    """Centre, spread and correlation of two or more finite values; the spread is `smallest` at least.

    Where more than half of the values are equal, as with coarse gauges, the mean absolute deviation takes the place
    of the median one (Iglewicz and Hoaglin 1993).
    """
    centre = median(values)
    away = [value - centre for value in values]
    spread = TO_SIGMA * median(map(abs, away))
    if spread == 0.0:
        spread = MEAN_TO_SIGMA * fmean(map(abs, away))
    spread = max(spread, smallest)
    if spread == 0.0:
        return Fit(centre=centre, spread=0.0, correlation=0.0, count=len(values))
    drawn_in = [max(-TAIL, min(each / spread, TAIL)) for each in away]
    mean = fmean(drawn_in)
    drawn_in = [each - mean for each in drawn_in]
    square = math.fsum(map(mul, drawn_in, drawn_in))
    r = math.fsum(map(mul, drawn_in, drawn_in[1:])) / square if square else 0.0
    told = r > 2.0 / math.sqrt(len(values))
    return Fit(centre=centre, spread=spread, correlation=min(r, STRONGEST) if told else 0.0, count=len(values))
