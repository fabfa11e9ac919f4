from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.detect.charts import Chart, Columns, Cusum, Ewma, Rolling, RunRules
from edge_agent.detect.charts.chart import LARGEST

BUILDS = {
    "run rules": RunRules,
    "nelson": lambda: RunRules([f"N{number}" for number in range(1, 9)]),
    "rolling 2": lambda: Rolling(2, 1.5),
    "rolling 7": lambda: Rolling(7, 2.0),
    "rolling 20": lambda: Rolling(20),
    "cusum": lambda: Cusum(0.5, 5.0),
    "cusum head start": lambda: Cusum(0.25, 2.0, head_start=0.9),
    "ewma": lambda: Ewma(0.2, 2.0),
    "ewma time-varying": lambda: Ewma(0.1, 2.0, time_varying=True),
}

random = np.random.default_rng(20240117)
SHAPES = {
    "normal": random.normal(size=700),
    "heavy tails": random.standard_t(2, size=700),
    "quantised": np.round(random.normal(size=700) * 2) / 2,
    "constant": np.full(300, 0.1),
    "nearly constant": np.where(np.arange(300) % 50, 0.1, np.nextafter(0.1, 1)),
    "ramp": np.linspace(-4, 4, 300),
    "epoch seconds": 1.8e9 + np.arange(300.0),
    "outlier": np.concatenate((random.normal(60, 0.5, 200), [3.6e6], random.normal(60, 0.5, 200))),
    "level": np.concatenate((random.normal(0, 1e-3, 200), random.normal(1e6, 1e-3, 300))),
    "alternating": np.tile([1.5, -1.5, 0.0, 0.5], 80),
    "largest": np.tile([LARGEST, -LARGEST, 0.0, 1e-300], 30),
    "one": np.array([3.5]),
}


def stepped(build, values):
    """The words of the scalar face alone."""
    chart = build()
    return [chart.step(value) for value in values.tolist()]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", BUILDS)
def test_a_block_of_any_size_says_what_single_values_say(name, shape):
    """Step and scan give the same words, whole, at blocks of 1, 3, 64 and 255, and after a reset."""
    build, values = BUILDS[name], SHAPES[shape]
    expected = stepped(build, values)
    chart = build()
    assert expected == chart.scan(values).tolist()
    for size in (1, 3, 64, 255):
        chart.reset()
        parts = [chart.scan(values[start : start + size]) for start in range(0, len(values), size)]
        assert expected == np.concatenate(parts).tolist()


@pytest.mark.parametrize("name", BUILDS)
@given(data=st.data())
def test_faces_may_be_mixed_at_will(name, data):
    """Any interleaving of single values and blocks, empty ones too, gives the words of the scalar face."""
    values = SHAPES[data.draw(st.sampled_from(["normal", "heavy tails", "quantised", "outlier", "level"]))]
    sizes = data.draw(st.lists(st.integers(0, 90), max_size=12))
    chart = BUILDS[name]()
    words, start = [], 0
    for size in sizes:
        words += chart.scan(values[start : start + size]).tolist()
        start += size
        words += [chart.step(value) for value in values[start : start + size % 4].tolist()]
        start += size % 4
    assert stepped(BUILDS[name], values[:start]) == words


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e300])
@pytest.mark.parametrize("name", BUILDS)
def test_a_value_that_cannot_be_judged_is_refused_and_changes_nothing(name, bad):
    """The complaint names index and value, from both faces; afterwards the words go on as if it had not come."""
    values = SHAPES["normal"]
    chart = BUILDS[name]()
    words = chart.scan(values[:100]).tolist()
    with pytest.raises(ValueError, match=f"value 0 is {bad}".replace("+", r"\+")):
        chart.step(bad)
    with pytest.raises(ValueError, match=f"value 2 is {bad}".replace("+", r"\+")):
        chart.scan(np.array([3.5, 3.5, bad, 3.5]))
    words += [chart.step(value) for value in values[100:150].tolist()]
    words += chart.scan(values[150:]).tolist()
    assert stepped(BUILDS[name], values) == words


@pytest.mark.parametrize("name", BUILDS)
def test_every_chart_keeps_the_contract(name):
    """Names for its bits, words of sixteen bits, a plain list is taken too, other shapes are refused."""
    chart = BUILDS[name]()
    assert isinstance(chart, Chart)
    assert 1 <= len(chart.RULES) <= 16
    words = chart.scan([0.5, 0.1])
    assert (np.uint16, (2,)) == (words.dtype, words.shape)
    assert (np.uint16, (0,)) == ((empty := chart.scan([])).dtype, empty.shape)
    assert int is type(chart.step(0.2))
    with pytest.raises(ValueError, match="shape"):
        chart.scan(np.zeros((4, 2)))


def test_columns_are_charts_of_their_own():
    """Each channel says what its own chart says; a bad value names its row and changes no channel."""
    block = np.stack((SHAPES["normal"][:400], SHAPES["heavy tails"][:400], SHAPES["quantised"][:400]), axis=1)
    columns = Columns(lambda: Rolling(20), channels=3)
    spoilt = block.copy()
    spoilt[7, 1] = math.nan
    with pytest.raises(ValueError, match="value 7 is nan"):
        columns.scan(spoilt)
    words = np.concatenate([columns.scan(part) for part in np.split(block, [90, 91])])
    assert [Rolling(20).scan(column).tolist() for column in block.T] == words.T.tolist()
    columns.reset()
    assert words.tolist() == columns.scan(block).tolist()
    with pytest.raises(ValueError, match=r"shape \(n, 3\)"):
        columns.scan(block[:, :2])
    with pytest.raises(ValueError, match="there are 1 to"):
        Columns(RunRules, channels=0)
