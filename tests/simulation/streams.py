"""What a machine does when nothing is wrong, drawn by chance: cycle times and readings of known distribution."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge_agent.detect.block import Block, Cycles, Readings
from edge_agent.observations import Source
from edge_agent.standard import NS_PER_S, Characteristic, Standard, Workplace

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Floats]

CYCLE_S, TAKT_S = 50.0, 60.0  # the mean cycle is the standard; the takt leaves a sixth to spare
NOMINAL, SIGMA = 25.0, 0.002  # of the bore, in mm
TO_LIMIT = 5.0  # sigma from nominal to a specification limit: Cp 1.67, as asked of a new machine
DEFECT = 6.0  # sigma: where a defective part lies, beyond the limit, far inside what a gauge can show
OPERATOR_SHARE = 0.9  # of the variance of a machine cycle with hand work: the exponential part
MEMORY = 40  # terms of an autoregressive series; 0.4^40 is below the last digit
WORKPLACE = Workplace(
    standard=Standard(standard_cycle_s=CYCLE_S, takt_s=TAKT_S),
    characteristics=(
        Characteristic(
            name="bore_mm", nominal=NOMINAL, lower=NOMINAL - TO_LIMIT * SIGMA, upper=NOMINAL + TO_LIMIT * SIGMA
        ),
    ),
    sources=(
        Source(name="press", sees="cycle"),
        Source(name="gauge", sees="reading", characteristic="bore_mm"),
    ),
)


class Change(NamedTuple):
    """What goes wrong: `name` for people; `to` makes the changed series from one drawn as before."""

    name: str
    to: Callable[[np.random.Generator, Floats], Floats]


class Stream(NamedTuple):
    """A way to draw a series, what may happen to it, and the block a detector is shown."""

    name: str
    draw: Draw
    block: Callable[[Floats], Block]
    changes: tuple[Change, ...]

    def dice(self, seed: int, number: int) -> np.random.Generator:
        """The generator of replication `number`, the same for every detector."""
        return np.random.default_rng([seed, zlib.crc32(self.name.encode()), number])


def lognormal(variation: float, dice: np.random.Generator, count: int) -> Floats:
    """Mean 1, coefficient of variation `variation`: a person's work."""
    square = math.log1p(variation * variation)
    return dice.lognormal(-square / 2.0, math.sqrt(square), count)


def gamma(variation: float, dice: np.random.Generator, count: int) -> Floats:
    """The same mean and variation as several steps of exponential length one after the other."""
    shape = variation**-2
    return dice.gamma(shape, 1.0 / shape, count)


def with_operator(variation: float, dice: np.random.Generator, count: int) -> Floats:
    """The same mean and variation as a machine's normal cycle and an operator's exponential hand work."""
    work = math.sqrt(OPERATOR_SHARE) * variation
    machine = dice.normal(1.0 - work, math.sqrt(1.0 - OPERATOR_SHARE) * variation, count)
    return machine + dice.exponential(work, count)


def normal(dice: np.random.Generator, count: int) -> Floats:
    """Independent, mean 0, sigma 1."""
    return dice.normal(size=count)


def autoregressive(dice: np.random.Generator, count: int, correlation: float = 0.4) -> Floats:
    """AR(1): mean 0, sigma 1, each value depends on the one before."""
    noise = dice.normal(size=count + MEMORY - 1)
    series: Floats = np.convolve(noise, correlation ** np.arange(MEMORY), "valid")
    return series * math.sqrt(1.0 - correlation * correlation)


def quantised(dice: np.random.Generator, count: int) -> Floats:
    """Read from a gauge whose last digit is one sigma."""
    return np.rint(dice.normal(size=count))


def with_defects(rate: float, dice: np.random.Generator, series: Floats) -> Floats:
    """A share of `rate` parts lies beyond the limit."""
    return np.where(dice.random(len(series)) < rate, DEFECT, series)


def one_per_cent_defective(dice: np.random.Generator, count: int) -> Floats:
    """Normal, with the defects the default of `defect_rate` takes for usual."""
    return with_defects(0.01, dice, normal(dice, count))


def as_cycles(factors: Floats) -> Cycles:
    """One pulse a cycle of sensor `press`, no gap between cycles."""
    return Cycles.from_durations("press", np.rint(factors * CYCLE_S * NS_PER_S).astype(np.int64))


def as_readings(sigmas: Floats) -> Readings:
    """One reading of `bore_mm` a cycle."""
    at_ns = np.arange(1, len(sigmas) + 1, dtype=np.int64) * round(CYCLE_S * NS_PER_S)
    return Readings(sensor="gauge", characteristic="bore_mm", at_ns=at_ns, values=NOMINAL + SIGMA * sigmas)


def slower(factor: float, _: np.random.Generator, series: Floats) -> Floats:
    """Every cycle longer."""
    return series * factor


def shifted(sigmas: float, _: np.random.Generator, series: Floats) -> Floats:
    """Every reading larger, by whole digits of the gauge where it has such."""
    return series + sigmas


SLOWER = tuple(Change(f"{percent} % slower", partial(slower, 1.0 + percent / 100.0)) for percent in (5, 10, 20))
SHIFTED = tuple(Change(f"{sigmas} sigma up", partial(shifted, float(sigmas))) for sigmas in (1, 2, 3))
WORSE = (Change("5 % defective", partial(with_defects, 0.05)),)
CYCLES = tuple(
    Stream(f"{name}, CV {percent} %", partial(draw, percent / 100.0), as_cycles, SLOWER)
    for name, draw in (("lognormal", lognormal), ("gamma", gamma), ("machine + operator", with_operator))
    for percent in (5, 10, 25)
)
READINGS = (
    Stream("normal", normal, as_readings, SHIFTED),
    Stream("AR(1) 0.4", autoregressive, as_readings, SHIFTED),
    Stream("last digit = 1 sigma", quantised, as_readings, SHIFTED),
    Stream("1 % defective", one_per_cent_defective, as_readings, WORSE),
)
