"""Each detector at its limits: just before, exactly at, just after."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from edge_agent.detect import behind_takt, cycle_overrun, no_cycle, out_of_spec, silent, slow_drift
from edge_agent.detect.rule import Verdict
from edge_agent.observations import CycleStart, Heard, Judged, Unreadable
from edge_agent.pace import pace
from edge_agent.standard import Span, to_ns
from tests.detect.bench import S, cycle, made, reading, verdict


def test_overrun_fires_at_the_limit_and_not_before() -> None:
    """1.5 x 50 s after the start; onset is where the standard was over."""
    detector = made(cycle_overrun.Settings())
    detector.step(CycleStart(10 * S, "press"), 10 * S)
    assert 85 * S == detector.due_ns()
    assert detector.step(None, 85 * S - 1) is None
    finding = detector.step(None, 85 * S)
    assert finding is not None
    assert (Verdict.ABNORMAL, 60 * S, 75.0) == (finding.verdict, finding.onset_ns, finding.limit)
    assert detector.due_ns() is None, "said once a cycle"
    assert Verdict.NORMAL is verdict(detector.step(cycle(90, 10), 90 * S))


def test_a_tight_baseline_makes_the_overrun_earlier_and_never_later() -> None:
    """Median x exp(4 s) between 1.2 and 1.5 x the standard, from 20 cycles on; the limit says where it came from."""
    for spread, limit_s, provenance in (
        (0.0, 60.0, "1.2 x standard, the least"),
        (0.04, 50.0 * math.exp(4 * 1.4826 * 0.04), "baseline of 20 cycles, provisional"),
        (0.2, 75.0, "1.5 x standard"),
    ):
        detector, end_s = made(cycle_overrun.Settings()), 0.0
        for n in range(20):
            assert 75 * S == detector.limit_ns
            start_s, end_s = end_s, end_s + 50.0 * math.exp(spread * (n % 5 - 2))
            detector.step(cycle(end_s, start_s), to_ns(end_s))
        finding = detector.step(None, detector.due_ns())
        assert finding is not None
        assert limit_s == pytest.approx(finding.limit)
        assert provenance == finding.limit_from


def test_a_reading_that_is_no_number_is_neither_good_nor_bad() -> None:
    """Nothing is known of that part: unknown, and no onset."""
    for value in (math.nan, math.inf, -math.inf):
        finding = made(out_of_spec.Settings(), "bore_mm").step(reading(value), S)
        assert finding is not None
        assert (Verdict.UNKNOWN, None) == (finding.verdict, finding.onset_ns)


def test_overrun_waits_only_while_a_cycle_runs() -> None:
    """With start and end apart nothing is due in the gap; with one pulse a cycle the next one runs at once."""
    detector = made(cycle_overrun.Settings())
    detector.step(cycle(50, 0, continues=False), 50 * S)
    assert detector.due_ns() is None
    detector.step(cycle(100, 50), 100 * S)
    assert 175 * S == detector.due_ns()


@pytest.mark.parametrize(
    ("after", "due_s"),
    [(Span(2, "takt"), 120.0), (Span(0.1, "takt"), 30.0), (Span(5, "s"), 5.0), (Span(3, "min"), 180.0)],
)
def test_no_cycle_keeps_its_floor_only_for_takts(after: Span, due_s: float) -> None:
    """Two takts, never under 30 s, unless the setting itself says seconds."""
    assert to_ns(due_s) == made(no_cycle.Settings(after=after)).due_ns()


def test_no_cycle_counts_from_the_last_sign_and_not_while_a_cycle_runs() -> None:
    """A cycle that began is no stoppage, however long it takes: that is the overrun's business."""
    detector = made(no_cycle.Settings())
    assert Verdict.NORMAL is verdict(detector.step(cycle(10), 10 * S))
    assert 130 * S == detector.due_ns()
    detector.step(CycleStart(20 * S, "press"), 20 * S)
    assert detector.due_ns() is None
    detector.step(cycle(300, 20, continues=False), 300 * S)
    finding = detector.step(None, 420 * S)
    assert finding is not None
    assert (Verdict.ABNORMAL, 360 * S, 120.0) == (finding.verdict, finding.onset_ns, finding.value)


def test_behind_takt_raises_when_the_part_falls_due_and_clears_with_hysteresis() -> None:
    """Two parts behind by the clock, not by the next part; cleared when they are made up for, not by the next part."""
    detector = made(behind_takt.Settings())
    detector.step(CycleStart(0, "press"), 0)
    assert 120 * S == detector.due_ns()
    assert Verdict.ABNORMAL is verdict(detector.step(None, 120 * S))
    assert Verdict.ABNORMAL is verdict(detector.step(cycle(125, 0), 125 * S))
    assert Verdict.ABNORMAL is verdict(detector.step(cycle(150, 125), 150 * S))
    finding = detector.step(cycle(175, 150), 175 * S)
    assert finding is not None
    assert (Verdict.NORMAL, -1.0) == (finding.verdict, finding.value)
    assert 300 * S == detector.due_ns()


def test_behind_takt_stays_until_caught_up() -> None:
    """At three behind two parts are not enough, nor is it that none is missing until the next is due."""
    detector = made(behind_takt.Settings())
    detector.step(CycleStart(0, "press"), 0)
    detector.step(None, 120 * S)
    for start_s, end_s in ((0, 190), (190, 200), (200, 210)):
        assert Verdict.ABNORMAL is verdict(detector.step(cycle(end_s, start_s), end_s * S))
    assert Verdict.NORMAL is verdict(detector.step(cycle(220, 210), 220 * S))


@pytest.mark.parametrize("cycle_s", [55, 58, 59])
@pytest.mark.parametrize("ripple", [pace.RIPPLE, 0])
def test_one_stop_is_one_gap_however_evenly_work_goes_on(monkeypatch, cycle_s, ripple) -> None:
    """200 s of stop, then each part a little quicker than the takt: behind once; without the ripple minded, often."""
    monkeypatch.setattr(pace, "RIPPLE", ripple)
    detector, said, ended_s = made(behind_takt.Settings()), [], 0
    detector.step(CycleStart(0, "press"), 0)
    for number in range(180):
        began_s, ended_s = ended_s, ended_s + (200 if number == 5 else cycle_s)
        while (due_ns := detector.due_ns()) is not None and due_ns < ended_s * S:
            said.append(verdict(detector.step(None, due_ns)))
        said.append(verdict(detector.step(cycle(ended_s, began_s), ended_s * S)))
    begun = sum(before is Verdict.NORMAL and now is Verdict.ABNORMAL for before, now in pairwise(said))
    assert begun == 1 if ripple else begun > 5


def test_behind_takt_says_ahead_too() -> None:
    """A station that is ahead has parts in hand."""
    detector = made(behind_takt.Settings())
    for end_s in (0, 10, 20, 30):
        finding = detector.step(cycle(end_s), end_s * S)
    assert finding is not None
    assert finding.text == "3 parts ahead of takt: 0 due, 3 made."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (24.98, Verdict.NORMAL),
        (25.02, Verdict.NORMAL),
        (math.nextafter(25.02, 26), Verdict.ABNORMAL),
        (math.nextafter(24.98, 24), Verdict.ABNORMAL),
    ],
)
def test_a_limit_itself_is_still_good(value: float, expected: Verdict) -> None:
    """Inclusive, as drawings are."""
    assert expected is verdict(made(out_of_spec.Settings(), "bore_mm").step(reading(value), S))


def test_the_device_has_a_say() -> None:
    """A value inside the limits that the device itself rejects is not good; a bare verdict counts as well."""
    detector = made(out_of_spec.Settings(), "bore_mm")
    assert Verdict.ABNORMAL is verdict(detector.step(reading(25.0, good=False), S))
    assert Verdict.ABNORMAL is verdict(detector.step(Judged(S, "gauge", "bore_mm", good=False), S))
    assert Verdict.NORMAL is verdict(detector.step(Judged(S, "gauge", "bore_mm", good=True), S))


def test_a_dead_gauge_is_known_by_the_parts_it_missed() -> None:
    """Five cycles without a reading; one reading, and it is heard again."""
    detector = made(silent.Settings(), "gauge")
    answers = [verdict(detector.step(cycle(50.0 * n), 50 * n * S)) for n in range(1, 6)]
    assert [None, None, None, None, Verdict.UNKNOWN] == answers
    assert detector.step(cycle(300), 300 * S) is None, "said once"
    assert Verdict.NORMAL is verdict(detector.step(reading(25.0, 310), 310 * S))


def test_one_sign_of_life_is_enough() -> None:
    """An unstable weight is no reading, but the scale lives."""
    detector = made(silent.Settings(), "gauge")
    for n in range(1, 5):
        detector.step(cycle(50.0 * n), 50 * n * S)
    detector.step(Heard(210 * S, "gauge"), 210 * S)
    assert detector.step(cycle(250), 250 * S) is None


def test_garbage_is_no_sign_of_life() -> None:
    """Five lines in a row that nobody can read: the fifth one loses the sensor, and names what it sent."""
    detector = made(silent.Settings(), "gauge")
    answers = [detector.step(Unreadable(n * S, "gauge", "#?"), n * S) for n in range(1, 7)]
    assert [None, None, None, None, Verdict.UNKNOWN, None] == [verdict(answer) for answer in answers]
    assert answers[4] is not None
    assert "'#?'" in answers[4].text


def test_a_set_time_makes_any_sensor_silent() -> None:
    """`after` is for the lone cycle sensor that nobody else can vouch for."""
    detector = made(silent.Settings(after=Span(10, "min")))
    assert 600 * S == detector.due_ns()
    assert Verdict.UNKNOWN is verdict(detector.step(None, 600 * S))
    assert detector.due_ns() is None


def test_drift_learns_first_and_then_sees_a_slow_down() -> None:
    """No answer while it learns; cycles two sigma longer are seen within a few parts, and the onset is their first."""
    detector = made(slow_drift.Settings(baseline=40))
    end_s, answers = 0.0, []
    for n in range(60):
        duration_s = 50.0 * math.exp(0.02 * (n % 5 - 2)) * (1.08 if n >= 50 else 1.0)
        end_s += duration_s
        answers.append(detector.step(cycle(end_s, end_s - duration_s), to_ns(end_s)))
    assert [None] * 40 == answers[:40]
    assert {Verdict.NORMAL} == {verdict(answer) for answer in answers[40:50]}
    found = next(answer for answer in answers[50:] if verdict(answer) is Verdict.ABNORMAL)
    assert found is not None
    assert found.onset_ns is not None
    assert answers[50] is not None
    assert found.onset_ns <= answers[50].at_ns
    assert "baseline of 40 cycles" == found.limit_from


def test_a_machine_that_never_varies_does_not_divide_by_nothing() -> None:
    """A clockwork baseline has no spread; the smallest one counts instead."""
    detector = made(slow_drift.Settings(baseline=20))
    answers = [detector.step(cycle(50.0 * (n + 1), 50.0 * n), 50 * (n + 1) * S) for n in range(30)]
    assert {Verdict.NORMAL} == {verdict(answer) for answer in answers[20:]}


def test_clear_at_must_be_below_parts() -> None:
    """A lamp that would flicker is refused."""
    with pytest.raises(ValueError, match="clear_at = 2 must be below parts = 2"):
        behind_takt.Settings(parts=2, clear_at=2)
