"""The CUSUM gives the textbooks' sums and signals, and both its faces the same to the last bit."""

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

from edge_agent.detect.charts import cusum
from edge_agent.detect.charts.cusum import Cusum

EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parents[2] / "reference" / "worked_examples.json").read_text())
RANDOM = np.random.default_rng(1954)
NORMAL = RANDOM.normal(size=20_000)
SERIES = {
    "random": NORMAL,
    "shifted": NORMAL[:4000] + 0.6,
    "constant zero": np.zeros(3000),
    "constant at the allowance": np.full(3000, 0.5),
    "tenths": np.round(NORMAL, 1),
    "whole": np.round(NORMAL),
    "ramp": np.linspace(-3.0, 3.0, 5000),
    "outlier": np.where(np.arange(5000) == 2500, 1e9, NORMAL[:5000]),
    "huge": NORMAL[:5000] * 2e139,
    "tiny": NORMAL[:5000] * 1e-300,
}
DESIGNS: dict[str, Callable[[], Cusum]] = {
    "usual": lambda: Cusum(0.5, 5.0),
    "head start": lambda: Cusum(0.5, 4.0, head_start=2.0),
    "upper": lambda: Cusum(0.3, 4.1, sides=("upper",), target=0.1),
    "lower": lambda: Cusum(0.3, 4.1, sides=("lower",), sigma=0.7),
    "no allowance": lambda: Cusum(0.0, 3.0),
}


def state(chart: Cusum) -> tuple[float | int, ...]:
    return chart.upper, chart.lower, chart.upper_onset, chart.lower_onset, chart.onset


def stepped(chart: Cusum, values: NDArray[np.float64]) -> list[int]:
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
        size = int(splits.choice([0, 1, 2, 63, 1023, 1024, 1025, 3000]))
        piece = values[first : first + size]
        actual += stepped(block, piece) if size == 2 else block.scan(piece).tolist()
        first += size
    assert expected == actual
    assert state(one) == state(block)


@given(
    st.lists(st.integers(-30, 30), max_size=60).map(lambda tenths: np.array(tenths) / 10.0),
    st.integers(0, 60),
    st.sampled_from([0.1, 0.3, 0.5]),
    st.sampled_from([0.9, 1.1, 4.0]),
)
def test_sums_that_meet_the_limit_are_judged_alike(values: NDArray[np.float64], split: int, k: float, h: float) -> None:
    """Tenths meet zero and h again and again but for the last bit: wherever the block ends, the words are the same."""
    one, block = Cusum(k, h), Cusum(k, h)
    assert stepped(one, values) == [*block.scan(values[:split]).tolist(), *block.scan(values[split:]).tolist()]
    assert state(one) == state(block)


def test_sums_that_nearly_come_back_to_zero_are_the_same() -> None:
    """0.4 - 0.1 - 0.3 is not zero but 5.6e-17: whether the sum was zero, hence the onset, is as one by one."""
    assert 0.0 < 0.4 - 0.1 - 0.3
    tenths = np.random.default_rng(10).integers(-9, 10, size=(3000, 6)) / 10.0
    for values in np.vstack(([-0.6, -0.9, 0.4, -0.1, -0.3, 0.0], tenths)):
        one, block = Cusum(0.0, 9.0), Cusum(0.0, 9.0)
        assert stepped(one, values) == block.scan(values).tolist()
        assert state(one) == state(block), values


def test_the_sums_of_a_block_are_exact() -> None:
    """Carried sums do not drift apart from those added one by one, over many blocks that never touch zero."""
    one, block = Cusum(0.5, 5.0, sides=("upper",)), Cusum(0.5, 5.0, sides=("upper",))
    values = NORMAL + 2.0
    stepped(one, values)
    for first in range(0, values.size, 100):
        block.scan(values[first : first + 100])
    assert one.upper == block.upper
    assert math.isclose(math.fsum(values) - 0.5 * values.size, block.upper, rel_tol=1e-12)


def test_most_pieces_are_summed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ordinary measurements never need the slow way: it would cost blocks their speed."""

    def refuse(*_: object) -> None:
        pytest.fail("an ordinary piece was walked through")

    monkeypatch.setattr(cusum, "walking", refuse)
    Cusum(0.5, 5.0).scan(NORMAL)


def test_the_handbooks_example() -> None:
    """NIST/SEMATECH 6.3.2.3: the printed sums to half their last digit, and every signal; k and h in units there."""
    example = EXAMPLES["nist_6323_cusum"]
    chart = Cusum(example["k"], example["h"], target=example["target"])
    signals = []
    for number, value in enumerate(example["x"], 1):
        if chart.step(value):
            signals.append(number)
        at = number - 1
        assert example["computed"]["S_hi"][at] == pytest.approx(chart.upper, rel=1e-9, abs=1e-12)
        assert example["computed"]["S_lo"][at] == pytest.approx(chart.lower, rel=1e-9, abs=1e-12)
        assert example["published"]["S_hi"][at] == pytest.approx(chart.upper, abs=0.005 + 1e-9)
        assert example["published"]["S_lo"][at] == pytest.approx(chart.lower, abs=0.005 + 1e-9)
    assert example["published"]["signals"] == signals


def test_the_textbooks_example() -> None:
    """Montgomery's table 9.1: sums, both counters' worth of onset, and signals at 29 and 30."""
    example = EXAMPLES["montgomery_table_9_1"]
    expected = example["cusum"]
    chart = Cusum(expected["k"], expected["h"], target=example["mu0"], sigma=example["sigma"])
    signals = []
    for number, value in enumerate(example["x"], 1):
        if chart.step(value):
            signals.append(number)
        at = number - 1
        assert expected["computed_Cplus"][at] == pytest.approx(chart.upper, rel=1e-9, abs=1e-12)
        assert expected["computed_Cminus"][at] == pytest.approx(chart.lower, rel=1e-9, abs=1e-12)
        assert expected["published_Cplus"][at] == pytest.approx(chart.upper, abs=0.005 + 1e-9)
        assert expected["computed_Nplus"][at] == chart.upper_onset
    assert expected["published_signals"] == signals


def test_the_onset_is_the_first_value_after_the_sum_was_zero() -> None:
    """Textbook: at sample 29 the sum has grown for 7 samples, so the shift began after sample 22."""
    example = EXAMPLES["montgomery_table_9_1"]
    chart = Cusum(0.5, 5.0, target=10.0)
    words = chart.scan(example["x"][:29])
    assert 1 == words[-1]
    assert example["cusum"]["published_Nplus_at_29"] == chart.upper_onset == chart.onset
    assert 22 == 29 - chart.onset


def test_a_head_start_sees_at_once_what_was_wrong_from_the_start() -> None:
    """From h/2 a process that starts off target signals in half the time; a reset gives the head start back."""
    wrong = np.full(10, 1.5)
    plain, ahead = Cusum(0.5, 5.0), Cusum(0.5, 5.0, head_start=2.5)
    assert (6, 3) == (1 + int(np.argmax(plain.scan(wrong))), 1 + int(np.argmax(ahead.scan(wrong))))
    ahead.reset()
    assert (2.5, 2.5, 0) == (ahead.upper, ahead.lower, ahead.onset)


def test_the_limit_itself_is_no_signal() -> None:
    """A sum of exactly h is inside, and it goes on signalling, without a reset of its own, once it is beyond."""
    chart = Cusum(0.5, 5.0)
    assert [0, 1, 1] == chart.scan([5.5, 0.75, 0.5]).tolist()
    chart.reset()
    assert [0] == chart.scan([5.5]).tolist()


def test_a_side_not_asked_for_never_moves() -> None:
    """One-sided charts keep the other sum at zero."""
    upper, lower = Cusum(0.5, 5.0, sides=("upper",)), Cusum(0.5, 5.0, sides=("lower",))
    upper.scan(np.full(50, -3.0))
    lower.scan(np.full(50, 3.0))
    assert (0.0, 0.0, 0) == (upper.upper, upper.lower, upper.onset)
    assert (0.0, 0.0, 0) == (lower.upper, lower.lower, lower.onset)
    assert [1] == upper.scan([9.0]).tolist()
    assert [2] == lower.scan([-9.0]).tolist()


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e200])
def test_what_is_no_measurement_changes_nothing(bad: float) -> None:
    """A value no chart can judge is named with its index, and the chart is as before."""
    chart = Cusum(0.5, 5.0)
    chart.scan([1.0, 2.0, 1.0])
    before = state(chart)
    with pytest.raises(ValueError, match="value 0 is"):
        chart.step(bad)
    with pytest.raises(ValueError, match="value 2000 is"):
        chart.scan(np.concatenate((np.ones(2000), [bad], np.ones(5))))
    assert before == state(chart)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"k": -0.5}, "k is an allowance"),
        ({"k": math.nan}, "k is an allowance"),
        ({"h": 0.0}, "h is a decision interval"),
        ({"h": math.inf}, "h is a decision interval"),
        ({"sigma": 0.0}, "sigma is a standard deviation"),
        ({"target": math.nan}, "target is a number"),
        ({"sides": ()}, "sides are"),
        ({"sides": "upper"}, "sides are"),
        ({"sides": ("up",)}, "sides are"),
        ({"head_start": -1.0}, "head_start is"),
        ({"head_start": 3.0}, "head_start is"),
        ({"head_start": 5.0, "sides": ("upper",)}, "head_start is"),
    ],
)
def test_senseless_settings_are_refused(settings: dict[str, Any], complaint: str) -> None:
    """The complaint says what is wrong and what is usual."""
    with pytest.raises(ValueError, match=complaint):
        Cusum(**{"k": 0.5, "h": 5.0, **settings})
