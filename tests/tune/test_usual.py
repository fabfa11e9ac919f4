"""What is usual: measured as the detectors do, with what it does to limits; and what is too little to say."""

from statistics import NormalDist

import numpy as np
import pytest

from edge_agent.standard import Characteristic, Standard, Workplace
from edge_agent.tune.history import Series
from edge_agent.tune.usual import is_normal, of_cycles, of_readings, too_few_for_a_limit
from tests.tune.conftest import cycles

BORE = Characteristic(name="bore_mm", lower=24.98, upper=25.02)
WORKPLACE = Workplace(standard=Standard(standard_cycle_s=55.0), characteristics=(BORE,))


def series(values):
    return Series("press", np.arange(len(values), dtype=float), np.asarray(values, dtype=float))


def test_median_spread_and_independence_are_found():
    """5 % around 52 s, normal on the logarithms, neighbours independent."""
    found = of_cycles(series(cycles(10_000)), WORKPLACE)
    assert 52.0 == pytest.approx(found.usual.centre, rel=0.002)
    assert 0.05 == pytest.approx(found.usual.spread, rel=0.03)
    assert found.theory_holds
    assert "theory holds" in found.usual.effect
    assert "+5.1 %" == found.means(1.0)


def test_stops_are_set_aside():
    """A pause of ten minutes is no slow cycle."""
    found = of_cycles(series([*cycles(200), 600.0, 601.0]), WORKPLACE)
    assert (200, 2) == (found.usual.count, found.usual.set_aside)


def test_readings_outside_the_specification_are_set_aside():
    """They are another rule's; nan too."""
    values = [*np.random.default_rng(1).normal(25.0, 0.004, size=100), 25.5, float("nan")]
    found = of_readings(series(values), WORKPLACE, "bore_mm")
    assert (100, 2) == (found.usual.count, found.usual.set_aside)
    assert found.means(1.0).endswith(" mm")


@pytest.mark.parametrize(
    ("durations_s", "says"),
    [
        (cycles(3_000, correlation=0.5), "neighbours are alike"),
        (48.0 + np.random.default_rng(2).exponential(4.0, size=3_000), "not normally distributed"),
        (cycles(3_000) * np.linspace(1.0, 1.1, 3_000), "no quiet time"),
    ],
)
def test_what_breaks_theory_is_said(durations_s, says):
    """Correlation, another shape, a level that moves."""
    found = of_cycles(series(durations_s), WORKPLACE)
    assert not found.theory_holds
    assert says in found.usual.effect


def test_a_few_values_far_out_are_no_normal_distribution():
    """Level and spread pass, the fourth moment does not: one in a hundred at four sigma."""
    sigmas = np.array([NormalDist().inv_cdf((place + 0.5) / 396) for place in range(396)])
    assert is_normal(sigmas)
    assert not is_normal(np.concatenate((sigmas, [-4.0, -4.0, 4.0, 4.0])))


def test_too_little_says_how_much_is_needed():
    """Nineteen cycles, none at all, or one value for ever."""
    assert "19 cycles are too few: 20 are needed to say what is usual, 100 for a limit" == of_cycles(
        series(cycles(19)), WORKPLACE
    )
    assert "0 cycles are too few" in of_cycles(None, WORKPLACE)
    assert "there is no spread" in of_readings(series([25.0] * 50), WORKPLACE, "bore_mm")
    assert "there is no spread" in of_cycles(series([50.0] * 200), WORKPLACE)


def test_a_limit_takes_as_many_values_as_its_baseline():
    """A hundred at least; more where the detector itself learns from more."""
    assert "99 cycles are too few for a limit: 100 are needed" == too_few_for_a_limit(99, "cycles", 20)
    assert too_few_for_a_limit(100, "cycles", 20) is None
    assert "as many as its baseline takes" in too_few_for_a_limit(299, "cycles", 300)
