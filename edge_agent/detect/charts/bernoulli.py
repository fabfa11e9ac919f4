"""The CUSUM of good and defective parts: finds a defect rate that rose, without waiting for a sample to fill."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from edge_agent.arrays import np
from edge_agent.detect.charts.chart import checked
from edge_agent.detect.charts.cusum import PIECE, climbing

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from edge_agent.arrays import Words

MOST_GOOD = 20_000  # good parts from the limit to zero, as many terms in a row of the run length's sum: a few seconds
MOST_DEFECTS = 2_000  # rows of the run length's sum; only rates close together with a high limit need more
NEGLIGIBLE = 1e-17  # share of a cycle's probability below which further rows change no digit


class BernoulliCusum:
    """max(0, sum + log likelihood ratio of `p1` against `p0`), signal above `h` (Reynolds and Stoumbos 1999).

    A defective part (1) adds ln(p1 / p0), a good one (0) ln((1 - p1) / (1 - p0)), which is negative. `h` is in the
    same logarithms. At the default 1 % to 5 %, h 5: four defects close together. In-control run length 10,404
    parts; 113 parts until it signals at 5 %, 43 at 10 % (`bernoulli_arl`).
    The sum goes on after a signal until `reset()`; `onset` is the parts since it was last zero.

    >>> chart = BernoulliCusum()
    >>> chart.scan([0, 1, 1, 0, 1, 1]).tolist(), round(chart.sum, 4), chart.onset
    ([0, 0, 0, 0, 0, 1], 6.3965, 5)

    Raises:
        ValueError: rates not 0 < p0 < p1 < 1, h not above 0; by step and scan: a value that is neither 0 nor 1.
    """

    RULES = ("upper",)
    __slots__ = ("_seen", "_zero", "defect", "good", "h", "p0", "p1", "sum")

    def __init__(self, p0: float = 0.01, p1: float = 0.05, h: float = 5.0) -> None:
        self.defect, self.good = weights(p0, p1, h)
        self.p0, self.p1, self.h = p0, p1, h
        self.reset()

    def reset(self) -> None:
        """Begin anew, from zero."""
        self.sum = 0.0
        self._seen = self._zero = 0

    @property
    def onset(self) -> int:
        """Parts since the sum was last zero; 0 while it is."""
        return self._seen - self._zero

    @property
    def defective(self) -> int:
        """How many of the `onset` newest parts were defective: the sum is made of nothing else."""
        return round((self.sum - self.onset * self.good) / (self.defect - self.good))

    def go_on(self, parts: int, defective: int) -> None:
        """Begin anew, having seen so many parts since the sum was zero, so many of them defective."""
        self.reset()
        level = defective * self.defect + (parts - defective) * self.good
        if level > 0.0:
            self.sum, self._seen = level, parts

    def step(self, value: float) -> int:
        """The flag word of this part: 0 for a good one, 1 for a defective one comes in; 1 says signal."""
        if value not in {0.0, 1.0}:
            raise _refuse(value, 0)
        self._seen += 1
        level = self.sum + (self.defect if value else self.good)
        if level <= 0.0:
            level, self._zero = 0.0, self._seen
        self.sum = level
        return int(level > self.h)

    def scan(self, values: ArrayLike) -> Words:
        """The flag words of a block of parts, shape (n,)."""
        block = checked(values)
        defective = block == 1.0
        wrong = np.flatnonzero(~defective & (block != 0.0))
        if wrong.size:
            raise _refuse(float(block[wrong[0]]), int(wrong[0]))
        words: Words = np.zeros(block.size, dtype=np.uint16)
        for first in range(0, block.size, PIECE):
            rises = np.where(defective[first : first + PIECE], self.defect, self.good)
            climb = climbing(rises, self.sum, self.h)
            words[first : first + PIECE] = climb.over
            self.sum = climb.end
            self._zero = self._seen + climb.zero if climb.zero else self._zero
            self._seen += rises.size
        return words


def _refuse(value: float, index: int) -> ValueError:
    return ValueError(f"value {index} is {value}: a part is 1 (defective) or 0 (good); leave out others")


def weights(p0: float, p1: float, h: float) -> tuple[float, float]:
    """What a defective and a good part add to the sum, the second negative.

    Raises:
        ValueError: rates not 0 < p0 < p1 < 1, h not above 0.
    """
    if not 0.0 < p0 < p1 < 1.0:
        message = f"defect rates are 0 < p0 < p1 < 1, not p0 = {p0}, p1 = {p1}; p1 is often five times p0"
        raise ValueError(message)
    if not 0.0 < h < math.inf:
        message = f"h is a limit above 0, not {h}; 5 is usual"
        raise ValueError(message)
    return math.log(p1 / p0), math.log1p(-p1) - math.log1p(-p0)


def bernoulli_arl(p0: float = 0.01, p1: float = 0.05, h: float = 5.0, *, rate: float | None = None) -> float:
    """Average run length of `BernoulliCusum(p0, p1, h)` at a defect rate `rate` (p0 where left out), in parts.

    Exact: between two visits to zero the sum is a defects less b good parts, and such pairs form a chain that
    never comes back to one. Its probability is followed row by row (a row is one count of defects) until it
    is spent; the run length is the samples between visits over the chance of a signal.

    >>> round(bernoulli_arl()), round(bernoulli_arl(rate=0.05))
    (10404, 113)

    Raises:
        ValueError: senseless rates or limit, more than 20,000 good parts from the limit to zero, or more than 2,000
            defects until the sum is spent: rates too small or too close to each other.
    """
    defect, good = weights(p0, p1, h)
    rate = p0 if rate is None else rate
    if not 0.0 < rate <= 1.0:
        message = f"rate is a share of defective parts above 0 and at most 1, not {rate}"
        raise ValueError(message)
    if max(h, defect) / -good > MOST_GOOD:
        message = (
            f"{p0} to {p1} takes over {MOST_GOOD} good parts from limit to zero; choose larger rates, further apart"
        )
        raise ValueError(message)
    samples, signal = 1.0, 0.0  # of one visit to zero and what follows, until zero again or a signal
    entering, first = [rate], 0  # chance to have come by a defect to 1 defect less `first`, `first` + 1, ... good parts
    for defects in range(1, MOST_DEFECTS + 1):
        # the sum of `defects` less b good parts is over the limit for b below `lowest`, and zero from `zero` on
        lowest, zero = math.ceil((defects * defect - h) / -good), math.ceil(defects * defect / -good)
        over = max(0, lowest - first)
        signal += sum(entering[:over])
        first = max(first, lowest)
        chance = 0.0
        came = entering[over:] + [0.0] * (zero - first - len(entering[over:]))
        chances = [chance := chance * (1.0 - rate) + more for more in came]
        samples += sum(chances)
        entering = [rate * each for each in chances]
        if sum(chances) < NEGLIGIBLE * samples and sum(entering) < NEGLIGIBLE * signal:
            return samples / signal
    message = f"the run length at p0 {p0}, p1 {p1}, h {h} takes over {MOST_DEFECTS} defects; choose p1 further off"
    raise ValueError(message)
