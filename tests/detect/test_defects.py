"""Bad parts in a row, and bad parts too often."""

from __future__ import annotations

import math

import numpy as np
import pytest

from edge_agent.detect import consecutive_defects, defect_rate
from edge_agent.detect.charts import bernoulli
from edge_agent.detect.rule import Verdict
from edge_agent.observations import Judged
from tests.detect.bench import S, made, measured, reading, verdict

GOOD, BAD = 25.0, 25.03


def test_the_third_in_a_row_is_called_with_the_first_as_onset() -> None:
    """Two, a good one, and two are no run; three are."""
    said = measured(made(consecutive_defects.Settings(), "bore_mm"), BAD, BAD, GOOD, BAD, BAD, BAD, BAD, GOOD)
    assert [5, 6] == [n for n, finding in enumerate(said) if verdict(finding) is Verdict.ABNORMAL]
    assert said[5] is not None
    assert (3 * S, 3.0, "3 in a row with bad bore_mm.") == (said[5].onset_ns, said[5].value, said[5].text)


def test_values_and_verdicts_of_the_device_count_alike() -> None:
    """Out of specification, judged not good though inside, and a verdict without a value."""
    detector = made(consecutive_defects.Settings(), "bore_mm")
    detector.step(reading(BAD), S)
    detector.step(reading(GOOD, good=False), S)
    assert Verdict.ABNORMAL is verdict(detector.step(Judged(S, "gauge", "bore_mm", good=False), S))


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_neither_good_nor_bad(value: float) -> None:
    """It neither ends a run nor lengthens it."""
    said = measured(made(consecutive_defects.Settings(), "bore_mm"), BAD, BAD, value, BAD)
    assert [Verdict.NORMAL, Verdict.NORMAL, None, Verdict.ABNORMAL] == [verdict(finding) for finding in said]


def test_four_bad_parts_close_together_are_too_many() -> None:
    """As the chart says; the onset is the first of them."""
    values = [GOOD] * 50 + [BAD, GOOD, BAD, BAD, GOOD, BAD, GOOD]
    said = measured(made(defect_rate.Settings(), "bore_mm"), *values)
    words = bernoulli.BernoulliCusum().scan([float(value == BAD) for value in values])
    assert [bool(word) for word in words] == [verdict(finding) is Verdict.ABNORMAL for finding in said]
    first = next(finding for finding in said if verdict(finding) is Verdict.ABNORMAL)
    assert first is not None
    assert 50 * S == first.onset_ns


def test_a_usual_rate_stays_quiet_where_five_times_as_much_does_not() -> None:
    """2,000 parts at 1 % and at 5 %."""
    for rate, expected in ((0.01, False), (0.05, True)):
        bad = np.random.default_rng(3).random(2000) < rate
        said = measured(made(defect_rate.Settings(), "bore_mm"), *np.where(bad, BAD, GOOD).tolist())
        assert expected == any(verdict(finding) is Verdict.ABNORMAL for finding in said)


def test_rates_that_make_no_sense_are_refused() -> None:
    """What is too many must be more than what is usual."""
    with pytest.raises(ValueError, match=r"too_many = 0.01 must be above usual = 0.02"):
        defect_rate.Settings(usual=0.02, too_many=0.01)
