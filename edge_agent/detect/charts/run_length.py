"""How long a chart runs until it signals: the average run length of Shewhart, CUSUM and EWMA charts.

The average run length (ARL) is the expected number of samples up to and including the first signal, for
independent normal samples of known mean and standard deviation, from the chart's start (zero state). In
control it is the time between false calls; after a shift it is the delay. Shifts are in sigma, upwards.

Method: the run length as a function of the statistic solves a Fredholm equation of the second kind, turned into
a linear system by Gauss-Legendre quadrature (Nystroem). It agrees with an independent solver within 1e-8.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from edge_agent.arrays import np

if TYPE_CHECKING:
    from edge_agent.arrays import Floats

Side = Literal["upper", "lower"]
BOTH: tuple[Side, ...] = ("upper", "lower")

WIDEST = 50.0  # largest limit in sigma: no chart is used beyond, and the linear system stays under 500 unknowns
LARGEST_K = 5.0  # sigma: half of a shift that any rule sees at once
SMALLEST_WEIGHT = 0.001  # an EWMA over 2,000 samples; its linear system has up to 1,400 unknowns
SMALLEST_VARYING_WEIGHT = 0.01  # below, time-varying limits settle after more than 1,400 samples, each one a step here
SETTLED = 1e-12  # time-varying limits are fixed from where they differ by less than this share from the final ones
KEPT = 64  # quadrature rules remembered: a search for a limit comes back to a few again and again
LONGEST = 1e9  # above, the EWMA's system is too near singular for eight digits; infinity is the answer


def normal_cdf(z: float) -> float:
    """P(Z <= z) of a standard normal, to double precision in the lower tail too."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def shewhart_arl(limit: float, *, shift: float = 0.0, sides: Sequence[Side] = BOTH) -> float:
    """ARL of single samples beyond `limit` sigma, in samples.

    >>> round(shewhart_arl(3.0), 2)
    370.4

    Raises:
        ValueError: a limit not above 0 or above 50, a shift that is no number, unknown sides.
    """
    check_limit(limit)
    check_shift(shift)
    upper, lower = check_sides(sides)
    probability = upper * normal_cdf(shift - limit) + lower * normal_cdf(-shift - limit)
    return 1.0 / probability if probability else math.inf


def cusum_arl(
    k: float, h: float, *, shift: float = 0.0, sides: Sequence[Side] = BOTH, head_start: float = 0.0
) -> float:
    """ARL of a CUSUM with allowance `k` and decision interval `h`, in samples; all in sigma.

    Two sides are combined after Lucas and Crosier (1982): exact while one side is zero when the other
    signals, which holds up to a head start of h/2. Handbook figures 336 (h 4) and 930 (h 5) at k 0.5 are one side's.

    >>> round(cusum_arl(0.5, 5.0), 1), round(cusum_arl(0.5, 5.0, sides=["upper"]), 1)
    (465.4, 930.9)

    Raises:
        ValueError: k negative or above 5, h not in (0, 50], a head start not below h (two sides: above h/2).
    """
    if not 0.0 <= k <= LARGEST_K:
        message = f"k is an allowance of 0 to {LARGEST_K:g} sigma, not {k}; half the shift to be found is usual"
        raise ValueError(message)
    check_limit(h, "h")
    check_shift(shift)
    check_head_start(head_start, h, sides)
    upper, lower = check_sides(sides)
    if not (upper and lower):
        return _CusumSide.solve(k, h, shift if upper else -shift, head_start).from_head_start()
    # the lower side of a positive shift hardly ever signals: it comes second, where it may be infinite
    first = _CusumSide.solve(k, h, abs(shift), head_start)
    return first.together(_CusumSide.solve(k, h, -abs(shift), head_start))


class _CusumSide(NamedTuple):
    """One side between two visits to zero, which keeps every digit where the run length itself is enormous.

    From zero and from the head start: expected samples until it signals or is zero (`*_samples`), and the
    probability that it signals first (`*_signal`).
    """

    zero_samples: float
    zero_signal: float
    head_samples: float
    head_signal: float

    @classmethod
    def solve(cls, k: float, h: float, shift: float, head_start: float) -> _CusumSide:
        nodes, weights = legendre(32 + 4 * math.ceil(h))  # the kernel is one sigma wide: 13 digits from 2 h nodes on
        nodes, weights = 0.5 * h * (nodes + 1.0), 0.5 * h * weights
        starts = np.concatenate((nodes, (0.0, head_start)))
        kernel = weights * density(nodes[np.newaxis, :] - starts[:, np.newaxis] + (k - shift))
        signal = np.array([normal_cdf(start + shift - k - h) for start in starts])
        given = np.stack((np.ones_like(starts), signal), axis=1)
        solution = np.linalg.solve(np.eye(nodes.size) - kernel[:-2], given[:-2])
        (zero_samples, zero_signal), (head_samples, head_signal) = (given[-2:] + kernel[-2:] @ solution).tolist()
        return cls(zero_samples, zero_signal, head_samples, head_signal)

    def from_zero(self) -> float:
        """ARL without a head start."""
        return self.zero_samples / self.zero_signal if self.zero_signal > 0.0 else math.inf

    def from_head_start(self) -> float:
        """ARL with the head start."""
        if self.head_signal >= 1.0:
            return self.head_samples
        return self.head_samples + (1.0 - self.head_signal) * self.from_zero()

    def together(self, other: _CusumSide) -> float:
        """ARL of two sides that start at the same head start; `other` is the slower."""
        mine, its = self.from_zero(), other.from_zero()
        if math.isinf(mine):
            return mine
        return (self.from_head_start() + (other.head_samples / its - other.head_signal) * mine) / (mine / its + 1.0)


def ewma_arl(
    weight: float, limit: float, *, shift: float = 0.0, time_varying: bool = False, start: float = 0.0
) -> float:
    """ARL of a two-sided EWMA with limits of `limit` standard deviations of the statistic, in samples.

    Fixed limits use the final standard deviation sqrt(weight / (2 - weight)); time-varying ones the
    standard deviation of each sample's statistic. `start` is the first level, in sigma from the target.
    Infinity stands for more than 1e9 samples.

    >>> round(ewma_arl(0.2, 3.0), 2), round(ewma_arl(0.2, 3.0, shift=1.0), 2)
    (559.87, 10.84)

    Raises:
        ValueError: a weight not in [0.001, 1] (time-varying: [0.01, 1]), a limit not in (0, 50], a start beyond it.
    """
    smallest = SMALLEST_VARYING_WEIGHT if time_varying else SMALLEST_WEIGHT
    if not smallest <= weight <= 1.0:
        message = f"weight is a share of {smallest} to 1, not {weight}; 0.1 and 0.2 are usual"
        raise ValueError(message)
    check_limit(limit)
    check_shift(shift)
    final = limit * math.sqrt(weight / (2.0 - weight))
    if not abs(start) < final:
        message = f"start {start} is not inside the limits of {final:g} sigma either side of the target"
        raise ValueError(message)
    nodes, weights = legendre(32 + 16 * math.ceil(0.3125 * final / weight))  # the kernel is a weight wide: 5 for each
    kernel = _ewma_kernel(weight, shift, final * nodes, final * nodes, final * weights)
    run_lengths = np.linalg.solve(np.eye(nodes.size) - kernel, np.ones(nodes.size))
    limits = _settling(weight, final) if time_varying else [final]
    for outer, inner in zip(limits[:0:-1], limits[-2::-1], strict=True):
        step = _ewma_kernel(weight, shift, inner * nodes, outer * nodes, outer * weights)
        run_lengths = 1.0 + step @ run_lengths
    first = _ewma_kernel(weight, shift, np.array([start]), limits[0] * nodes, limits[0] * weights)
    arl = 1.0 + float((first @ run_lengths)[0])
    return arl if 1.0 <= arl <= LONGEST else math.inf


def _settling(weight: float, final: float) -> list[float]:
    """Time-varying limits of samples 1, 2, ... until they are the final one."""
    count = 1 if weight == 1.0 else math.ceil(math.log(SETTLED) / (2.0 * math.log1p(-weight)))
    return [final * math.sqrt(1.0 - (1.0 - weight) ** (2 * sample)) for sample in range(1, count + 1)] + [final]


def _ewma_kernel(weight: float, shift: float, starts: Floats, nodes: Floats, weights: Floats) -> Floats:
    """Probability to come from each of `starts` (rows) to each of `nodes`, quadrature weights included."""
    steps = (nodes[np.newaxis, :] - (1.0 - weight) * starts[:, np.newaxis]) / weight - shift
    return weights / weight * density(steps)


def density(z: Floats) -> Floats:
    """Density of a standard normal at each of `z`."""
    return np.asarray(np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi))


@lru_cache(maxsize=KEPT)
def legendre(count: int) -> tuple[Floats, Floats]:
    """Nodes and weights of Gauss-Legendre quadrature on [-1, 1], each of shape (count,)."""
    nodes, weights = (np.asarray(each, dtype=np.float64) for each in np.polynomial.legendre.leggauss(count))
    nodes.flags.writeable = weights.flags.writeable = False  # they are everyone's
    return nodes, weights


def check_limit(limit: float, name: str = "limit") -> None:
    """Raise ValueError unless `limit` is in (0, 50] sigma."""
    if not 0.0 < limit <= WIDEST:
        message = f"{name} is above 0 and at most {WIDEST:g} sigma, not {limit}"
        raise ValueError(message)


def check_shift(shift: float) -> None:
    """Raise ValueError unless `shift` is a finite number."""
    if not math.isfinite(shift):
        message = f"shift is a number of sigma, not {shift}"
        raise ValueError(message)


def check_sides(sides: Sequence[Side]) -> tuple[bool, bool]:
    """Whether `sides` has the upper and the lower one; raise ValueError unless it names at least one, and no other."""
    if isinstance(sides, str) or not sides or not set(sides) <= set(BOTH):
        message = f'sides are ("upper",), ("lower",) or ("upper", "lower"), not {sides!r}'
        raise ValueError(message)
    return "upper" in sides, "lower" in sides


def check_head_start(head_start: float, h: float, sides: Sequence[Side]) -> None:
    """Raise ValueError unless `head_start` is at least 0 and below h; at most h/2 where both sides have it."""
    both = all(check_sides(sides))
    if not (0.0 <= head_start < h and (head_start <= 0.5 * h or not both)):
        bound = "at most h/2 for two sides" if both else "below h"
        message = f"head_start is 0 or more and {bound} (h is {h}), not {head_start}; h/2 is usual"
        raise ValueError(message)
