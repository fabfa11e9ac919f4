"""Limits for single values from their moving ranges, and the constants of control charts."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.arrays import np
from edge_agent.detect.charts.chart import checked
from edge_agent.detect.charts.run_length import density, legendre, normal_cdf

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from edge_agent.arrays import Floats


D2_EXACT = 2.0 / math.sqrt(math.pi)  # 1.128379...: what statistics packages divide by
D2_PRINTED = 1.128  # what handbooks print and divide by (NIST/SEMATECH 6.3.2.2): limits 0.03 % wider
FEWEST = 2  # one value has no range
LARGEST_SAMPLE = 25  # handbooks' tables end here: a range wastes most of a larger sample
WIDEST_RANGE = 16.0  # sigma: a range of 25 values is wider less than once in 1e26
FARTHEST = 9.0  # sigma: where a normal density no longer counts
STEP = 0.05  # sigma: trapezoids of a normal density are exact to the last digit from a step of 0.5 down
RANGE_NODES = 160  # for the range from 0 to 16 sigma: 12 digits and more for 25 values, whose range varies least


class IndividualsLimits(NamedTuple):
    """Limits of an X-mR chart, in the values' unit; `sigma` is the mean moving range over d2."""

    centre: float
    sigma: float
    lower: float
    upper: float
    mean_range: float
    upper_range: float


def individuals_limits(values: ArrayLike, *, sigmas: float = 3.0, d2: float = D2_EXACT) -> IndividualsLimits:
    """Limits of single values: mean +- `sigmas` x mean moving range / d2 (NIST/SEMATECH 6.3.2.2).

    The moving range is that of neighbours, so a slow drift widens the limits little. Values that depend on the
    one before (lag-1 correlation above zero) make the limits too narrow. Limits of m values are not
    the textbook's: the mean run length in control is 3,343 at m 20, 578 at m 100, for 370 meant (simulated).

    >>> limits = individuals_limits([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1], d2=D2_PRINTED)
    >>> round(limits.lower, 4), round(limits.centre, 4), round(limits.upper, 4)
    (45.8159, 50.81, 55.8041)

    Args:
        values: two or more, oldest first, shape (n,).
        sigmas: how far the limits lie.
        d2: the mean range of two values in sigma: D2_EXACT, or D2_PRINTED to get a handbook's digits.

    Raises:
        ValueError: fewer than two values, one a chart does not judge, sigmas or d2 not above 0.
    """
    block = checked(values)
    if block.size < FEWEST:
        message = f"a moving range needs two values or more, not {block.size}"
        raise ValueError(message)
    if not (0.0 < sigmas < math.inf and 0.0 < d2 < math.inf):
        message = f"sigmas and d2 are above 0, not {sigmas} and {d2}; 3 and {D2_EXACT:.6f} are usual"
        raise ValueError(message)
    centre = float(block.mean())
    mean_range = float(np.abs(np.diff(block)).mean())
    sigma = mean_range / d2
    return IndividualsLimits(
        centre=centre,
        sigma=sigma,
        lower=centre - sigmas * sigma,
        upper=centre + sigmas * sigma,
        mean_range=mean_range,
        upper_range=mean_range * (1.0 + sigmas * constants(2).d3 / constants(2).d2),
    )


class Constants(NamedTuple):
    """Factors for samples of n normal values, named as in every handbook.

    d2, d3: mean and standard deviation of the range, c4: mean of the sample standard deviation, in sigma. A, A2, A3:
    limits of means from sigma, mean range, mean deviation. D1 to D4, B3, B4: limits of ranges and deviations. E2:
    limits of single values.
    """

    d2: float
    d3: float
    c4: float
    A: float
    A2: float
    A3: float
    D1: float
    D2: float
    D3: float
    D4: float
    B3: float
    B4: float
    E2: float


@cache
def constants(n: int) -> Constants:
    """The factors for samples of `n` values, 2 to 25; computed from the range's distribution to 1e-9 or better.

    >>> round(constants(5).d2, 9), round(constants(5).A2, 9)
    (2.325928947, 0.576819334)

    Raises:
        ValueError: n outside 2 to 25.
    """
    if not FEWEST <= n <= LARGEST_SAMPLE:
        message = f"a sample has {FEWEST} to {LARGEST_SAMPLE} values here, not {n}; use deviations for larger ones"
        raise ValueError(message)
    d2, d3 = _range_moments(n)
    c4 = math.sqrt(2.0 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))
    a, spread, deviation = 3.0 / math.sqrt(n), 3.0 * d3, 3.0 * math.sqrt(1.0 - c4 * c4) / c4
    return Constants(
        d2=d2,
        d3=d3,
        c4=c4,
        A=a,
        A2=a / d2,
        A3=a / c4,
        D1=max(0.0, d2 - spread),
        D2=d2 + spread,
        D3=max(0.0, 1.0 - spread / d2),
        D4=1.0 + spread / d2,
        B3=max(0.0, 1.0 - deviation),
        B4=1.0 + deviation,
        E2=3.0 / d2,
    )


def _range_moments(n: int) -> tuple[float, float]:
    """Mean and standard deviation of the range of `n` standard normal values.

    P(range <= w) is n times the integral of density(x) (cdf(x + w) - cdf(x))^(n - 1); the mean is the integral of
    P(range > w), the mean square that of 2 w P(range > w).
    """
    widths, weights, density_at, between = _range_grid()
    exceeds = 1.0 - n * STEP * (between ** (n - 1) @ density_at)
    mean = float(weights @ exceeds)
    square = float(weights @ (2.0 * widths * exceeds))
    return mean, math.sqrt(square - mean * mean)


@cache
def _range_grid() -> tuple[Floats, Floats, Floats, Floats]:
    """Widths and their weights, the density at each smallest value, and the chance to lie between it and it + width."""
    nodes, weights = legendre(RANGE_NODES)
    widths, weights = 0.5 * WIDEST_RANGE * (nodes + 1.0), 0.5 * WIDEST_RANGE * weights
    smallest = np.arange(-FARTHEST, FARTHEST + STEP, STEP)
    cdf = np.array([normal_cdf(x) for x in smallest.tolist()])
    largest = (smallest[np.newaxis, :] + widths[:, np.newaxis]).tolist()
    between = np.array([[normal_cdf(x) for x in row] for row in largest]) - cdf
    return widths, weights, density(smallest), between
