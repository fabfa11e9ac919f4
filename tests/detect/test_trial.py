"""Detectors on arrays: what comes out, with which index, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from edge_agent.detect import (
    Trial,
    Verdict,
    consecutive_defects,
    cycle_overrun,
    defect_rate,
    implausible,
    judge,
    micro_stop,
    out_of_spec,
    reading_drift,
    repeat,
    run_rules,
    slow_drift,
    stuck,
)

DURATIONS_S = np.exp(np.random.default_rng(1).normal(math.log(50.0), 0.03, size=600))
DURATIONS_S[[250, 251, 400]] = [80.0, 130.0, 95.0]
DURATIONS_S[500:] *= 1.1
SETTINGS = [cycle_overrun.Settings(), slow_drift.Settings(), run_rules.Settings(), micro_stop.Settings()]


def test_findings_come_with_the_index_of_their_sample() -> None:
    """Two long cycles of one rule, a drift of another; sorted by where they are."""
    found = judge(SETTINGS, durations_s=DURATIONS_S, standard_cycle_s=50.0)
    assert [each.index for each in found] == sorted(each.index for each in found)
    assert [250, 251, 400] == [each.index for each in found if each.detector == "cycle_overrun:cycle"]
    drift = [each.index for each in found if each.detector == "slow_drift:cycle"]
    assert 500 < drift[0] < 520
    assert all(each.finding.verdict is Verdict.ABNORMAL for each in found)


@pytest.mark.parametrize("size", [1, 7, 100, 1000])
def test_a_stream_in_blocks_finds_the_same(size: int) -> None:
    """Indices go on over blocks, and so does all that was learned."""
    whole = judge(SETTINGS, durations_s=DURATIONS_S, standard_cycle_s=50.0)
    trial = Trial(SETTINGS, standard_cycle_s=50.0)
    parts = [found for first in range(0, 600, size) for found in trial.cycles(DURATIONS_S[first : first + size])]
    assert whole == parts


def test_cycles_and_readings_side_by_side() -> None:
    """Each series has indices of its own."""
    found = judge(
        [cycle_overrun.Settings(), out_of_spec.Settings()],
        durations_s=[50.0, 90.0],
        values=[25.0, 25.0, 25.1],
        standard_cycle_s=50.0,
        upper=25.02,
    )
    assert [("cycle_overrun:cycle", 1), ("out_of_spec:value", 2)] == [(each.detector, each.index) for each in found]


def test_no_number_is_not_taken_for_normal() -> None:
    """A reading that is none is unknown at once, and three of them a fault of the sensor."""
    values = [25.0, math.nan, math.inf, math.nan]
    found = judge([out_of_spec.Settings(), implausible.Settings()], values=values, lower=24.98, upper=25.02)
    for detector in ("out_of_spec:value", "implausible:gauge"):
        assert [1, 2, 3] == [each.index for each in found if each.detector == detector]
    assert "3 times in a row" in found[-1].finding.text
    assert {Verdict.UNKNOWN} == {each.finding.verdict for each in found}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"durations_s": [50.0]}, "standard_cycle_s is missing"),
        ({"durations_s": [50.0, math.nan], "standard_cycle_s": 50.0}, "durations_s: number 1 is nan.*leave it out"),
        ({"durations_s": [[50.0]], "standard_cycle_s": 50.0}, r"shape \(1, 1\)"),
        ({"durations_s": [1e300], "standard_cycle_s": 50.0}, "number 0 is 1e"),
        ({"durations_s": [50.0, 0.0], "standard_cycle_s": 50.0}, "durations_s: number 1 is 0.0; a cycle takes time"),
        ({"durations_s": [50.0, 50.0, -5.0], "standard_cycle_s": 50.0}, "number 2 is -5.0; a cycle takes time"),
        ({"durations_s": [1e-10], "standard_cycle_s": 50.0}, "number 0 is 1e-10; a cycle takes time"),
        ({"durations_s": [9e8] * 20, "standard_cycle_s": 50.0}, "begin a new Trial"),
        ({"durations_s": ["fast"], "standard_cycle_s": 50.0}, "durations_s must be numbers"),
        ({"values": [1.0, 2.0], "at_s": [1.0]}, r"values have shape \(2,\), at_s \(1,\)"),
        ({"values": [1.0, 2.0, 3.0], "at_s": [1.0, 3.0, 2.0]}, "at_s: number 2 is 2, before the 3"),
        ({"values": [1.0], "at_s": [math.nan]}, "at_s: number 0 is nan"),
        ({"values": [[1.0]]}, r"values has shape \(1, 1\)"),
        ({"values": ["a"]}, "values must be numbers"),
        ({"values": [1.0], "lower": math.nan}, "lower = nan must be a finite number"),
        ({"values": [1.0], "upper": "2"}, "upper = '2' must be a finite number"),
        ({"values": [1.0], "lower": 2.0, "upper": 1.0}, "lower = 2 must be below upper = 1"),
        ({"values": [1.0], "standard_cycle_s": -1.0}, "standard_cycle_s = -1 must be above 0"),
        ({"values": [1.0], "takt_s": math.nan}, "takt_s = nan must be a finite number"),
        ({"standard_cycle_s": 50.0}, "none was given: durations_s, values"),
    ],
)
def test_what_cannot_be_judged_is_told(given: dict[str, object], message: str) -> None:
    """What, where, and what it should be."""
    with pytest.raises(ValueError, match=message):
        judge(run_rules.Settings(), **given)


@pytest.mark.parametrize("settings", [repeat.Settings(), slow_drift.Settings(), run_rules.Settings(of="weight_g")])
def test_a_detector_with_nothing_to_judge_is_told(settings: object) -> None:
    """Calls are in no array, cycles need a standard, and names must be there."""
    with pytest.raises(ValueError, match="what there is"):
        judge(settings, values=[1.0])


def test_an_empty_block_is_no_trouble() -> None:
    """Nothing in, nothing out."""
    assert [] == judge(SETTINGS, durations_s=[], standard_cycle_s=50.0)


@pytest.mark.parametrize("size", [1, 300])
@pytest.mark.parametrize("kind", [reading_drift, run_rules, consecutive_defects, defect_rate, stuck, out_of_spec])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_number_for_ever_is_never_normal(kind: Any, value: float, size: int) -> None:
    """Each reading of them is found as UNKNOWN, by every detector; the control is a number."""
    trial = Trial(kind.Settings(), lower=0.0, upper=1.0)
    found = [each for _ in range(300 // size) for each in trial.readings([value] * size)]
    assert list(range(300)) == [each.index for each in found]
    assert {Verdict.UNKNOWN} == {each.finding.verdict for each in found}
    assert [] == Trial(kind.Settings(), lower=0.0, upper=1.0).readings([0.4, 0.5, 0.6])


def test_stamps_go_on_over_blocks() -> None:
    """Left out, they follow the last one given; one before it is told, and nothing is taken of that block."""
    trial = Trial(run_rules.Settings())
    trial.readings([1.0, 2.0], at_s=[100.0, 101.0])
    trial.readings([3.0])
    assert 102 * 10**9 == trial.read_ns
    with pytest.raises(ValueError, match="at_s: number 0 is 101, before the 102"):
        trial.readings([4.0], at_s=[101.0])
    assert 3 == trial.seen["gauge"]


@pytest.mark.parametrize("settings", [out_of_spec.Settings(), consecutive_defects.Settings(), defect_rate.Settings()])
def test_a_judge_of_parts_needs_a_limit(settings: object) -> None:
    """Without one every part would be good."""
    with pytest.raises(ValueError, match="needs lower or upper"):
        judge(settings, values=[1.0])


@pytest.mark.parametrize(
    ("settings", "message"), [([], "settings is empty"), (["slow_drift"], "no detector's Settings")]
)
def test_no_detector_is_told(settings: Any, message: str) -> None:
    """Nothing found by nobody would read as NORMAL."""
    with pytest.raises(ValueError, match=message):
        judge(settings, values=[1.0])


@pytest.mark.parametrize(
    ("kind", "wrong", "message"),
    [
        (slow_drift, {"chart": "foo"}, "chart = 'foo' must be one of cusum, ewma"),
        (slow_drift, {"mode": "foo"}, "mode = 'foo' must be one of light, observe"),
        (slow_drift, {"baseline": 50.5}, "baseline = 50.5 must be a whole number, at least 20 and at most 500"),
        (slow_drift, {"h": "7"}, "h = '7' must be a number, above 0 and at most 50"),
        (slow_drift, {"h": None}, "h = None must be a number"),
        (slow_drift, {"on_delay": 5}, "on_delay = 5 must be a Span, such as Span.parse"),
        (run_rules, {"rules": "N1"}, "rules = 'N1' must be a tuple of some of N1"),
        (run_rules, {"of": 3}, "of = 3 must be text, or None"),
    ],
)
def test_a_setting_of_another_type_is_told(kind: Any, wrong: dict[str, object], message: str) -> None:
    """As in a file, also where none was read: which setting, and what it may be."""
    with pytest.raises(ValueError, match=message):
        kind.Settings(**wrong)


def test_numbers_of_numpy_are_numbers() -> None:
    """A limit that was computed need not be unwrapped; a list of rules is a tuple of them."""
    assert slow_drift.Settings(h=7.0, baseline=50) == slow_drift.Settings(h=np.float64(7.0), baseline=np.int64(50))
    assert ("N1", "N2") == run_rules.Settings(rules=["N1", "N2"]).rules
