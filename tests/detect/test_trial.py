"""Detectors on arrays: what comes out, with which index, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from edge_agent.detect import (
    Trial,
    Verdict,
    cycle_overrun,
    implausible,
    judge,
    micro_stop,
    out_of_spec,
    repeat,
    run_rules,
    slow_drift,
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
    unknown = [(each.detector, each.index) for each in found]
    assert [("out_of_spec:value", 1), ("out_of_spec:value", 2), ("out_of_spec:value", 3)] == unknown[:3]
    assert ("implausible:gauge", 3) in unknown
    assert {Verdict.UNKNOWN} == {each.finding.verdict for each in found}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"durations_s": [50.0]}, "standard_cycle_s is missing"),
        ({"durations_s": [50.0, math.nan], "standard_cycle_s": 50.0}, "number 1 is nan"),
        ({"durations_s": [[50.0]], "standard_cycle_s": 50.0}, r"shape \(1, 1\)"),
        ({"durations_s": [1e300], "standard_cycle_s": 50.0}, "number 0 is 1e"),
        ({"values": [1.0, 2.0], "at_s": [1.0]}, r"values have shape \(2,\), at_s \(1,\)"),
        ({"values": [1.0], "standard_cycle_s": -1.0}, "standard_cycle_s = -1.0 must be above 0"),
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
