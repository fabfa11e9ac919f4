from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.detect.charts import Rolling, RollingInt
from edge_agent.detect.charts.rolling import VALUES_CARRIED

LENGTH = 10_000_000
NAIVE = 1_000_000  # the control needs fewer: it is wrong from the outlier on
OUTLIER_S = 3.6e6  # a cycle of 1,000 hours
random = np.random.default_rng(7)


def exact(values, sigmas=3.0):
    """Whether the last value lies outside the limits of those before it, in fractions; and their variance."""
    *before, new = map(Fraction, values)
    mean = sum(before) / len(before)
    variance = sum((value - mean) ** 2 for value in before) / (len(before) - 1)
    return (new - mean) ** 2 > Fraction(sigmas) ** 2 * variance, variance


def naive_variance(values, window):
    """The variance of the last window from sums that are carried as they come: the mistake the chart avoids."""
    padded = np.concatenate((np.zeros(window), values))
    total = np.cumsum(padded[window:] - padded[:-window])[-1]
    squares = np.cumsum(padded[window:] ** 2 - padded[:-window] ** 2)[-1]
    return (squares - total * total / window) / (window - 1)


def relative_error(variance, window_values):
    """How far a variance is from the exact one of these values, relative to it."""
    exactly = exact([*window_values, 0.0])[1]
    return abs(float((Fraction(variance) - exactly) / exactly))


@pytest.mark.parametrize("window", [20, 60, 500])
def test_the_variance_stays_true_after_an_outlier_of_1000_hours(window):
    """Right after it has left, and ten million values later, the error is below 1e-12; naive sums never recover."""
    values = random.normal(60.0, 0.5, LENGTH)
    values[1_000] = OUTLIER_S
    chart = Rolling(window)
    seen = 0
    for upto in (1_000 + window, 1_001 + window, 1_500 + window, LENGTH // 2 + 13, LENGTH):
        chart.scan(values[seen:upto])
        seen = upto
        assert relative_error(chart.variance, values[upto - window : upto]) < 1e-12
    assert relative_error(naive_variance(values[:NAIVE], window), values[NAIVE - window : NAIVE]) > 1e-7


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("cycles of 60 s", random.normal(60.0, 0.5, 20_000)),
        ("far from zero", random.normal(1e6, 0.01, 20_000)),
        ("epoch seconds", 1.8e9 + np.arange(20_000.0)),
        (
            "falling outliers",
            np.concatenate((random.normal(60, 0.5, 500), 10.0 ** np.arange(14, 2, -0.5), [60.5] * 90)),
        ),
        ("new level", np.concatenate((random.normal(0, 0.01, 5_000), random.normal(1e6, 0.01, 5_000)))),
    ],
)
def test_single_values_keep_the_variance_true(name, values):  # noqa: ARG001 - the name is the test's id
    """At every fifty-third value the error is below 1e-12; the mean is within a rounding, or 1e-13 sigma."""
    window, chart = 50, Rolling(50)
    for number, value in enumerate(values.tolist(), 1):
        chart.step(value)
        if number > window and (number % 53 == 0 or number == len(values)):
            held = values[number - window : number].tolist()
            if max(held) > min(held):
                assert relative_error(chart.variance, held) < 1e-12
            slack = 1e-13 * math.sqrt(chart.variance)
            assert math.isclose(math.fsum(held) / window, chart.mean, rel_tol=1e-15, abs_tol=slack)


@given(st.lists(st.integers(-40, 40).map(lambda n: n / 8), min_size=6, max_size=40), st.sampled_from([1.0, 1.5, 3.0]))
def test_the_alarms_are_those_of_the_definition(values, sigmas):
    """On values whose arithmetic is exact, a signal is the definition's, computed in fractions."""
    chart = Rolling(5, sigmas)
    expected = [0] * 5 + [int(exact(values[end - 6 : end], sigmas)[0]) for end in range(6, len(values) + 1)]
    assert expected == [chart.step(value) for value in values]


def test_equal_values_have_no_spread_for_ever():
    """A stuck gauge does not signal, and the first value that differs by one last digit does."""
    for value in (0.1, 1e9 + 0.3, -7.7):
        chart = Rolling(20)
        assert not chart.scan(np.full(9_000, value)).any()
        assert 0.0 == chart.variance
        assert 1 == chart.step(math.nextafter(value, math.inf))


@pytest.mark.parametrize("outlier", [OUTLIER_S, 1e17, -1e100])
@pytest.mark.parametrize("window", [7, 20, 33])
def test_an_outlier_before_equal_values_leaves_nothing_behind(window, outlier):
    """Once the outlier has left the window, equal values have no spread again, and near ones their own."""
    chart = Rolling(window)
    chart.scan(np.concatenate((np.full(40, 0.3), [outlier], np.full(window, 0.3))))
    assert (0.3, 0.0) == (chart.mean, chart.variance)
    near = random.normal(0.3, 0.01, window)
    chart.scan(np.concatenate(([outlier], near)))
    assert relative_error(chart.variance, near) < 1e-12


def test_both_faces_hold_the_same_sums_to_the_last_bit():
    """Over several renewals of the sums, single values and blocks end with the same mean and variance."""
    values = random.lognormal(4.0, 1.0, 21_000)
    for window in (3, 20, 1_500):
        single, block = Rolling(window), Rolling(window)
        for start in range(0, len(values), 3_000):
            part = values[start : start + 3_000]
            assert [single.step(value) for value in part.tolist()] == block.scan(part).tolist()
            assert (single.mean, single.variance) == (block.mean, block.variance)


def test_sums_are_made_anew_in_good_time():
    """Quiet data is summed anew too, each time the store is full: then nothing carried is left."""
    values = random.normal(60.0, 0.5, 20 + 2 * VALUES_CARRIED)
    chart = Rolling(20)
    anchors = []
    for part in np.split(values, [20 + VALUES_CARRIED, 21 + VALUES_CARRIED]):
        chart.scan(part)
        anchors.append(chart._anchor)
    assert [values[19], values[19 + VALUES_CARRIED], values[19 + VALUES_CARRIED]] == anchors


def test_an_outlier_is_no_anchor():
    """Where the newest value lies far from all others as sums are made anew, they are taken from the mean."""
    window, chart = 50_000, Rolling(50_000)
    values = np.concatenate(([1e12], random.normal(60.0, 0.5, window - 1), [1e4]))
    chart.scan(values)
    assert abs(chart._anchor - chart.mean) < 1e-3
    assert relative_error(chart.variance, values[1:]) < 1e-14


def test_nothing_is_said_until_the_window_is_full():
    """Warming up there is no mean, no variance and no signal."""
    chart = Rolling(5)
    assert [0] * 5 == [chart.step(value) for value in (0.0, 1e6, -1e6, 0.0, 1e9)]
    chart.reset()
    assert math.isnan(chart.mean)
    assert math.isnan(chart.variance)


@pytest.mark.parametrize("chart", [Rolling, RollingInt])
def test_bad_settings_say_what_to_write(chart):
    """A window or a limit that makes no sense is refused with the range there is."""
    for window in (1, 100_001):
        with pytest.raises(ValueError, match="holds 2 to 100000 values"):
            chart(window)
    for sigmas in (0.0, -3.0, math.nan, 101.0):
        with pytest.raises(ValueError, match="lies between 0 and 100 sigma"):
            chart(20, sigmas)


@given(
    st.lists(st.integers(-(10**13), 10**13) | st.integers(-3, 3), min_size=1, max_size=60),
    st.sampled_from([0.1, 1.0, 2.5, 3.0]),
    st.integers(0, 60),
)
def test_whole_numbers_are_exact(values, sigmas, split):
    """Mean, variance and every signal equal those computed in fractions, by either face, mixed at any place."""
    window, chart = 4, RollingInt(4, sigmas)
    words = chart.scan(np.array(values[:split], dtype=np.int64)).tolist()
    words += [chart.step(value) for value in values[split:]]
    ends = range(window + 1, len(values) + 1)
    expected = [int(exact(values[end - window - 1 : end], sigmas)[0]) for end in ends]
    assert [0] * min(window, len(values)) + expected == words
    if len(values) >= window:
        assert exact([*values[-window:], 0])[1] == chart.variance
        assert Fraction(sum(values[-window:]), window) == chart.mean


def test_whole_numbers_survive_the_outlier_too():
    """Microseconds: after 1,000 h among cycles of 60 s not one unit is lost."""
    values = random.normal(60e6, 5e5, 20_000).astype(np.int64)
    values[10] = int(OUTLIER_S * 1e6)
    chart = RollingInt(500)
    chart.scan(values)
    assert exact([*values[-500:].tolist(), 0])[1] == chart.variance
    chart.reset()
    assert (0, 0) == (chart.mean, chart.variance)


def test_equal_whole_numbers_never_signal():
    """A stuck counter is no outlier, and one count beside it is."""
    chart = RollingInt(4)
    assert [0] * 8 + [1] == [chart.step(value) for value in [7] * 8 + [8]]


def test_whole_numbers_only():
    """A float, or a block of floats, is refused and changes nothing."""
    chart = RollingInt(2)
    with pytest.raises(TypeError):
        chart.step(1.5)
    with pytest.raises(ValueError, match="whole numbers"):
        chart.scan(np.array([1.0, 2.0]))
    assert 0 == chart.mean
    assert [] == chart.scan(np.array([])).tolist()
