"""The arithmetic of pace: limits met exactly, hysteresis, recovery."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.pace.pace import NS_PER_H, Due, class_of, first_pass_yield, recovery_per_h, split, standing

STANDARD = 55 * 10**9


@pytest.mark.parametrize(
    ("tenths", "beyond_ns", "expected"),
    [(17, 0, "slow"), (17, 1, "micro_stop"), (60, 0, "micro_stop"), (60, 1, "stoppage")],
)
def test_the_limits_belong_to_the_milder_class(tenths, beyond_ns, expected):
    """1.7 and 6.0 standards exactly are still a slow cycle and a micro-stop; one nanosecond more is not."""
    assert expected == class_of(STANDARD * tenths // 10 + beyond_ns, STANDARD)


@given(
    gap_ns=st.integers(0, 10**13), cuts=st.lists(st.integers(0, 10**13), max_size=5), standard_ns=st.integers(1, 10**12)
)
def test_a_split_gap_adds_up(gap_ns, cuts, standard_ns):
    """However it is cut, production is the first standard and the pieces are the whole."""
    edges = [0, *sorted(min(cut, gap_ns) for cut in cuts), gap_ns]
    pieces = [split(begin, end - begin, standard_ns) for begin, end in itertools.pairwise(edges)]
    assert min(gap_ns, standard_ns) == sum(piece.production_ns for piece in pieces)
    assert max(0, gap_ns - standard_ns) == sum(piece.lost_ns for piece in pieces)


@given(
    begun=st.fractions(0, 10**4, max_denominator=1000),
    pace_ns=st.fractions(1, 10**12, max_denominator=1000),
    passes_ns=st.lists(st.integers(0, 10**13), max_size=8),
)
def test_what_is_due_is_exact(begun, pace_ns, passes_ns):
    """However time passes, parts due are those of exact fractions, and the next one is due when it says so."""
    due, exact = Due(begun, pace_ns), begun
    for passed_ns in passes_ns:
        assert math.floor(exact + passed_ns / pace_ns) == due.after(passed_ns)
        due.work(passed_ns)
        exact += passed_ns / pace_ns
    assert exact == due.exact
    assert math.floor(exact) == due.parts
    assert math.floor(exact) < due.after(due.wait_ns)
    assert math.floor(exact) == due.after(due.wait_ns - 1)


def test_behind_is_said_at_two_and_taken_back_at_one_at_the_widest():
    """Between the limits what was said stays said: the gap of whoever keeps pace ripples by one, in whole parts."""
    said, now = [], "on_pace"
    for difference in (0, -1, -2, -1, -2, 0, 1, 2, 1, 2, 0, -1, 3):
        now = standing(difference, now)
        said.append(now)
    behind, ahead = ["behind"] * 4, ["ahead"] * 4
    assert ["on_pace", "on_pace", *behind, "on_pace", *ahead, "on_pace", "ahead"] == said


def test_hysteresis_holds_between_its_limits():
    """At four behind, cleared at three: three and two behind are still behind, and never ahead."""
    assert ["behind", "behind", "on_pace"] == [standing(each, "behind", parts=4, clear_at=3) for each in (-3, -2, -1)]
    assert "on_pace" == standing(3, "behind", parts=4, clear_at=1)


def test_the_rate_that_recovers():
    """Three behind at half time of eight hours at eight an hour: 35 parts in four hours."""
    assert 8.75 == recovery_per_h(remaining_plan=32, deficit=3, remaining_ns=4 * NS_PER_H)
    assert 0.0 == recovery_per_h(remaining_plan=2, deficit=-3, remaining_ns=NS_PER_H)
    assert recovery_per_h(remaining_plan=0, deficit=3, remaining_ns=0) is None


def test_no_judgement_is_no_yield():
    """Nothing judged is not the same as all good."""
    assert 0.75 == first_pass_yield(3, 1)
    assert first_pass_yield(0, 0) is None
