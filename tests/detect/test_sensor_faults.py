"""Faults of sensors: stuck, chattering, implausible; each said as not knowing, never as a fault of the process."""

from __future__ import annotations

import math

import numpy as np
import pytest

from edge_agent.detect import Verdict, build, chatter, cycle_overrun, implausible, stuck
from edge_agent.observations import Source
from edge_agent.standard import Span, Standard, Workplace
from tests.detect.bench import S, cycle, made, measured, verdict, worked


def test_a_fine_gauge_is_stuck_after_thirty_equal_readings() -> None:
    """It changed with each reading; the onset is the first of the equal ones; a change clears it."""
    values = [25.0 + 0.001 * (n % 9) for n in range(100)] + [25.5] * 30 + [25.501]
    said = measured(made(stuck.Settings(), "gauge"), *values)
    assert [129] == [n for n, finding in enumerate(said) if verdict(finding) is Verdict.UNKNOWN]
    assert said[129] is not None
    assert 100 * S == said[129].onset_ns
    assert Verdict.NORMAL is verdict(said[130])


def test_a_coarse_gauge_may_repeat_itself() -> None:
    """One that changes every fifth time on average is not stuck after 60 equal readings, and is after 150 or so."""
    dice = np.random.default_rng(1)
    values = [25.0]
    for change in dice.random(99) < 0.2:
        values.append(values[-1] + 0.01 * change)
    detector = made(stuck.Settings(), "gauge")
    measured(detector, *values)
    assert 100 < detector.limit < 250
    assert {Verdict.NORMAL} == {verdict(finding) for finding in measured(detector, 26.0, *[27.0] * 60)}
    assert Verdict.UNKNOWN is verdict(measured(detector, *[27.0] * 250)[-1])


def test_one_value_for_ever_is_not_normal() -> None:
    """A gauge that never changed in its first hundred readings is stuck then."""
    said = measured(made(stuck.Settings(), "gauge"), *[25.0] * 120)
    assert Verdict.UNKNOWN is verdict(said[-1])
    assert 99 == next(n for n, finding in enumerate(said) if verdict(finding) is Verdict.UNKNOWN)


def test_more_than_six_signs_in_a_second_are_chatter() -> None:
    """The seventh; calm again after ten seconds, or with the next cycle at its time."""
    detector = made(chatter.Settings())
    said = worked(detector, *[0.05] * 7)
    assert [Verdict.NORMAL] * 6 + [Verdict.UNKNOWN] == [verdict(finding) for finding in said]
    assert round(10.35 * S) == detector.due_ns()
    assert Verdict.NORMAL is verdict(detector.step(None, round(10.35 * S)))
    worked(detector, *[0.05] * 7, began_s=100.0)
    assert Verdict.NORMAL is verdict(detector.step(cycle(150.0, 101.0), 150 * S))


def test_six_in_a_second_are_not() -> None:
    """The control: six, then one after more than a second."""
    assert {Verdict.NORMAL} == {verdict(finding) for finding in worked(made(chatter.Settings()), *[0.05] * 6, 1.0)}


def test_a_fast_machine_does_not_chatter() -> None:
    """At a standard of 0.1 s ten cycles a second are work, more than sixty are not."""
    workplace = Workplace(standard=Standard(standard_cycle_s=0.1), sources=(Source(name="press", sees="cycle"),))
    detector = build(chatter.Settings(), workplace, "press")
    assert {Verdict.NORMAL} == {verdict(finding) for finding in worked(detector, *[0.05] * 100)}
    assert Verdict.UNKNOWN is verdict(worked(detector, *[0.01] * 100, began_s=10.0)[-1])


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 25.43, 24.57])
def test_the_third_impossible_reading_in_a_row_is_a_fault(value: float) -> None:
    """No number, or more than ten widths (0.4 mm) beyond a limit; one that can be clears it, and tells how many."""
    said = measured(made(implausible.Settings(), "gauge"), value, 25.0, value, value, value, 25.0)
    expected = [None, Verdict.NORMAL, None, None, Verdict.UNKNOWN, Verdict.NORMAL]
    assert expected == [verdict(finding) for finding in said]
    assert said[5] is not None
    assert "4 times before it did not" in said[5].text


@pytest.mark.parametrize("value", [25.41, 24.59, 25.03])
def test_a_bad_part_is_no_bad_sensor(value: float) -> None:
    """The control: out of specification, but within what a part can be."""
    assert {Verdict.NORMAL} == {verdict(each) for each in measured(made(implausible.Settings(), "gauge"), *[value] * 9)}


def test_a_given_range_counts_instead_of_the_specification() -> None:
    """And a range upside down is refused."""
    settings = implausible.Settings(lowest=0.0, many=1)
    assert [Verdict.UNKNOWN, Verdict.NORMAL] == [
        verdict(finding) for finding in measured(made(settings, "gauge"), -0.1, 99.0)
    ]
    with pytest.raises(ValueError, match=r"lowest = 2 must be below highest = 1"):
        implausible.Settings(lowest=2.0, highest=1.0)


def test_cycles_without_length_and_a_clock_that_steps_back() -> None:
    """Three in a row; the detectors of cycles say nothing to them."""
    detector = made(implausible.Settings())
    bad = [cycle(100.0, 100.0), cycle(90.0, 95.0), cycle(80.0, 70.0)]
    assert [None, None, Verdict.UNKNOWN] == [verdict(detector.step(each, each.at_ns)) for each in bad]
    overrun = made(cycle_overrun.Settings())
    assert [None, None] == [overrun.step(each, each.at_ns) for each in bad[:2]]
    assert overrun.baseline.fit is None


def test_settings_of_time_may_be_as_people_write_them() -> None:
    """Five within two seconds."""
    said = worked(made(chatter.Settings(many=5, within=Span.parse("2s"))), *[0.3] * 6)
    assert Verdict.UNKNOWN is verdict(said[-1])
