"""The EWMA gives the textbooks' levels, limits and signals, and both its faces the same to the last bit."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge_agent.detect.charts.ewma import Ewma

EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parents[2] / "reference" / "worked_examples.json").read_text())
NORMAL = np.random.default_rng(1959).normal(size=5_000)
SERIES = {
    "random": NORMAL,
    "constant": np.full(2000, 0.5),
    "tenths": np.round(NORMAL, 1),
    "ramp": np.linspace(-3.0, 3.0, 2000),
    "outlier": np.where(np.arange(2000) == 1000, 1e9, NORMAL[:2000]),
    "huge": NORMAL[:2000] * 2e139,
}
DESIGNS: dict[str, Callable[[], Ewma]] = {
    "usual": lambda: Ewma(0.2, 2.0),
    "time-varying": lambda: Ewma(0.1, 2.0, time_varying=True),
    "started elsewhere": lambda: Ewma(0.3, 1.5, start=0.4, target=0.1, sigma=0.7, time_varying=True),
    "single values": lambda: Ewma(1.0, 2.0, time_varying=True),
}


def state(chart: Ewma) -> tuple[float, float]:
    return chart.level, chart.half_width


def stepped(chart: Ewma, values: NDArray[np.float64]) -> list[int]:
    return [chart.step(value) for value in values.tolist()]


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("design", DESIGNS)
def test_blocks_say_what_single_values_say(series: str, design: str) -> None:
    """Blocks of any size, mixed with single values, give the same words and end in the same state, bit for bit."""
    values = SERIES[series]
    one, block = DESIGNS[design](), DESIGNS[design]()
    expected, actual, first = stepped(one, values), [], 0
    splits = np.random.default_rng(7)
    while first < values.size:
        size = int(splits.choice([0, 1, 2, 63, 64, 65, 1000]))
        piece = values[first : first + size]
        actual += stepped(block, piece) if size == 2 else block.scan(piece).tolist()
        first += size
    assert expected == actual
    assert state(one) == state(block)


@given(
    st.lists(st.integers(-30, 30), max_size=60).map(lambda tenths: np.array(tenths) / 10.0),
    st.integers(0, 60),
    st.sampled_from([0.1, 0.5, 1.0]),
    st.booleans(),
)
def test_any_split_of_coarse_values_is_judged_alike(
    values: NDArray[np.float64], split: int, weight: float, varying: bool
) -> None:
    """Values in tenths come to lie at the limits: wherever the block ends, the words are the same."""
    limit = 0.5 * math.sqrt((2.0 - weight) / weight)
    one, block = Ewma(weight, limit, time_varying=varying), Ewma(weight, limit, time_varying=varying)
    assert stepped(one, values) == [*block.scan(values[:split]).tolist(), *block.scan(values[split:]).tolist()]
    assert state(one) == state(block)


def test_the_handbooks_example() -> None:
    """NIST/SEMATECH 6.3.2.4: levels and limits to half their last printed digit, no signal though 53.6 is beyond."""
    example = EXAMPLES["nist_6324_ewma"]
    chart = Ewma(example["lam"], 3.0, target=example["ewma0"], sigma=example["s"])
    for number, value in enumerate(example["x"]):
        assert 0 == chart.step(value)
        assert example["computed"]["ewma"][number] == pytest.approx(chart.level, rel=1e-9)
        assert example["published"]["ewma"][number] == pytest.approx(chart.level, abs=0.005 + 1e-9)
    assert example["computed"]["ucl"] == pytest.approx(chart.target + chart.half_width, rel=1e-9)
    assert example["computed"]["lcl"] == pytest.approx(chart.target - chart.half_width, rel=1e-9)
    # printed 47.4115 is cut off, not rounded, from 47.41157
    assert example["published"]["ucl"] == pytest.approx(chart.target + chart.half_width, abs=0.0001)
    assert example["published"]["lcl"] == pytest.approx(chart.target - chart.half_width, abs=0.0001)


def test_the_textbooks_example() -> None:
    """Montgomery's table 9.10: levels, limits that widen from 9.73 to 10.27, signals at 29 and 30."""
    example = EXAMPLES["montgomery_table_9_1"]
    expected = example["ewma"]
    chart = Ewma(expected["lam"], expected["L"], target=example["mu0"], sigma=example["sigma"], time_varying=True)
    signals = []
    for number, value in enumerate(example["x"], 1):
        if chart.step(value):
            signals.append(number)
        at = number - 1
        assert expected["computed"][at] == pytest.approx(chart.level, rel=1e-9)
        assert expected["computed_halfwidth"][at] == pytest.approx(chart.half_width, rel=1e-9)
        # six significant digits are printed, some of them cut off
        assert expected["published"][at] == pytest.approx(chart.level, abs=1e-4)
    assert expected["published_signals"] == signals


def test_the_first_limits_are_those_of_one_value() -> None:
    """Time-varying limits begin at limit x weight x sigma and end at the fixed ones."""
    varying, fixed = Ewma(0.1, 2.7, target=10.0, time_varying=True), Ewma(0.1, 2.7, target=10.0)
    assert 0.0 == varying.half_width
    varying.step(10.0)
    assert EXAMPLES["montgomery_table_9_1"]["ewma"]["first_limits"] == pytest.approx(
        [10.0 - varying.half_width, 10.0 + varying.half_width], rel=1e-12
    )
    varying.scan(np.full(1000, 10.0))
    assert fixed.half_width == varying.half_width


def test_both_sides_signal_and_a_reset_begins_anew() -> None:
    """1 is above, 2 is below; a reset brings back the start level and the narrow limits."""
    chart = Ewma(0.5, 2.0, start=0.25, time_varying=True)
    assert [1, 2] == chart.scan([4.0, -9.0]).tolist()
    chart.reset()
    assert (0.25, 0.0) == state(chart)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, -1e200])
def test_what_is_no_measurement_changes_nothing(bad: float) -> None:
    """A value no chart can judge is named with its index, and the chart is as before."""
    chart = Ewma(0.1, 3.0, time_varying=True)
    chart.scan([1.0, 2.0, 1.0])
    before = state(chart)
    with pytest.raises(ValueError, match="value 0 is"):
        chart.step(bad)
    with pytest.raises(ValueError, match="value 2 is"):
        chart.scan([1.0, 1.0, bad])
    assert before == state(chart)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"weight": 0.0}, "weight is a share"),
        ({"weight": 1.1}, "weight is a share"),
        ({"weight": math.nan}, "weight is a share"),
        ({"limit": 0.0}, "limit is a number"),
        ({"limit": math.inf}, "limit is a number"),
        ({"sigma": -1.0}, "sigma is a standard deviation"),
        ({"target": math.inf}, "target is a number"),
        ({"start": math.nan}, "value 0 is nan"),
    ],
)
def test_senseless_settings_are_refused(settings: dict[str, Any], complaint: str) -> None:
    """The complaint says what is wrong and what is usual."""
    with pytest.raises(ValueError, match=complaint):
        Ewma(**{"weight": 0.1, "limit": 3.0, **settings})
