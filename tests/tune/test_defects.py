"""Limits on bad parts: exact, and never from a share nobody can know."""

import numpy as np
import pytest

from edge_agent.detect import consecutive_defects, defect_rate
from edge_agent.detect.charts.bernoulli import bernoulli_arl
from edge_agent.tune.defects import Parts, counted, in_a_row, limit_for, rate, row
from edge_agent.tune.history import Series


def test_the_limit_is_the_lowest_that_is_quiet_enough():
    """A hundredth less would call too often."""
    h = limit_for(0.01, 0.05, 8_000)
    assert bernoulli_arl(0.01, 0.05, h) >= 8_000 > bernoulli_arl(0.01, 0.05, h - 0.01)


def test_a_share_is_taken_from_enough_bad_parts_only():
    """200 bad of 10,000 are a share; 3 of 10,000 leave the setting as it is."""
    known = rate(defect_rate.Settings(), Parts(10_000, 200), 8_000)
    assert (0.02, 0.1) == (known["changed"]["usual"], known["changed"]["too_many"])
    unknown = rate(defect_rate.Settings(), Parts(10_000, 3), 8_000)
    assert 0.01 == unknown["changed"]["usual"]
    assert {"exact"} == {
        known["method"],
        unknown["method"],
        row(consecutive_defects.Settings(), Parts(300, 0), 9_600)["method"],
    }
    assert "too few to know" in unknown["notes"][0]


def test_runs_of_bad_parts_are_exact():
    """The figures of a table: 10,100 and 1.01 million parts at 1 %."""
    assert 10_100 == pytest.approx(in_a_row(2, 0.01))
    assert 1_010_100 == pytest.approx(in_a_row(3, 0.01))
    assert 3 == in_a_row(3, 1.0)


def test_none_bad_is_not_never():
    """Of 300 good parts, one in a hundred may be bad: two in a row are not taken for certain."""
    assert 3 == row(consecutive_defects.Settings(), Parts(300, 0), 50_000)["changed"]["many"]


def test_a_bad_process_is_not_tuned():
    """Where every third part is bad, no limit makes that usual."""
    parts = Series("bore_mm", np.arange(120), np.tile([0.0, 0.0, 1.0], 40))
    assert "40 of 120 parts are bad" in counted(parts)
    assert "60 judged parts are too few" in counted(Series("bore_mm", np.arange(60), np.zeros(60)))
