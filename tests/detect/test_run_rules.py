"""Run rules on a station's own values: names, onset, correlation, and what they say where they cannot judge."""

from __future__ import annotations

import math

import numpy as np
import pytest

from edge_agent.detect import Readings, run_rules
from edge_agent.detect.charts import RunRules
from edge_agent.detect.rule import Verdict
from tests.detect.bench import S, made, measured, worked

BORES = [25.0 + 0.002 * (n * 7 % 5 - 2) for n in range(100)]
SPREAD = 1.4826 * 0.002


def test_the_words_are_those_of_the_chart() -> None:
    """Cycles on the log scale and readings as they are, in sigma of the baseline, through the same rules."""
    dice = np.random.default_rng(1)
    z = [float(each) for each in dice.normal(0.8, 1.2, size=200)]
    rules = ("WE1", "WE2", "WE3", "N2", "N7", "N8")
    chart = RunRules(rules)
    words = [chart.step(each) != 0 for each in z]
    bores = made(run_rules.Settings(rules=rules), "bore_mm")
    learned = [0.02 * (n * 7 % 5 - 2) for n in range(100)]
    cycles = made(run_rules.Settings(rules=rules))
    said = measured(bores, *BORES, *[25.0 + SPREAD * each for each in z])[100:]
    assert words == [finding is not None and finding.verdict is Verdict.ABNORMAL for finding in said]
    lengths_s = [50.0 * math.exp(each) for each in (*learned, *[10 * SPREAD * each for each in z])]
    said = worked(cycles, *lengths_s)[100:]
    assert words == [finding is not None and finding.verdict is Verdict.ABNORMAL for finding in said]


def test_onset_is_the_first_value_of_the_run() -> None:
    """Nine on one side: the signal is the ninth, the onset the first; it stays while the run goes on."""
    bores = made(run_rules.Settings(rules=("N2",)), "bore_mm")
    said = measured(bores, *BORES, 24.999, *[25.001] * 11, 24.999)
    places = [n for n, finding in enumerate(said) if finding is not None and finding.verdict is Verdict.ABNORMAL]
    assert [109, 110, 111] == places
    assert {101 * S} == {finding.onset_ns for finding in said[109:112] if finding is not None}
    assert said[109] is not None
    assert "bore_mm: 9 values in a row on one side of the centre (N2)." == said[109].text


def test_it_lights_nothing_unless_asked_to() -> None:
    """The default rules call several times a shift: to the log."""
    assert "observe" == run_rules.Settings().mode
    assert "light" == run_rules.Settings(mode="light").mode


@pytest.mark.parametrize("rules", [(), ("N9",), ("N1", "N1")])
def test_rules_that_are_none_are_refused(rules: tuple[str, ...]) -> None:
    """No rule, one there is not, one twice: the complaint lists those there are."""
    with pytest.raises(ValueError, match=r"rules = .* N8"):
        run_rules.Settings(rules=rules)


def test_correlation_is_taken_away_first() -> None:
    """Values that follow each other make runs by themselves: few of these are left."""
    dice = np.random.default_rng(4)
    values = [0.0]
    for noise in dice.normal(scale=0.8, size=1400):
        values.append(0.6 * values[-1] + float(noise))
    bores = made(run_rules.Settings(rules=("N2",), baseline=400), "bore_mm")
    said = measured(bores, *[25.0 + 0.001 * each for each in values])
    signals = sum(finding is not None and finding.verdict is Verdict.ABNORMAL for finding in said)
    chart = RunRules(("N2",))
    naive = sum(chart.step(each) != 0 for each in values[400:])
    assert signals < naive / 3


def test_a_block_carries_on_runs_and_what_the_value_before_explains() -> None:
    """Correlated values with many signals, cut everywhere: the next finding is that of steps, onset and value too."""
    dice, values = np.random.default_rng(8), [0.0]
    for noise in dice.normal(scale=0.6, size=260):
        values.append(0.8 * values[-1] + float(noise))
    values[110:] = [each + 4.0 for each in values[110:]]
    block = Readings(
        sensor="gauge",
        characteristic="bore_mm",
        at_ns=np.arange(len(values)) * S,
        values=25.0 + 0.001 * np.array(values),
    )
    settings = run_rules.Settings(rules=("WE3", "N3", "N4", "N7"))
    expected = list(made(settings, "bore_mm").answers(block))
    assert "correlation" in expected[-1][0].limit_from
    for cut in range(120, len(values)):
        detector = made(settings, "bore_mm")
        detector.scan(block.part(0, cut - 3 - cut % 12))
        detector.scan(block.part(cut - 3 - cut % 12, cut))
        assert expected[cut] == next(detector.answers(block.part(cut)))


def test_values_that_never_varied_are_unknown() -> None:
    """A baseline without a spread gives no limits, and says so."""
    said = measured(made(run_rules.Settings(), "bore_mm"), *[25.0] * 102)
    assert said[-1] is not None
    assert Verdict.UNKNOWN is said[-1].verdict
