"""Run rules: how often they call by chance, by theory and by counting."""

import numpy as np
import pytest

from edge_agent.tune.patterns import Patterns
from edge_agent.tune.usual import sample


def patterns(rules, *, normal):
    values = np.random.default_rng(8).normal(size=30_000)
    found = sample(values, values, 0, "mm", 0.0)
    usual = type(found.usual)(
        **{n: getattr(found.usual, n) for n in found.usual.__struct_fields__} | {"normal": normal}
    )
    return Patterns.of(rules, found._replace(usual=usual))


def test_theory_gives_the_figures_of_the_literature():
    """N1 and N2 216.7, the four of Western Electric 91.75; N3 added to them by its rate."""
    assert 216.7 == pytest.approx(patterns(("N1", "N2"), normal=True).between(10_000), abs=0.1)
    assert 91.75 == pytest.approx(patterns(("WE1", "WE2", "WE3", "WE4"), normal=True).between(10_000), abs=0.01)
    assert 145.9 == pytest.approx(patterns(("N1", "N2", "N3"), normal=True).between(10_000), rel=0.03)


def test_counting_comes_near_them():
    """Signals that begin, over values drawn from the recording: somewhat rarer, for some begin while one lasts."""
    counted = patterns(("N1", "N2"), normal=False)
    assert 216.7 == pytest.approx(counted.between(10_000), rel=0.1)
    one_sigma = next(delay.values for delay in counted.delays() if delay.shift == 1.0)
    assert one_sigma == pytest.approx(patterns(("N1", "N2"), normal=True).delays()[2].values, rel=0.2)
