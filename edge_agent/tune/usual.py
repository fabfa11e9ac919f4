"""What is usual in a recording, measured as the detectors measure it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge_agent.detect.baseline import SMALLEST_LOG_SPREAD, Fit, fitted
from edge_agent.detect.drift import FARTHEST
from edge_agent.detect.sample import LARGEST, unit_of
from edge_agent.detect.slow_drift import STOP
from edge_agent.standard import Workplace
from edge_agent.tune.history import Series
from edge_agent.tune.records import FEWEST, FIRM, Usual

Floats = NDArray[np.float64]

CHANCE = 9.21  # of a chi-square with two degrees of freedom: exceeded once in a hundred normal samples
SPREAD_OFF, CENTRE_OFF = 0.02, 0.02  # sigma; by so much the run length of a CUSUM moves by a tenth
MOVED = 4.0  # standard errors of the difference of two thirds: never by chance
CHANCE_OFF = 2.0  # / sqrt(n), sigma: more than twice the standard error of mean, median and MAD alike


class Sample(NamedTuple):
    """The values a detector judges, and what is usual of them.

    Args:
        fit: as the detector's own baseline would have it, had it learned all of them.
        sigmas: each value's distance from the centre in spreads, drawn in to four as the drift charts do.
        logarithmic: whether fit and sigmas are of logarithms.
        unquiet: why no limit may be taken from it, where its level moved; else empty.
    """

    values: Floats
    fit: Fit
    usual: Usual
    sigmas: Floats
    logarithmic: bool
    unquiet: str = ""

    @property
    def theory_holds(self) -> bool:
        """Whether run lengths of independent normal values are those of this recording."""
        return self.usual.normal and not self.usual.correlation

    @property
    def widening(self) -> float:
        """By how much the drift charts widen the spread for the correlation (see `detect.baseline`)."""
        return wider(self.fit.correlation)

    def means(self, shift: float) -> str:
        """A shift of so many sigma in the words of the shop floor."""
        if self.logarithmic:
            return f"{100 * math.expm1(shift * self.fit.spread):+.1f} %"
        return f"{shift * self.fit.spread:+.3g} {self.usual.unit}"


def too_few(count: int, what: str) -> str | None:
    """Why nothing can be said yet, and how much is needed; None where there is enough."""
    if count >= FEWEST:
        return None
    return f"{count} {what} are too few: {FEWEST} are needed to say what is usual, {FIRM} for a limit"


def too_few_for_a_limit(count: int, what: str, baseline: int = FIRM) -> str | None:
    """Why no limit may be taken from so many values; None where there are as many as the baseline takes, and 100.

    A limit from fewer follows what happened to be among them: of 30 even cycles, one that each wobble would cross.
    """
    needed = max(FIRM, baseline)
    if count >= needed:
        return None
    why = ", as many as its baseline takes" if baseline > FIRM else ""
    return f"{count} {what} are too few for a limit: {needed} are needed{why}"


def of_cycles(series: Series | None, workplace: Workplace) -> Sample | str:
    """Cycle times on the logarithms; cycles beyond 1.7 x the standard hold a stop and are set aside."""
    values = np.empty(0) if series is None else series.values
    kept = values[values <= STOP * workplace.standard.standard_cycle_s]
    problem = too_few(len(kept), "cycles")
    return problem or sample(kept, np.log(kept), len(values) - len(kept), "s", SMALLEST_LOG_SPREAD)


def of_readings(series: Series | None, workplace: Workplace, of: str) -> Sample | str:
    """Readings inside their specification; the others are `out_of_spec`'s and set aside."""
    values = np.empty(0) if series is None else series.values
    characteristic = workplace.characteristic(of)
    inside = np.abs(values) <= LARGEST
    inside &= values >= (-math.inf if characteristic.lower is None else characteristic.lower)
    inside &= values <= (math.inf if characteristic.upper is None else characteristic.upper)
    problem = too_few(int(inside.sum()), "readings inside the specification")
    kept = values[inside]
    return problem or sample(kept, kept, len(values) - len(kept), unit_of(of), 0.0)


def sample(values: Floats, judged: Floats, set_aside: int, unit: str, smallest: float) -> Sample | str:
    """Measure what is judged: `values` themselves or their logarithms."""
    fit = fitted(judged.tolist(), smallest)
    if fit.spread <= smallest:
        equal = float(np.ptp(values)) == 0.0
        what = f"are {values[0]:g}" if equal else f"vary by less than {100 * smallest:g} %"
        return f"all {len(values)} values {what}: there is no spread to measure by"
    sigmas = np.clip((judged - fit.centre) / fit.spread, -FARTHEST, FARTHEST)
    logarithmic = judged is not values
    normal = is_normal(sigmas)
    unquiet = moved(sigmas, fit.correlation)
    usual = Usual(
        count=len(values),
        set_aside=set_aside,
        centre=math.exp(fit.centre) if logarithmic else fit.centre,
        spread=fit.spread,
        unit=unit,
        correlation=fit.correlation,
        normal=normal,
        effect="; ".join(([unquiet] if unquiet else []) + list(effects(fit.correlation, normal))),
    )
    return Sample(values, fit, usual, sigmas, logarithmic, unquiet)


def is_normal(sigmas: Floats) -> bool:
    """Whether values in sigma pass for standard normal: level, spread, and third and fourth moment (Jarque-Bera)."""
    count, spread = len(sigmas), float(sigmas.std())
    chance = CHANCE_OFF / math.sqrt(count)
    if abs(float(sigmas.mean())) > CENTRE_OFF + chance or abs(spread - 1.0) > SPREAD_OFF + chance:
        return False
    z = (sigmas - sigmas.mean()) / spread
    skew, kurtosis = float((z**3).mean()), float((z**4).mean()) - 3.0
    return count / 6.0 * (skew * skew + kurtosis * kurtosis / 4.0) < CHANCE


def moved(sigmas: Floats, correlation: float) -> str:
    """That the level has moved within the recording; empty where it has not."""
    third = len(sigmas) // 3
    first, last = float(sigmas[:third].mean()), float(sigmas[-third:].mean())
    if abs(last - first) <= MOVED * wider(correlation) * math.sqrt(2.0 / third):
        return ""
    return f"its last third lies {last - first:+.1f} sigma from its first: no quiet time, tune on another one"


def wider(correlation: float) -> float:
    """How much more sums and averages vary where neighbours are alike."""
    return math.sqrt((1.0 + correlation) / (1.0 - correlation))


def effects(correlation: float, normal: bool) -> Iterator[str]:
    """What correlation and shape do to the limits, for people."""
    if correlation:
        more = f"{wider(correlation):.2g} times as much"
        yield f"neighbours are alike: sums and averages vary {more}, and get wider limits"
    if not normal:
        yield "not normally distributed: limits come from the recording itself"
    elif not correlation:
        yield "normal and independent: theory holds"
