"""Limits on single cycles: theory, the slope of the tail, or counting."""

import numpy as np
import pytest

from edge_agent.standard import Standard, Workplace
from edge_agent.tune.history import Series
from edge_agent.tune.singles import Tail
from edge_agent.tune.usual import of_cycles
from tests.tune.conftest import cycles

WORKPLACE = Workplace(standard=Standard(standard_cycle_s=55.0))


def tail(durations_s, side=1.0):
    return Tail.of(of_cycles(Series("press", np.arange(len(durations_s)), durations_s), WORKPLACE), side)


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_lognormal_cycles_get_the_limit_of_theory(side):
    """One in 10,000 lies beyond 3.719 sigma, on either side."""
    found = tail(cycles(5_000), side)
    assert "theory" == found.method(10_000)
    assert 3.719 == pytest.approx(found.limit_for(10_000), abs=0.001)
    assert 10_000 == pytest.approx(found.between(3.719, 10_000), rel=0.01)
    assert 305 == pytest.approx(found.delays(3.719, side)[2].values, rel=0.01)


def skewed(count, seed):
    """A machine's 48 s and an operator's exponential part."""
    return 48.0 + np.random.default_rng(seed).exponential(3.0, size=count)


def test_the_slope_of_a_tail_keeps_the_rate_where_theory_does_not():
    """Cycles with an exponential part: theory would call thirty times too often, the tail's slope about rightly."""
    found = tail(skewed(3_000, 5))
    assert "tail" == found.method(2_000)
    limit_s = np.exp(found.sample.fit.centre + found.limit_for(2_000) * found.sample.fit.spread)
    beyond = (skewed(400_000, 6) > limit_s).mean() * 2_000
    assert 0.3 < beyond < 2.0
    by_theory_s = np.exp(found.sample.fit.centre + 3.29 * found.sample.fit.spread)
    assert (skewed(400_000, 6) > by_theory_s).mean() * 2_000 > 10.0


def test_a_recording_long_enough_is_counted():
    """Ten times the wanted run length: the limit is one the recording has seen."""
    found = tail(skewed(20_000, 7))
    assert "counted" == found.method(1_000)
    assert 1_000 == pytest.approx(found.between(found.limit_for(1_000), 1_000), rel=0.06)
