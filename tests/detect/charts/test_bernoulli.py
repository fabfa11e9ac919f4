"""The Bernoulli CUSUM sums exact log likelihoods; its run length is that of a chain solved another way."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.detect.charts.bernoulli import BernoulliCusum, bernoulli_arl, weights


def lattice_arl(defect: int, good: int, limit: int, rate: float) -> float:
    """The same chart with whole-number steps, as a dense chain: up `defect`, down `good`, signal above `limit`."""
    stay = np.eye(limit + 1)
    for state in range(limit + 1):
        stay[state, max(0, state - good)] -= 1.0 - rate
        if state + defect <= limit:
            stay[state, state + defect] -= rate
    return float(np.linalg.solve(stay, np.ones(limit + 1))[0])


@pytest.mark.parametrize("rate", [0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0])
@pytest.mark.parametrize(("ratio", "steps"), [(39, 121), (20, 70), (60, 300)])
def test_the_run_length_equals_a_dense_chains(ratio: int, steps: int, rate: float) -> None:
    """Where weights are whole multiples of each other the chain is small: both run lengths agree within 1e-8."""
    low, high = 0.010001, 0.9
    for _ in range(200):  # the p1 at which one defect weighs as `ratio` good parts; the weight falls as p1 rises
        p1 = 0.5 * (low + high)
        defect, good = weights(0.01, p1, 1.0)
        low, high = (p1, high) if defect / -good > ratio else (low, p1)
    defect, good = weights(0.01, p1, 1.0)
    limit = -good * (steps + 0.5)  # between two states, where rounding decides nothing
    assert lattice_arl(ratio, 1, steps, rate) == pytest.approx(bernoulli_arl(0.01, p1, limit, rate=rate), rel=1e-8)


@pytest.mark.parametrize(("rate", "parts", "error"), [(0.01, 10_418, 23.2), (0.05, 112.57, 0.18), (0.1, 43.14, 0.06)])
def test_the_default_runs_as_long_as_simulated(rate: float, parts: float, error: float) -> None:
    """Within four standard errors of 200,000 simulated run lengths a rate, seeded, made once outside this test."""
    assert parts == pytest.approx(bernoulli_arl(rate=rate), abs=4.0 * error)


def test_the_chart_itself_runs_that_long() -> None:
    """2,000 run lengths of the chart at 10 % defects have the computed mean, within four standard errors."""
    chart, random = BernoulliCusum(), np.random.default_rng(1999)
    lengths = []
    for parts in (random.random((2000, 1000)) < 0.1).astype(np.float64):
        chart.reset()
        words = chart.scan(parts)
        assert words.any()
        lengths.append(1 + int(np.argmax(words)))
    error = float(np.std(lengths)) / math.sqrt(len(lengths))
    assert bernoulli_arl(rate=0.1) == pytest.approx(float(np.mean(lengths)), abs=4.0 * error)


@given(st.lists(st.booleans(), max_size=300), st.integers(0, 300), st.sampled_from([0.01, 0.2]))
def test_blocks_say_what_single_parts_say(defects: list[bool], split: int, p0: float) -> None:
    """Wherever the block ends, words, sum and onset are the same, bit for bit."""
    parts = np.array(defects, dtype=np.float64)
    one, block = BernoulliCusum(p0, 0.5, 2.0), BernoulliCusum(p0, 0.5, 2.0)
    expected = [one.step(part) for part in parts.tolist()]
    assert expected == [*block.scan(parts[:split]).tolist(), *block.scan(parts[split:]).tolist()]
    assert (one.sum, one.onset) == (block.sum, block.onset)


def test_a_long_run_of_parts_is_judged_alike() -> None:
    """100,000 parts with a rate that rises: the same words in blocks of a thousand and one."""
    rate = np.repeat([0.01, 0.05], 50_000)
    parts = (np.random.default_rng(5).random(100_000) < rate).astype(np.float64)
    one, block = BernoulliCusum(), BernoulliCusum()
    expected = [one.step(part) for part in parts.tolist()]
    assert expected == [word for first in range(0, 100_000, 1001) for word in block.scan(parts[first:][:1001]).tolist()]
    assert 1 in expected
    assert (one.sum, one.onset) == (block.sum, block.onset)


def test_the_weights_are_the_log_likelihoods() -> None:
    """A defect adds ln(p1/p0), a good part ln((1 - p1)/(1 - p0)); four defects in a row signal at the default."""
    chart = BernoulliCusum()
    words = [chart.step(1.0) for _ in range(4)]
    assert [0, 0, 0, 1] == words
    assert 4.0 * math.log(5.0) == pytest.approx(chart.sum, rel=1e-15)
    chart.step(0.0)
    assert 4.0 * math.log(5.0) + math.log(0.95 / 0.99) == pytest.approx(chart.sum, rel=1e-15)
    assert 5 == chart.onset
    chart.reset()
    assert (0.0, 0) == (chart.sum, chart.onset)


def test_the_limit_itself_is_no_signal() -> None:
    """A sum of exactly h is inside, one just beyond signals, by both faces."""
    chart = BernoulliCusum()
    chart.scan([1.0, 1.0, 1.0])
    for h, word in ((chart.sum, 0), (math.nextafter(chart.sum, 0.0), 1)):
        one, block = BernoulliCusum(h=h), BernoulliCusum(h=h)
        assert [0, 0, word] == [one.step(1.0) for _ in range(3)] == block.scan([1.0, 1.0, 1.0]).tolist()


@pytest.mark.parametrize("bad", [0.5, 2.0, -1.0, math.nan, math.inf])
def test_a_part_is_good_or_defective(bad: float) -> None:
    """Anything but 0 and 1 is named with its index, and the chart is as before."""
    chart = BernoulliCusum()
    chart.scan([1.0, 0.0, 1.0])
    before = chart.sum, chart.onset
    with pytest.raises(ValueError, match="value 0 is"):
        chart.step(bad)
    with pytest.raises(ValueError, match="value 2 is"):
        chart.scan([1.0, 1.0, bad])
    assert before == (chart.sum, chart.onset)


@pytest.mark.parametrize("settings", [(0.0, 0.05, 5.0), (0.05, 0.01, 5.0), (0.01, 1.0, 5.0), (0.01, 0.05, 0.0)])
def test_senseless_settings_are_refused(settings: tuple[float, float, float]) -> None:
    """Rates are 0 < p0 < p1 < 1 and the limit is above 0, for the chart and for its run length."""
    with pytest.raises(ValueError, match="not"):
        BernoulliCusum(*settings)
    with pytest.raises(ValueError, match="not"):
        bernoulli_arl(*settings)


def test_what_would_take_too_long_is_refused() -> None:
    """Rates so small that the sum of the run length has no end are named, as is a rate that is none."""
    with pytest.raises(ValueError, match="choose larger"):
        bernoulli_arl(1e-7, 5e-7)
    with pytest.raises(ValueError, match="over 2000 defects; choose p1 further off"):
        bernoulli_arl(0.01, 0.011, 5.0)
    with pytest.raises(ValueError, match="rate is a share"):
        bernoulli_arl(rate=0.0)


def test_a_rare_defect_and_a_slow_rate_stay_exact() -> None:
    """The sum ends by itself where the statistic has no drift, and where defects are one in 10,000."""
    assert 491.0187 == pytest.approx(bernoulli_arl(rate=0.0246), abs=1e-3)
    assert 1_028_270.67 == pytest.approx(bernoulli_arl(0.0001, 0.0005), rel=1e-6)
