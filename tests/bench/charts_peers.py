"""Other packages doing what a chart does: each a function from values to the numbers of the values it flags."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

Alarms = set[int]
Judge = Callable[[Any], Alarms]
PACKAGES = ("river", "pandas", "bottleneck", "numba", "NelsonCheck", "mfgqc", "capstat_core")
THERE = {name for name in PACKAGES if importlib.util.find_spec(name)}


def river_rolling(window: int) -> Judge:
    """Rolling(Mean) and Rolling(Var), told a value at a time; the new value against the window before it."""
    from river import stats, utils

    def judge(values: list[float]) -> Alarms:
        mean, variance = utils.Rolling(stats.Mean(), window), utils.Rolling(stats.Var(ddof=1), window)
        alarms = set()
        for number, value in enumerate(values):
            if number >= window and (value - mean.get()) ** 2 > 9.0 * variance.get():
                alarms.add(number)
            mean.update(value)
            variance.update(value)
        return alarms

    return judge


def river_variance(window: int) -> Judge:
    """The cheapest form river has: Rolling(Var) alone, its mean read from inside it."""
    from river import stats, utils

    def judge(values: list[float]) -> Alarms:
        variance = utils.Rolling(stats.Var(ddof=1), window)
        alarms = set()
        for number, value in enumerate(values):
            if number >= window and (value - variance.mean.get()) ** 2 > 9.0 * variance.get():
                alarms.add(number)
            variance.update(value)
        return alarms

    return judge


def pandas_rolling(window: int) -> Judge:
    """The whole series at once."""
    import pandas as pd

    def judge(values: np.ndarray) -> Alarms:
        rolling = pd.Series(values).rolling(window)
        return _beyond(values, rolling.mean().to_numpy(), rolling.std().to_numpy(), window)

    return judge


def bottleneck_rolling(window: int) -> Judge:
    """The whole series at once."""
    import bottleneck as bn

    def judge(values: np.ndarray) -> Alarms:
        mean, spread = bn.move_mean(values, window), bn.move_std(values, window, ddof=1)
        return _beyond(values, mean, spread, window)

    return judge


def numba_rolling(window: int) -> Judge:
    """The whole series at once in compiled code, sums carried as they come: a floor, and wrong after an outlier."""
    import numba

    @numba.njit
    def sums(values: np.ndarray, window: int) -> np.ndarray:  # pragma: no cover - compiled
        flagged = np.zeros(len(values), dtype=np.bool_)
        total = squares = 0.0
        for number, value in enumerate(values):
            if number >= window:
                gap = window * value - total
                spread = window * squares - total * total
                flagged[number] = gap * gap * (window - 1) > 9.0 * window * spread
                old = values[number - window]
                total -= old
                squares -= old * old
            total += value
            squares += value * value
        return flagged

    sums(np.zeros(window + 1), window)  # compiled before it is timed
    return lambda values: set(np.flatnonzero(sums(values, window)).tolist())


def _beyond(values: np.ndarray, mean: np.ndarray, spread: np.ndarray, window: int) -> Alarms:
    flagged = np.abs(values[window:] - mean[window - 1 : -1]) > 3.0 * spread[window - 1 : -1]
    return set((np.flatnonzero(flagged) + window).tolist())


def nelsoncheck() -> Judge:
    """All eight, centre 0 and sigma 1 given; it flags all members of a pattern, not the value that completes it."""
    from NelsonCheck.NelsonCheck import NelsonCheck

    def judge(values: np.ndarray) -> Alarms:
        check = NelsonCheck(values, CL=0.0, LCL=-3.0, UCL=3.0)
        return {int(number) for violation in check.violations for number in violation.offenders.index}

    return judge


def mfgqc() -> Judge:
    """All eight, centre 0 and sigma 1 given; by its inner function, since its charts estimate their own limits."""
    from mfgqc.control_charts import _apply_rules

    return lambda values: {found.point - 1 for found in _apply_rules(values, 0.0, 1.0, "nelson", "location")}


def capstat() -> Judge:
    """All eight on a chart with limits at plus and minus 3."""
    from capstat_core.control_charts import ControlChart, ControlLimits
    from capstat_core.rules import nelson_rules

    limits = {"center": 0.0, "upper": 3.0, "lower": -3.0}

    def judge(values: np.ndarray) -> Alarms:
        chart = ControlChart("individuals", tuple(values.tolist()), ControlLimits(**limits), ())
        return {found.point for found in nelson_rules(chart)}

    return judge


def agreement(ours: Alarms, theirs: Alarms) -> str:
    """Whether the alarms are the same, and where not, how many differ."""
    if ours == theirs:
        return f"same {len(ours)}"
    return f"{len(theirs)}, {len(theirs - ours)} not ours, {len(ours - theirs)} missing"
