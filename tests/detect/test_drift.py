"""Drifts of cycles and of readings: found, told from single odd values, and called back."""

from __future__ import annotations

import math

import numpy as np
import pytest

from edge_agent.detect import Finding, Settings, reading_drift, slow_drift
from edge_agent.detect.charts.run_length import cusum_arl
from edge_agent.detect.drift import Drift
from edge_agent.detect.rule import Verdict
from tests.detect.bench import S, made, measured, worked

USUAL = [50.0 * math.exp(0.02 * (n * 7 % 5 - 2)) for n in range(100)]
BORES = [25.0 + 0.002 * (n * 7 % 5 - 2) for n in range(100)]


def found(said: list[Finding | None]) -> list[int]:
    return [n for n, finding in enumerate(said) if finding is not None and finding.verdict is Verdict.ABNORMAL]


@pytest.mark.parametrize("settings", [slow_drift.Settings(), slow_drift.Settings(chart="ewma")])
def test_longer_cycles_are_found_and_shorter_ones_after_it_call_it_back(settings: Settings) -> None:
    """6 % longer is found within 15 parts; as before again, it is called back within 30; what follows is quiet."""
    slow, good = [1.06 * each for each in USUAL[:40]], USUAL
    places = found(worked(made(settings), *USUAL, *slow, *good))
    assert 100 < places[0] <= 115
    assert list(range(places[0], places[-1] + 1)) == places
    assert 140 <= places[-1] <= 170


@pytest.mark.parametrize("settings", [slow_drift.Settings(), slow_drift.Settings(chart="ewma")])
def test_a_stop_or_one_odd_cycle_is_no_drift(settings: Settings) -> None:
    """Cycles with a stop are left out, one odd cycle counts four sigma at most; shorter cycles are no slow-down."""
    detector = made(settings)
    said = worked(detector, *USUAL, *USUAL[:9], 500.0, 84.0, 5000.0, *USUAL[:9], *[0.94 * each for each in USUAL])
    assert [] == found(said)


def test_a_long_drift_is_called_back_as_soon_as_a_short_one() -> None:
    """The control of the way back: the sum alone would take a thousand cycles to come down."""
    for length in (30, 1000):
        slow = [1.08 * USUAL[n % 100] for n in range(length)]
        places = found(worked(made(slow_drift.Settings()), *USUAL, *slow, *USUAL[:60]))
        assert 100 + length <= places[-1] <= 100 + length + 20


def test_the_run_length_is_the_one_promised() -> None:
    """Simulated on known normal values: in control 465 for k 0.5, h 5 on two sides, within four standard errors."""
    dice = np.random.default_rng(5)
    lengths = []
    for _ in range(400):
        drift, place = Drift(slow_drift.Settings(h=5.0), ["upper", "lower"]), 0
        while not drift.step(float(dice.normal()), place):
            place += 1
        lengths.append(place + 1)
    assert np.mean(lengths) == pytest.approx(cusum_arl(0.5, 5.0), rel=4.0 / math.sqrt(len(lengths)))


@pytest.mark.parametrize("chart", ["cusum", "ewma"])
@pytest.mark.parametrize(("shift", "way"), [(0.006, "up"), (-0.006, "down")])
def test_readings_that_wander_are_found_while_all_are_good(chart: str, shift: float, way: str) -> None:
    """Two sigma either way, every reading inside 24.98 to 25.02; the onset lies where it began."""
    said = measured(
        made(reading_drift.Settings(chart=chart), "bore_mm"), *BORES, *[each + shift for each in BORES[:20]]
    )
    finding = said[found(said)[0]]
    assert finding is not None
    assert f"drifts {way}" in finding.text
    assert finding.onset_ns is not None
    assert 99 * S <= finding.onset_ns <= 103 * S


def test_readings_out_of_specification_are_not_its_business() -> None:
    """They are called at once by another rule, and do not move the average."""
    assert [] == found(measured(made(reading_drift.Settings(), "bore_mm"), *BORES, *[25.03] * 50))


def test_a_gauge_that_never_varied_is_unknown_not_normal() -> None:
    """Without a spread nothing can be told; it says so."""
    said = measured(made(reading_drift.Settings(), "bore_mm"), *[25.0] * 120)
    assert {None} == set(said[:100])
    assert {Verdict.UNKNOWN} == {finding.verdict for finding in said[100:] if finding is not None}


def test_correlated_cycles_call_less_often_when_it_is_known() -> None:
    """AR(1) with 0.6: with the spread of single values the same chart is up several times as long."""
    dice, calls = np.random.default_rng(2), {True: 0, False: 0}
    for _ in range(12):
        values = [0.0]
        for noise in dice.normal(scale=0.8, size=1500):
            values.append(0.6 * values[-1] + float(noise))
        for honoured in calls:
            detector = made(slow_drift.Settings(baseline=500))
            said = worked(detector, *[50.0 * math.exp(0.02 * each) for each in values[:500]])
            if not honoured:
                detector.sigma = detector.baseline.fit.spread
            said = worked(detector, *[50.0 * math.exp(0.02 * each) for each in values[500:]])
            calls[honoured] += len(found(said))
    assert 4 * calls[True] < calls[False]
