"""Planned time that contradicts itself is refused with its line and a remedy."""
# ruff: noqa: E501 - complaints are compared as they are printed

from fractions import Fraction
from pathlib import Path

import pytest

from edge_agent import config
from edge_agent.standard import NS_PER_S

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "station.toml"
LAST = len(EXAMPLE.read_text(encoding="utf-8").splitlines())

SOUND = """
[[shift]]
name = "late"
start = "14:00"
end = "22:00"

[[exception]]
date = "2026-12-24"
shift = "late"
work = false
why = "Christmas Eve"

[[exception]]
date = "2026-12-24"
shift = "early"
start = "06:00"
end = "12:00"

[[exception]]
date = "2026-12-05"
shift = "saturday"
start = "06:00"
end = "12:00"

[[planned_stop]]
name = "team meeting"
days = ["mon"]
at = "06:00-06:10"

[[planned_stop]]
name = "fire drill"
date = "2026-12-05"
at = "08:00-08:30"

[[product]]
name = "left"
standard_cycle_s = 55.0

[[product]]
name = "right"
standard_cycle_s = 80.0
takt_s = 90.0

[modes]
longest_stop = "2h"
stop_reasons = ["meeting", "no orders"]
"""


def checked(tmp_path, text):
    """The configuration of the example with `text` behind it, and the complaints with lines counted from there."""
    path = tmp_path / "station.toml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8") + text, encoding="utf-8")
    found, complaints = config.check(path)
    return found, [f"{each.line - LAST}: {str(each).partition(': ')[2]}" for each in complaints]


def test_a_plan_without_contradiction_arrives_whole(tmp_path):
    """Every table of planned time is accepted, and the plan is made from it."""
    found, complaints = checked(tmp_path, SOUND)
    assert [] == complaints
    plan = found.plan()
    assert 60 * NS_PER_S == plan.takt_ns
    assert (60 * NS_PER_S, 90 * NS_PER_S) == (plan.pace_ns("left"), plan.pace_ns("right"))
    assert 80.0 == plan.standard_of("right").standard_cycle_s
    assert ("meeting", "no orders") == plan.modes.stop_reasons


def test_behind_is_what_the_rule_on_the_lamp_says(tmp_path):
    """The board calls a station behind by the settings of `behind_takt`; two parts and one where there is none."""
    assert (2, 1) == (config.load(EXAMPLE).plan().parts, config.load(EXAMPLE).plan().clear_at)
    text = EXAMPLE.read_text(encoding="utf-8").replace("parts = 2", "parts = 5\nclear_at = 3")
    path = tmp_path / "station.toml"
    path.write_text(text, encoding="utf-8")
    assert (5, 3) == (config.load(path).plan().parts, config.load(path).plan().clear_at)


def test_the_takt_of_the_demand_is_exact(tmp_path):
    """26,100 s for 430 parts is a fraction; a float would put the last part after the end of the shift."""
    path = tmp_path / "station.toml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8").replace("takt_s = 60.0", ""), encoding="utf-8")
    assert Fraction(26_100 * NS_PER_S, 430) == config.load(path).plan().takt_ns


SHIFT = '[[shift]]\nname = "late"\nstart = "{}"\nend = "{}"\n'
BAD = [
    (SHIFT.format("13:30", "22:00"), "3: start: late begins at 13:30 while early goes on until 14:00; let one begin where the other ends, or on other days"),
    (SHIFT.format("22:00", "06:30"), "3: start: early begins at 06:00 while late goes on until 06:30; let one begin where the other ends, or on other days"),
    (SHIFT.format("14:00", "22:00") + 'breaks = ["22:00-22:15"]', "5: [[shift]]: breaks: 22:00-22:15 is not inside the shift 14:00-22:00; move it, or take it out"),
    (SHIFT.format("14:00", "22:00") + "demand = 0", "5: demand: 0 must be >= 1; leave it out where nobody says how many"),
    ("[[exception]]\ndate = 2026-12-24\nwork = false", '2: date: 2026-12-24 is not text; write it in quotes, like "2026-12-24"'),
    ('[[exception]]\ndate = "24.12.2026"\nwork = false', "2: date: '24.12.2026' must be a date, in quotes, like \"2026-12-24\""),
    ('[[exception]]\ndate = "2026-02-30"\nwork = false', "2: [[exception]]: date: there is no 2026-02-30; look at a calendar"),
    ('[[exception]]\ndate = "2026-12-24"', "1: [[exception]]: start and end: the hours of that day; or write work = false"),
    ('[[exception]]\ndate = "2026-12-24"\nstart = "06:00"\nend = "12:00"', "1: [[exception]]: shift: which one has these hours; a new name makes an extra shift"),
    ('[[exception]]\ndate = "2026-12-24"\nwork = false\nstart = "06:00"', "3: [[exception]]: work = false leaves no start, end or breaks; take them out, or take work = false out"),
    ('[[exception]]\ndate = "2026-12-24"\nshift = "erly"\nwork = false', "3: shift: no shift 'erly' begins on 2026-12-24; did you mean 'early'?"),
    ('[[exception]]\ndate = "2026-12-26"\nwork = false', "2: warning: date: no shift begins on 2026-12-26 anyway; mend the date, or take this out"),
    ('[[exception]]\ndate = "2026-12-24"\nwork = false\n[[exception]]\ndate = "2026-12-24"\nwork = false', "5: date: 2026-12-24 says something of every shift already, at line 129; keep one"),
    (
        '[[exception]]\ndate = "2026-12-24"\nshift = "extra"\nstart = "12:00"\nend = "16:00"',
        "4: start: extra is at 12:00-16:00 and early of 2026-12-24 at 06:00-14:00; let one begin where the other ends",
    ),
    (
        '[[exception]]\ndate = "2026-12-23"\nshift = "night"\nstart = "22:00"\nend = "06:30"',
        "4: start: night is at 22:00-06:30 and early of 2026-12-24 at 06:00-14:00; let one begin where the other ends",
    ),
    ('[[planned_stop]]\nname = "drill"\nat = "15:00-15:30"', "3: at: 15:00-15:30 is outside every shift of its days, so it would stop nothing; mend the times or the days, or take it out"),
    ('[[planned_stop]]\nname = "drill"\nat = "08:00-08:00"', "3: [[planned_stop]]: at: 08:00-08:00 has no length; let it end after it begins"),
    ('[[planned_stop]]\nname = "drill"\nat = "08:00-08:10"\ndays = ["mon"]\ndate = "2026-12-24"', "4: [[planned_stop]]: days: with date beside it one does not know which holds; write one of them"),
    ('[[product]]\nname = "big"\nstandard_cycle_s = 80.0', "3: takt_s = 60 is below standard_cycle_s = 80 of big: the station would always be behind; give the product its own takt, take work out, or mend the figure"),
    ('[[product]]\nname = "big"\nstandard_cycle_s = 80.0\ntakt_s = 70.0', "4: takt_s = 70 is below standard_cycle_s = 80 of big: the station would always be behind; give the product its own takt, take work out, or mend the figure"),
    ('[[product]]\nname = "big"\nstandard_cycle_s = -1', "3: standard_cycle_s: -1 must be > 0 and at most 86400, a day; it is in seconds"),
    ('[[product]]\nname = "a"\nstandard_cycle_s = 1.0\n[[product]]\nname = "a"\nstandard_cycle_s = 1.0', "5: product 'a' is there already, at line 129; give each its own"),
    ('[modes]\nlongest_stop = "2takt"', "2: [modes]: longest_stop: no parts are made meanwhile; write it in minutes or hours"),
    ('[modes]\nstop_reasons = ["a", "a"]', "2: stop_reasons: 'a' is there twice; write each reason once"),
    ("[[exception]]\ndate = '2026-12-24'\nwork = false\n" * 401, "1201: more than 400 [[exception]]; this is one station's file, take out what it never uses"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BAD, ids=[expected[:50] for _, expected in BAD])
def test_a_contradiction_is_refused_where_it_stands(tmp_path, text, expected):
    """Each names its line and what to write instead."""
    found, complaints = checked(tmp_path, text)
    assert expected in complaints
    assert (found is not None) == ("warning" in expected)


def test_exceptions_need_shifts(tmp_path):
    """Where work is always planned there is nothing to except from."""
    text = EXAMPLE.read_text(encoding="utf-8")
    begin, end = text.index("\n[[shift]]\n"), text.index("# --- what the station can see")
    path = tmp_path / "station.toml"
    path.write_text(
        text[:begin] + '\n[[exception]]\ndate = "2026-12-24"\nwork = false\n' + text[end:], encoding="utf-8"
    )
    assert ["[[exception]] without [[shift]]: there is nothing to except from; write the shifts first"] == [
        each.text for each in config.check(path)[1]
    ]
