"""Micro stops at their borders, for sensors that see starts and for those that do not."""

from __future__ import annotations

import pytest

from edge_agent.detect import micro_stop
from edge_agent.detect.rule import Verdict
from edge_agent.observations import CycleStart
from edge_agent.standard import Span
from tests.detect.bench import S, cycle, made, worked

NS = 1e-9


@pytest.mark.parametrize(
    ("between_s", "counted"), [(50.0, 0), (85.0, 0), (85.0 + NS, 1), (300.0, 1), (300.0 + NS, 0), (1000.0, 0)]
)
def test_its_borders_are_exact(between_s: float, counted: int) -> None:
    """More than 1.7 and at most 6 standard cycles of 50 s, to the nanosecond."""
    (finding,) = worked(made(micro_stop.Settings()), between_s)
    assert finding is not None
    assert (Verdict.NORMAL, counted) == (finding.verdict, finding.value)


@pytest.mark.parametrize(("gap_s", "counted"), [(35.0, 0), (35.0 + NS, 1), (250.0, 1), (250.0 + NS, 0)])
def test_the_same_stop_is_the_same_to_a_sensor_that_sees_starts(gap_s: float, counted: int) -> None:
    """The gap and one standard cycle are the time between two parts; it is closed by the start."""
    detector = made(micro_stop.Settings())
    detector.step(cycle(50.0, 0.0, continues=False), 50 * S)
    finding = detector.step(CycleStart(50 * S + round(gap_s * S), "press"), 0)
    assert finding is not None
    assert counted == finding.value


def test_a_stop_is_told_at_its_close_and_lights_nothing() -> None:
    """The sentence says how long it was and how many there were; the verdict stays normal."""
    (finding,) = worked(made(micro_stop.Settings()), 120.0)
    assert finding is not None
    assert (Verdict.NORMAL, "Stopped for 70.0 s; 1 micro stop within 1h.") == (finding.verdict, finding.text)


def test_their_number_lights_and_time_clears() -> None:
    """Three within 10 min; onset is where the first of them began to be late; cleared when it is 10 min old."""
    detector = made(micro_stop.Settings(many=3, within=Span(10, "min")))
    *_, finding = worked(detector, 100.0, 50.0, 100.0, 100.0)
    assert finding is not None
    assert (Verdict.ABNORMAL, 50 * S, 3.0) == (finding.verdict, finding.onset_ns, finding.value)
    assert 700 * S == detector.due_ns()
    cleared = detector.step(None, 700 * S)
    assert cleared is not None
    assert (Verdict.NORMAL, 2.0) == (cleared.verdict, cleared.value)
    assert detector.due_ns() is None


def test_what_is_not_close_together_never_lights() -> None:
    """The control: as many stops, over a longer time."""
    detector = made(micro_stop.Settings(many=3, within=Span(5, "min")))
    said = worked(detector, *[100.0, 100.0, 50.0, 50.0, 50.0] * 6)
    assert {Verdict.NORMAL} == {finding.verdict for finding in said if finding is not None}
