"""Process capability, for a report: how well what the process does fits its specification; never a reason to call."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.arrays import np
from edge_agent.detect.charts.chart import checked

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

ONE_SIDED_95 = 1.6448536269514722  # standard normal quantile of 0.95
FEWEST = 2  # one value has no spread


class Capability(NamedTuple):
    """Capability of `samples` values: centre and sigma in their unit, the rest without one.

    `cp` is None where one limit is given; `cpk_bound` is what cpk exceeds with 95 % confidence.
    """

    samples: int
    centre: float
    sigma: float
    cp: float | None
    cpk: float
    cpk_bound: float


def capability(values: ArrayLike, *, lower: float | None = None, upper: float | None = None) -> Capability:
    """Cp = (upper - lower) / 6 sigma, Cpk = distance of the nearer limit / 3 sigma, and Bissell's bound of Cpk (1990).

    sigma is the sample standard deviation: for values in statistical control, near normal. The bound says how little
    a few values prove: Cpk 1.33 of 30 values is above 1.03, of 100 above 1.17. Under 50 never act on it.

    >>> found = capability([9.9, 10.0, 10.1] * 20, lower=9.5, upper=10.5)
    >>> round(found.cpk, 2), round(found.cpk_bound, 2)
    (2.02, 1.71)

    Raises:
        ValueError: fewer than two values, values that never vary, no limit, limits the wrong way round or not finite.
    """
    block = checked(values)
    limits = [limit for limit in (lower, upper) if limit is not None]
    if not limits or not all(map(math.isfinite, limits)) or limits != sorted(set(limits)):
        message = f"capability needs a lower limit, an upper one above it, or one of them, not {lower} and {upper}"
        raise ValueError(message)
    if block.size < FEWEST or not np.ptp(block):
        message = f"capability needs two values or more that vary, not {block.size} that do not; is the gauge stuck?"
        raise ValueError(message)
    centre, sigma = float(block.mean()), float(block.std(ddof=1))
    room = min(math.inf if upper is None else upper - centre, math.inf if lower is None else centre - lower)
    cpk = room / (3.0 * sigma)
    return Capability(
        samples=block.size,
        centre=centre,
        sigma=sigma,
        cp=None if upper is None or lower is None else (upper - lower) / (6.0 * sigma),
        cpk=cpk,
        cpk_bound=cpk_bound(cpk, block.size),
    )


def cpk_bound(cpk: float, count: int) -> float:
    """What Cpk exceeds with 95 % confidence, given its estimate from `count` values (Bissell 1990, normal values).

    >>> round(cpk_bound(1.33, 30), 2), round(cpk_bound(1.33, 100), 2)
    (1.03, 1.17)

    Raises:
        ValueError: fewer than two values.
    """
    if count < FEWEST:
        message = f"a bound needs two values or more, not {count}"
        raise ValueError(message)
    return cpk - ONE_SIDED_95 * math.sqrt(1.0 / (9.0 * count) + cpk * cpk / (2.0 * (count - 1)))
