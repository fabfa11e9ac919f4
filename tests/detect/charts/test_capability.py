"""Capability is reported with what the values prove, not only with what they show."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from edge_agent.detect.charts.capability import capability, cpk_bound


def test_both_indices_of_a_process_off_centre() -> None:
    """Cp looks at the width, Cpk at the nearer limit: sigma 1, centre 1, limits -6 and 6."""
    values = np.random.default_rng(3).normal(size=500)
    values = 1.0 + (values - values.mean()) / values.std(ddof=1)
    found = capability(values, lower=-6.0, upper=6.0)
    assert (500, 2.0) == (found.samples, pytest.approx(found.cp, rel=1e-12))
    assert 5.0 / 3.0 == pytest.approx(found.cpk, rel=1e-12)
    assert cpk_bound(found.cpk, 500) == found.cpk_bound < found.cpk


def test_one_limit_has_no_cp() -> None:
    """A one-sided specification is judged by its side alone."""
    values = [1.0, 2.0, 3.0]
    assert (None, 1.0) == (capability(values, upper=5.0).cp, capability(values, upper=5.0).cpk)
    assert (None, 2.0) == (capability(values, lower=-4.0).cp, capability(values, lower=-4.0).cpk)


def test_the_bound_covers_what_it_says() -> None:
    """Of 4,000 samples of 50 from a process of Cpk 1.33, the bound lies under the truth in 95 % (92 to 97 allowed)."""
    values = np.random.default_rng(1990).normal(size=(4000, 50))
    bounds = np.array([capability(row, upper=3.99).cpk_bound for row in values])
    assert 0.92 < float((bounds < 1.33).mean()) < 0.97


def test_known_bounds() -> None:
    """Cpk 1.33 of 30 values proves 1.03, of 100 it proves 1.17."""
    assert 1.03 == pytest.approx(cpk_bound(1.33, 30), abs=0.005)
    assert 1.17 == pytest.approx(cpk_bound(1.33, 100), abs=0.005)


@pytest.mark.parametrize(
    ("values", "limits", "complaint"),
    [
        ([1.0, 2.0], {}, "needs a lower limit"),
        ([1.0, 2.0], {"lower": 3.0, "upper": 1.0}, "needs a lower limit"),
        ([1.0, 2.0], {"lower": 1.0, "upper": 1.0}, "needs a lower limit"),
        ([1.0, 2.0], {"upper": math.inf}, "needs a lower limit"),
        ([1.0, 1.0, 1.0], {"upper": 2.0}, "is the gauge stuck"),
        ([1.0], {"upper": 2.0}, "two values or more"),
        ([1.0, math.nan], {"upper": 2.0}, "value 1 is nan"),
    ],
)
def test_senseless_questions_are_refused(values: list[float], limits: dict[str, Any], complaint: str) -> None:
    """No limit, limits the wrong way round, values that prove nothing: each is named."""
    with pytest.raises(ValueError, match=complaint):
        capability(values, **limits)


def test_a_bound_needs_two_values() -> None:
    """One value has no spread."""
    with pytest.raises(ValueError, match="two values"):
        cpk_bound(1.33, 1)
