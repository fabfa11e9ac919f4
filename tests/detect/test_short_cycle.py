"""Short cycles at their limit, by the standard and by the baseline."""

from __future__ import annotations

import math

import pytest

from edge_agent.detect import short_cycle
from edge_agent.detect.rule import Verdict
from tests.detect.bench import S, made, worked


@pytest.mark.parametrize(
    ("duration_s", "expected"), [(35.0, Verdict.NORMAL), (35.0 - 1e-9, Verdict.ABNORMAL), (50.0, Verdict.NORMAL)]
)
def test_the_limit_itself_is_still_good(duration_s: float, expected: Verdict) -> None:
    """0.7 x 50 s, to the nanosecond; onset is where the cycle began."""
    *_, finding = worked(made(short_cycle.Settings()), 50.0, duration_s)
    assert finding is not None
    assert expected is finding.verdict
    assert (50 * S if expected is Verdict.ABNORMAL else None) == finding.onset_ns


def test_a_baseline_sharpens_the_limit_and_says_so() -> None:
    """Four spreads of 1.4826 x 5 % below the median, on the log scale; provisional from 20 cycles on."""
    usual = [50.0 * math.exp(0.05 * (n % 5 - 2)) for n in range(30)]
    *_, finding = worked(made(short_cycle.Settings()), *usual, 36.0)
    assert finding is not None
    assert "baseline of 30 cycles, provisional" == finding.limit_from
    assert finding.limit == pytest.approx(50.0 * math.exp(-4 * 1.4826 * 0.05))
    assert Verdict.ABNORMAL is finding.verdict


def test_a_clockwork_does_not_make_it_nervous() -> None:
    """Never over 0.83 x the standard, however even the cycles are."""
    *_, finding = worked(made(short_cycle.Settings()), *[50.0] * 40, 42.0)
    assert finding is not None
    assert (Verdict.NORMAL, 41.5) == (finding.verdict, finding.limit)


def test_without_a_baseline_the_factor_alone_counts() -> None:
    """With baseline = 0 it learns nothing; 5 would be too few, and is refused."""
    *_, finding = worked(made(short_cycle.Settings(baseline=0)), *[50.0] * 40, 40.0)
    assert finding is not None
    assert (Verdict.NORMAL, "0.7 x standard") == (finding.verdict, finding.limit_from)
    with pytest.raises(ValueError, match="baseline = 5 must be 0, or 20"):
        short_cycle.Settings(baseline=5)
