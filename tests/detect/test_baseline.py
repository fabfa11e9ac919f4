"""What is learned, when it is held fast, and what the first values may contain."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from edge_agent.detect.baseline import Baseline, Learned, fitted


def learned(values: list[float], size: int = 100, smallest: float = 0.0) -> Baseline:
    baseline = Baseline(size, "cycles", smallest)
    for value in values:
        baseline.learn(value)
    return baseline


def wandering(phi: float, length: int, seed: int = 1) -> list[float]:
    """AR(1) values with a spread of 1."""
    dice = np.random.default_rng(seed)
    values = [float(dice.normal())]
    for noise in dice.normal(scale=math.sqrt(1 - phi * phi), size=length - 1):
        values.append(phi * values[-1] + float(noise))
    return values


@pytest.mark.parametrize(
    ("count", "state", "provenance"),
    [
        (19, "learning", "baseline of 19 cycles, learning"),
        (20, "provisional", "baseline of 20 cycles, provisional"),
        (99, "provisional", "baseline of 99 cycles, provisional"),
        (100, "frozen", "baseline of 100 cycles"),
        (150, "frozen", "baseline of 100 cycles"),
    ],
)
def test_its_states(count: int, state: str, provenance: str) -> None:
    """No limit from fewer than 20, provisional to 99, frozen from 100 on."""
    baseline = learned([50.0 + n * 37 % 11 for n in range(count)])
    assert (state, provenance) == (baseline.state, baseline.provenance)
    assert (baseline.fit is None) == (state == "learning")


def test_once_frozen_nothing_moves_it() -> None:
    """A failure that comes slowly never becomes usual."""
    baseline = learned([50.0 + n % 7 for n in range(100)])
    before = baseline.fit
    for _ in range(1000):
        baseline.learn(80.0)
    assert before == baseline.fit
    baseline.relearn()
    assert "learning" == baseline.state


def test_wild_values_among_the_first_do_not_poison_it() -> None:
    """With 40 of 100 values a thousand times too large, the median is inside the others and the spread stays near."""
    clean = [50.0 + n * 37 % 11 for n in range(60)]
    fit = fitted(clean + [50_000.0] * 40, 0.0)
    assert 50.0 <= fit.centre <= 60.0
    assert fit.spread < 20.0
    assert np.std(clean + [50_000.0] * 40) > 20_000.0, "the control: the usual spread is lost"


def test_coarse_gauges_have_a_spread_and_dead_ones_none() -> None:
    """Where most values are equal the mean deviation counts; where all are, the smallest spread, or none."""
    assert fitted([25.0] * 70 + [25.01] * 30, 0.0).spread == pytest.approx(1.2533 * 0.003)
    assert 0.0 == fitted([25.0] * 100, 0.0).spread
    assert 0.001 == fitted([25.0] * 100, 0.001).spread


def test_correlation_is_measured_where_it_is_and_not_where_it_is_not() -> None:
    """As the usual estimate has it, where nothing is wild; independent and alternating values have none."""
    for seed in range(5):
        values = np.array(wandering(0.6, 400, seed))
        usual = np.corrcoef(values[1:], values[:-1])[0, 1]
        assert fitted(values.tolist(), 0.0).correlation == pytest.approx(usual, abs=0.02)
    assert 0.0 == fitted(wandering(0.0, 400), 0.0).correlation
    assert 0.0 == fitted([(-1.0) ** n for n in range(100)], 0.0).correlation
    assert 0.9 == fitted([float(n) for n in range(100)], 0.0).correlation, "more cannot be honoured"


def test_correlation_widens_what_sums_are_held_against() -> None:
    """sqrt((1 + r) / (1 - r)), and the provenance says so."""
    baseline = learned(wandering(0.6, 100, seed=3))
    assert baseline.fit is not None
    r = baseline.fit.correlation
    assert baseline.widening == pytest.approx(math.sqrt((1 + r) / (1 - r)))
    assert f"with lag-1 correlation {r:.2f}" in baseline.provenance


@pytest.mark.parametrize("count", [0, 12, 50, 100])
def test_it_is_kept_over_a_restart(count: int) -> None:
    """In every state, through JSON, to the last digit; it goes on learning where it stopped."""
    values = [math.log(50.0 + n * 37 % 11) for n in range(130)]
    first, second = learned(values[:count]), Baseline(100, "cycles")
    second.restore(msgspec.json.decode(msgspec.json.encode(first.export("x")), type=Learned))
    for value in values[count:]:
        first.learn(value)
        second.learn(value)
    assert first.export("x") == second.export("x")
