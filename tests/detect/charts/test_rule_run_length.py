"""Average run lengths of run rules equal the literature's, and those of the chain's reference."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from edge_agent.detect.charts import rule_run_length
from edge_agent.detect.charts.rule_run_length import (
    MEMORIES,
    Memory,
    State,
    comparing_arl,
    memories_arl,
    rules_arl,
    some_of,
)

REFERENCE = Path(__file__).parents[2] / "reference"
PUBLISHED = [
    row
    for row in csv.DictReader((REFERENCE / "arl_reference.csv").read_text(encoding="utf-8").splitlines())
    if row["chart"].startswith("shewhart")
]


def either_side(length: int) -> Memory:
    """The other reading of N8, which the reference table has too: any sides, not both."""

    def after(state: State, zone: int) -> State | None:
        count = state[0] + 1 if abs(zone) > 1 else 0
        return None if count >= length else (count,)

    return Memory((0,), after)


# How the reference table names rules: 1 to 4 are Western Electric's, 4_9 is a run of nine.
NAMED = {
    **{str(number): MEMORIES[f"WE{number}"] for number in range(1, 5)},
    "4_7": some_of(7, 7, 0),
    "4_9": MEMORIES["N2"],
    "N7": MEMORIES["N7"],
    "N8(either side)": either_side(8),
}


def table() -> dict[str, list[tuple[float, float]]]:
    sets: dict[str, list[tuple[float, float]]] = {}
    for row in csv.DictReader((REFERENCE / "runrules_arl.csv").read_text(encoding="utf-8").splitlines()):
        sets.setdefault(row["rules"], []).append((float(row["shift_sigma"]), float(row["arl"])))
    return sets


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: f"{row['params']} {row['kind']} at {row['shift_sigma']}")
def test_it_equals_an_independent_solver_and_the_print(row: dict[str, str]) -> None:
    """Champ and Woodall's table: within 1e-8 of the exact value and half the last digit of the printed one."""
    rules = [f"WE{digit}" for digit in row["params"].removeprefix("rules ")]
    arl = rules_arl(rules, shift=float(row["shift_sigma"]), steady_state=row["kind"] == "steady-state")
    assert float(row["arl_exact"]) == pytest.approx(arl, rel=1e-8)
    if row["arl_published"] != "NA":
        # trailing zeros of the print are lost in the table: two digits were printed but for 370.4
        assert float(row["arl_published"]) == pytest.approx(arl, abs=0.005 if arl < 300.0 else 0.05)


@pytest.mark.parametrize(("rules", "rows"), table().items(), ids=table())
def test_combinations_equal_another_chain(rules: str, rows: list[tuple[float, float]]) -> None:
    """Eighteen sets of rules at sixteen shifts, within 1e-8: a chain with other states says the same."""
    memories = [NAMED[name] for name in rules.split("+")]
    for shift, arl in rows:
        assert arl == pytest.approx(memories_arl(memories, shift), rel=1e-8)


@pytest.mark.parametrize(
    ("rules", "arl", "error"),
    [
        (["N1"], 370.40, 0.005),
        (["N2"], 511.0, 1e-6),
        (["WE4"], 255.0, 1e-6),
        (["N3"], 421.598626, 5e-7),
        (["N4"], 601.007804, 5e-7),
        (["N5"], 510.69, 0.005),
        (["N6"], 291.32, 0.005),
        (["N7"], 963.27, 0.005),
        (["N1", "N2"], 216.70, 0.005),
        (["N1", "N2", "N5", "N6"], 109.05, 0.005),
        (["WE1", "WE2", "WE3", "WE4"], 91.75, 0.005),
    ],
)
def test_known_figures(rules: list[str], arl: float, error: float) -> None:
    """In control, rule by rule and together."""
    assert arl == pytest.approx(rules_arl(rules), abs=error)


def test_a_trend_of_seven_would_be_found_out() -> None:
    """The usual off-by-one, six steps instead of five, runs 6.8 times as long."""
    assert 2881.85 == pytest.approx(comparing_arl(6, same=True), abs=0.005)


def test_trend_and_alternation_do_not_see_a_shift() -> None:
    """They compare values with each other: a shifted process looks the same to them."""
    assert rules_arl(["N3"]) == rules_arl(["N3"], shift=2.0)


def test_both_sides_of_eight_outside() -> None:
    """N8 needs both sides, so it is a little rarer than eight outside on any; 20,000 simulated windows agree."""
    assert memories_arl([either_side(8)]) < rules_arl(["N8"]) < 1.01 * memories_arl([either_side(8)])
    arl = rules_arl(["N8"], shift=1.5)
    values = np.random.default_rng(8).normal(1.5, size=(1000, 8000))
    lengths = []
    for row in values:
        outside = np.lib.stride_tricks.sliding_window_view(np.abs(row) > 1.0, 8).all(axis=1)
        above = np.lib.stride_tricks.sliding_window_view(row > 0.0, 8).sum(axis=1)
        hits = outside & (above > 0) & (above < 8)
        lengths.append(8 + int(np.argmax(hits)) if hits.any() else 8000)
    assert arl == pytest.approx(np.mean(lengths), abs=4.0 * np.std(lengths) / 1000**0.5)


def test_order_and_repetition_do_not_matter() -> None:
    """A set of rules is a set; N1, N5 and N6 are WE1, WE2 and WE3."""
    assert rules_arl(["WE1", "WE2"]) == pytest.approx(rules_arl(["N5", "N1", "N1"]), rel=1e-12)


def test_steady_state_is_shorter() -> None:
    """After a long time in control the rules remember something: the next signal is a little nearer."""
    assert rules_arl(["WE1", "WE4"], steady_state=True) < rules_arl(["WE1", "WE4"])
    assert rules_arl(["WE1"]) == pytest.approx(rules_arl(["WE1"], steady_state=True), rel=1e-12)


def test_a_chain_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound on states is kept, and the complaint says what to do."""
    monkeypatch.setattr(rule_run_length, "MOST_STATES", 100)
    with pytest.raises(ValueError, match="more than 100 states; ask for fewer"):
        rules_arl(["WE1", "WE2", "WE3", "WE4"])


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [([], "one or more of WE1"), (["N9"], "not .'N9'"), ("N1", "one or more"), (["N1", "N3"], "alone")],
)
def test_senseless_questions_are_refused(rules: list[str], complaint: str) -> None:
    """Unknown rules, none, and what has no chain, are named."""
    with pytest.raises(ValueError, match=complaint):
        rules_arl(rules)
    with pytest.raises(ValueError, match="zero state"):
        rules_arl(["N3"], steady_state=True)
