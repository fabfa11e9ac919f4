from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.detect.charts import RunRules, names
from edge_agent.detect.charts.run_rules import ALL, BLOCK, HISTORY, TABLE

VECTORS = json.loads((Path(__file__).parents[2] / "reference" / "rules_vectors.json").read_text(encoding="utf-8"))


def flagged(words, rules):
    """The 1-based numbers of the values each rule flags, as the reference has them."""
    return {name: [n for n, word in enumerate(words, 1) if word >> bit & 1] for bit, name in enumerate(rules)}


def first(values, rule):
    """The 1-based number of the first value a rule flags, by both faces; None for none."""
    chart = RunRules((rule,))
    stepped = [chart.step(value) for value in values]
    assert stepped == RunRules((rule,)).scan(values).tolist()
    return stepped.index(1) + 1 if 1 in stepped else None


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_both_faces_flag_what_the_reference_flags(vector):
    """Every rule flags exactly the reference's values, one at a time and by the block."""
    chart = RunRules()
    assert vector["flags"] == flagged([chart.step(value) for value in vector["x"]], ALL)
    assert vector["flags"] == flagged(RunRules().scan(vector["x"]).tolist(), ALL)


def test_channels_are_judged_apart():
    """A block of all reference sequences side by side says the same as each alone, across uneven blocks."""
    block = np.array([vector["x"] for vector in VECTORS]).T
    chart = RunRules(channels=len(VECTORS))
    words = np.concatenate([chart.scan(part) for part in np.split(block, [1, 14, 15, 90])])
    for column, vector in enumerate(VECTORS):
        assert vector["flags"] == flagged(words[:, column].tolist(), ALL)


@pytest.mark.parametrize(
    ("rule", "values", "number"),
    [
        ("N1", [3.0, -3.0, 3.0000001], 3),  # beyond is strict
        ("N2", [0.1] * 9, 9),
        ("N2", [0.1] * 8 + [0.0] + [0.1] * 8, None),  # the centre line is on no side
        ("WE4", [-0.1] * 8, 8),
        ("N3", [1, 2, 3, 4, 5, 6], 6),  # six values, five steps
        ("N3", [1, 2, 3, 4, 4, 5, 6], None),  # equal neighbours break it
        ("N4", [0, 1] * 7, 14),
        ("N4", [0, 1] * 6 + [0], None),
        ("N4", [0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], None),  # equal neighbours break it
        ("N5", [2.1, 2.1, 0.0], None),  # three values there must be
        ("N5", [2.1, 2.1, 2.1], 3),
        ("N6", [1.1, 1.1, 1.1, 1.1, 0.0], None),  # and here five
        ("N6", [1.1, 1.1, 1.1, 1.1, 1.1], 5),
        ("N5", [2.1, 0.0, 2.1], 3),
        ("N5", [2.1, 2.0, 0.0, 2.1], None),
        ("N5", [2.1, -2.1, -0.5, -2.1], 4),  # one side, and the newest lies on it
        ("N6", [1.1, 1.1, 0.0, 1.1, 1.1], 5),
        ("N6", [-1.1, -1.1, 1.1, -1.1, 1.1], None),
        ("N6", [1.1, 1.1, 1.1, -1.1, -1.2], None),
        ("N7", [1.0, -1.0, 0.5] * 5, 15),  # its borders are inside
        ("N7", [1.0, -1.0] * 7 + [1.01], None),
        ("N8", [1.1] * 7 + [-1.1], 8),
        ("N8", [1.1] * 12, None),  # both sides must occur
        ("N8", [1.1] * 7 + [1.0, -1.1], None),
    ],
)
def test_the_traps_are_decided(rule, values, number):
    """Borders, ties, sides and lengths, each at the value that decides it."""
    assert number == first([float(value) for value in values], rule)


def test_nothing_is_reset_after_a_signal():
    """A run that goes on is flagged at each further value."""
    assert [0] * 8 + [1] * 5 == RunRules(("N2",)).scan([0.5] * 13).tolist()


def test_a_chosen_set_has_its_bits_in_its_own_order():
    """Any subset says what the whole set says of the same rules, bit for bit in the order asked."""
    values = VECTORS[4]["x"]
    whole = flagged(RunRules().scan(values).tolist(), ALL)
    for rules in (("N8", "WE1"), ("N6",), tuple(reversed(ALL))):
        chart = RunRules(rules)
        assert {name: whole[name] for name in rules} == flagged([chart.step(value) for value in values], rules)
        assert {name: whole[name] for name in rules} == flagged(RunRules(rules).scan(values).tolist(), rules)
    assert [("N8", "N6")] == names(np.array([3], dtype=np.uint16), ("N8", "N6"))


@pytest.mark.parametrize(
    "values",
    [np.full(BLOCK + 20, 0.5), np.tile([1.5, -1.5], BLOCK // 2 + 10), np.linspace(0.1, 1, BLOCK + 20)],
    ids=["one side", "alternating", "rising"],
)
def test_runs_go_on_where_a_long_series_is_cut_for_the_cache(values):
    """A run that never ends is flagged at each value, also right after the cut."""
    words = RunRules().scan(values)
    assert {int(words[HISTORY])} == set(words[HISTORY:].tolist())
    assert words[HISTORY] != 0


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]), min_size=1, max_size=60), st.data())
def test_no_rule_needs_more_than_its_history(sizes, data):
    """What came fifteen values ago changes nothing."""
    values = [size * data.draw(st.sampled_from((-1, 1))) for size in sizes]
    chart, late = RunRules(), RunRules()
    words = [chart.step(value) for value in values]
    begin = max(0, len(values) - HISTORY - 1)
    assert words[-1] == [late.step(value) for value in values[begin:]][-1]


@pytest.mark.parametrize("face", ["step", "scan"])
def test_bad_settings_say_what_to_write(face):
    """Unknown, repeated or no rules and senseless channels are refused with the names there are."""
    for rules in (("N9",), (), ("N1", "N1")):
        with pytest.raises(ValueError, match=r"name each wanted one once, of WE1, .*N8"):
            RunRules(rules)
    with pytest.raises(ValueError, match="there are 1 to 100000"):
        RunRules(channels=0)
    chart = RunRules(channels=2)
    with pytest.raises(ValueError, match=r"one series; 2 channels" if face == "step" else r"shape \(n, 2\)"):
        getattr(chart, face)(1.0)


def test_the_table_fits_one_word():
    """Twelve rules in sixteen bits; no rule looks further back than the history."""
    assert len(TABLE) <= 16
    assert HISTORY + 1 == max(rule.among for rule in TABLE)
