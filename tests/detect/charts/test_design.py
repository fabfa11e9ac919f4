"""Limits are found from the wanted time between false calls, and delays from the limits."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import pytest

from edge_agent.detect.charts.design import CusumDesign, Design, EwmaDesign, ShewhartDesign, delay, limit_for

ROWS = list(
    csv.DictReader(
        (Path(__file__).parents[2] / "reference" / "designs_arl10000.csv").read_text(encoding="utf-8").splitlines(),
    )
)
DESIGNS: dict[str, tuple[Design, float]] = {
    "Shewhart upper 3.719": (ShewhartDesign(sides=("upper",)), 3.719),
    "Shewhart two-sided 3.891": (ShewhartDesign(), 3.891),
    "CUSUM upper k.25 h13.11": (CusumDesign(0.25, sides=("upper",)), 13.11),
    "CUSUM upper k.5 h7.361": (CusumDesign(0.5, sides=("upper",)), 7.361),
    "CUSUM upper k1 h3.814": (CusumDesign(1.0, sides=("upper",)), 3.814),
    "CUSUM two-sided k.5 h8.053": (CusumDesign(0.5), 8.053),
    "EWMA two-sided .05 L3.627": (EwmaDesign(0.05), 3.627),
    "EWMA two-sided .1 L3.749": (EwmaDesign(0.1), 3.749),
    "EWMA two-sided .2 L3.834": (EwmaDesign(0.2), 3.834),
    "EWMA two-sided .4 L3.879": (EwmaDesign(0.4), 3.879),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["design"])
def test_designs_quiet_enough_for_a_lamp(row: dict[str, str]) -> None:
    """For 10,000 cycles between false calls: each limit to its last digit, each delay within 1 %."""
    design, printed = DESIGNS[row["design"]]
    limit = limit_for(design, 10_000)
    assert printed == pytest.approx(limit, abs=0.002 if printed > 10.0 else 0.0006)
    for shift, samples in row.items():
        if shift != "design":
            assert float(samples) == pytest.approx(delay(design, limit, float(shift)), rel=0.01)


@pytest.mark.parametrize(
    "design",
    [
        ShewhartDesign(),
        CusumDesign(0.0, sides=("lower",)),
        CusumDesign(1.5),
        CusumDesign(0.5, head_start=0.5),
        EwmaDesign(0.03),
        EwmaDesign(1.0),
        EwmaDesign(0.2, time_varying=True),
    ],
)
@pytest.mark.parametrize("arl0", [20.0, 370.4, 1234.5])
def test_a_limit_gives_the_run_length_asked_for(design: Design, arl0: float) -> None:
    """There and back: within 1e-8."""
    assert arl0 == pytest.approx(design.arl(limit_for(design, arl0)), rel=1e-8)


def test_published_limits_are_found() -> None:
    """Hawkins's h for an ARL of 370 and the textbook's EWMA limits for 500, to the printed digits."""
    for k, h in ((0.25, 8.01), (0.5, 4.77), (0.75, 3.34), (1.0, 2.52), (1.25, 1.99), (1.5, 1.61)):
        assert h == pytest.approx(limit_for(CusumDesign(k), 370.0), abs=0.02)
    for weight, limit in ((0.05, 2.615), (0.1, 2.814), (0.2, 2.962), (0.25, 2.998), (0.4, 3.054)):
        assert limit == pytest.approx(limit_for(EwmaDesign(weight), 500.0), abs=0.001)


def test_very_quiet_charts_have_limits_too() -> None:
    """A hundred million samples between false calls: the search ends and the limit gives them."""
    for design in (CusumDesign(0.5), ShewhartDesign(), EwmaDesign(0.1)):
        assert 1e8 == pytest.approx(design.arl(limit_for(design, 1e8)), rel=1e-6)


@pytest.mark.parametrize(
    ("design", "arl0", "complaint"),
    [
        (ShewhartDesign(), 1.5, "arl0 is 2 to"),
        (ShewhartDesign(), math.nan, "arl0 is 2 to"),
        (ShewhartDesign(), math.inf, "arl0 is 2 to"),
        (CusumDesign(3.0), 5.0, "less often than once in 5.0"),
        (CusumDesign(0.0), 1e6, "more often than once in 1000000.0"),
        (CusumDesign(-1.0), 370.0, "k is an allowance"),
        (EwmaDesign(0.0), 370.0, "weight is a share"),
        (CusumDesign(0.5, head_start=0.6), 370.0, "head_start is"),
    ],
)
def test_senseless_wishes_are_refused(design: Any, arl0: float, complaint: str) -> None:
    """The complaint says which figure, and what to ask for instead."""
    with pytest.raises(ValueError, match=complaint):
        limit_for(design, arl0)
