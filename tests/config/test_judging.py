"""A rule that could never find anything, or that takes a good part for a fault, is refused with a remedy."""
# ruff: noqa: E501 - complaints are compared as they are printed

from pathlib import Path

import pytest

from edge_agent import config
from tests.config.reworded import reworded

EXAMPLE = (Path(__file__).parents[2] / "examples" / "station.toml").read_text(encoding="utf-8")
LIMITS = "lower = 24.980\nupper = 25.020\n"
DRIFT = 'kind = "slow_drift"\nmode = "observe"'
NONE = "{}: bore_mm has no limit, and no sensor says by itself what is good: it could never find anything; write lower or upper in its table"
LOST = "good parts would make bore_gauge lost; write it"


@pytest.fixture
def complaints(tmp_path):
    """What `check` has against the example with one text in place of another: line and complaint."""

    def of(*pairs):
        text = reworded(EXAMPLE, *pairs)
        path = tmp_path / "station.toml"
        path.write_text(text, encoding="utf-8")
        lines = text.splitlines()
        return [
            (lines[each.line - 1].partition("#")[0].strip(), each.severity, each.text) for each in config.check(path)[1]
        ]

    return of


@pytest.mark.parametrize("kind", ["out_of_spec", "consecutive_defects", "defect_rate"])
def test_what_has_no_limit_is_never_bad(complaints, kind):
    """A reading of 9999 would earn green; one limit is enough, and so is a device that judges by itself."""
    rule = ('kind = "out_of_spec"', f'kind = "{kind}"')
    assert [(f'kind = "{kind}"', "error", NONE.format(kind))] == complaints((LIMITS, ""), rule)
    assert [] == complaints((LIMITS, "upper = 25.020\n"), rule)
    assert [] == complaints((LIMITS, ""), rule, ('profile = "mitutoyo"', 'profile = "norbar"'))
    pattern = "pattern = '(?P<judge>OK|NOK)'"
    assert [] == complaints((LIMITS, ""), rule, ('profile = "mitutoyo"', pattern))


@pytest.mark.parametrize("of", ["cycle"])
def test_what_sends_no_readings_is_never_stuck(complaints, of):
    """A pulse has no value that could stay the same."""
    said = f"stuck: {of} sends no readings, so it could never be found stuck; write of = 'bore_gauge', or take this out"
    assert [(f'of = "{of}"', "error", said)] == complaints((DRIFT, f'kind = "stuck"\nof = "{of}"'))
    assert [] == complaints((DRIFT, 'kind = "stuck"\nof = "bore_gauge"'))


def test_a_good_part_can_be(complaints):
    """A range of the sensor that ends inside the specification would call three good parts a fault of it."""
    rule = 'kind = "implausible"\nof = "bore_gauge"\n'
    assert [
        ("lowest = 24.99", "error", f"lowest = 24.99 is above 24.98, which is good for bore_mm: {LOST} lower"),
        ("highest = 25.01", "error", f"highest = 25.01 is below 25.02, which is good for bore_mm: {LOST} higher"),
    ] == complaints((DRIFT, rule + "lowest = 24.99\nhighest = 25.01"))
    assert [] == complaints((DRIFT, rule + "lowest = 24.98\nhighest = 26"))


def test_a_demand_that_nobody_heeds_is_told(complaints):
    """Where a takt is written the plan comes from it; a takt that is only rounded says nothing."""
    said = "demand: 4300 parts are a takt of 6.07 s, but takt_s = 60 holds: early is planned with 435; mend one of them, or take takt_s out and let the demand make it"
    assert [("demand = 4300", "warning", said)] == complaints(("demand = 430", "demand = 4300"))
    assert [] == complaints(("demand = 430", "demand = 420"))


@pytest.mark.parametrize(
    ("breaks", "remedy"),
    [
        ('["14:00-14:30"]', "move it, or take it out"),
        ('["09:00-09:15", "09:10-09:30"]', "make one of both, or move one"),
        ('["06:00-14:00"]', "shorten one, or take the shift out"),
    ],
)
def test_breaks_that_cannot_be_have_a_remedy(complaints, breaks, remedy):
    """Outside, overlapping, or the whole shift."""
    ((_, severity, text),) = complaints(('["09:00-09:15", "12:00-12:30"]', breaks))
    assert ("error", True) == (severity, text.endswith(f"; {remedy}"))
