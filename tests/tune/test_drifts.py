"""Limits of the drift charts: theory where it holds, the recording where not; and the rate that is claimed is kept."""

import numpy as np
import pytest

from edge_agent.detect import reading_drift, slow_drift
from edge_agent.detect.charts import Cusum
from edge_agent.standard import Standard, Workplace
from edge_agent.tune.drifts import Drift
from edge_agent.tune.history import Series
from edge_agent.tune.usual import of_cycles, sample
from tests.tune.conftest import cycles

BETWEEN = 2_000.0  # values between false calls: rare enough to be a lamp's, often enough to be counted in a second
WORKPLACE = Workplace(standard=Standard(standard_cycle_s=55.0))


def sampled(durations_s):
    return of_cycles(Series("press", np.arange(len(durations_s)), durations_s), WORKPLACE)


def run_lengths(values, k, h, runs):
    """Values until each of `runs` upper CUSUMs signals, one after the other."""
    lengths, chart, seen = [], Cusum(k, h, sides=["upper"]), 0
    for value in values:
        seen += 1
        if chart.step(value):
            lengths.append(seen)
            chart.reset()
            seen = 0
            if len(lengths) == runs:
                break
    return np.array(lengths)


def test_independent_lognormal_cycles_get_the_limit_of_theory():
    """A long recording of known spread: the limit of theory, and the delays of the literature."""
    drift = Drift.of(slow_drift.Settings(), sampled(cycles(20_000)), ["upper"])
    assert "theory" == drift.method
    assert 7.36 == pytest.approx(drift.limit_for(10_000), abs=0.011)
    assert 15.1 == pytest.approx(next(delay.values for delay in drift.delays(7.36) if delay.shift == 1.0), abs=0.1)


def test_resampling_agrees_with_theory_where_theory_holds():
    """Two ways to the same limit: counted excursions and the run-length integral, within the error of 200 calls."""
    found = sampled(cycles(20_000))
    theory = Drift.of(slow_drift.Settings(), found, ["upper"])
    counted = Drift.of(slow_drift.Settings(), found._replace(usual=replaced(found.usual, normal=False)), ["upper"])
    assert "resampled" == counted.method
    assert theory.limit_for(BETWEEN) == pytest.approx(counted.limit_for(BETWEEN), abs=0.35)
    for one, other in zip(theory.delays(5.7), counted.delays(5.7), strict=True):
        if one.values < 100:
            assert one.values == pytest.approx(other.values, rel=0.12), one.shift


def replaced(usual, **parts):
    return type(usual)(**{name: getattr(usual, name) for name in usual.__struct_fields__} | parts)


@pytest.mark.parametrize("correlation", [0.0, 0.4])
def test_the_false_calls_claimed_are_those_of_a_simulation(correlation):
    """On fresh values of the same process the mean run length is the wanted one, within four standard errors."""
    durations_s = cycles(20_000, correlation=correlation)
    found = sampled(durations_s)
    drift = Drift.of(slow_drift.Settings(), found, ["upper"])
    limit = drift.limit_for(BETWEEN)
    fresh = np.log(cycles(600_000, seed=2, correlation=correlation) / 52.0) / (0.05 * found.widening)
    lengths = run_lengths(np.clip(fresh, -4, 4).tolist(), 0.5, limit, 200)
    counting = 0.0 if drift.method == "theory" else BETWEEN / np.sqrt(200)
    error = np.hypot(lengths.std() / np.sqrt(len(lengths)), counting)
    assert BETWEEN == pytest.approx(lengths.mean(), abs=4 * error)


def test_correlated_cycles_get_a_wider_limit():
    """The same spread, but neighbours alike: the limit, in spreads of single values, is far wider."""
    alone, alike = sampled(cycles(5_000)), sampled(cycles(5_000, correlation=0.5))
    assert 0.0 == alone.usual.correlation
    assert 0.5 == pytest.approx(alike.usual.correlation, abs=0.05)
    limits = [
        Drift.of(slow_drift.Settings(), each, ["upper"]).limit_for(BETWEEN) * each.widening for each in (alone, alike)
    ]
    assert limits[1] > 1.3 * limits[0]


@pytest.mark.parametrize("normal", [True, False])
def test_an_average_has_its_limit_too(normal):
    """Two-sided EWMA of readings: 3.06 for one in 1,000, by theory and by counting."""
    values = np.random.default_rng(3).normal(size=20_000)
    found = sample(values, values, 0, "mm", 0.0)
    found = found._replace(usual=replaced(found.usual, normal=normal))
    drift = Drift.of(reading_drift.Settings(), found, ["upper", "lower"])
    assert 3.059 == pytest.approx(drift.limit_for(1_000), abs=0.002 if normal else 0.12)
    sixteen = next(delay.values for delay in drift.delays(3.749) if delay.shift == 1.0)
    assert 16.9 == pytest.approx(sixteen, abs=0.1 if normal else 1.0)


def test_one_side_calls_half_as_often():
    """Of an EWMA on cycles only the upper side lights, so its limit may be tighter."""
    found = sampled(cycles(20_000))
    upper = Drift.of(slow_drift.Settings(chart="ewma"), found, ["upper"])
    both = Drift.of(slow_drift.Settings(chart="ewma"), found, ["upper", "lower"])
    assert upper.limit_for(2_000) == both.limit_for(1_000)


def test_what_is_too_rare_to_count_is_refused():
    """A rate nobody can count in two million values is no rate to promise."""
    skewed = sampled(np.minimum(52.0 + np.random.default_rng(4).exponential(4.0, size=2_000), 90.0))
    drift = Drift.of(slow_drift.Settings(), skewed, ["upper"])
    with pytest.raises(ValueError, match="too rare to be counted"):
        drift.limit_for(200_000)


def test_a_chart_that_never_moves_gets_no_limit():
    """Most values equal and the others within half a sigma of them: no sum ever grows, and a limit of 0 is none."""
    still = sampled(cycles(300))._replace(sigmas=np.full(300, 0.4))
    still = still._replace(usual=replaced(still.usual, normal=False))
    with pytest.raises(ValueError, match="no limit can be counted"):
        Drift.of(slow_drift.Settings(), still, ["upper"]).limit_for(BETWEEN)
