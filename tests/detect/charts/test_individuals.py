"""Limits of single values and the constants of control charts equal the handbooks'."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge_agent.detect.charts.individuals import D2_EXACT, D2_PRINTED, constants, individuals_limits
from edge_agent.detect.charts.run_length import normal_cdf

REFERENCE = Path(__file__).parents[2] / "reference"
EXAMPLE: dict[str, Any] = json.loads((REFERENCE / "worked_examples.json").read_text())["nist_6322_individuals"]
TABLE = list(csv.DictReader((REFERENCE / "control_chart_constants.csv").read_text(encoding="utf-8").splitlines()))


def test_the_handbooks_example() -> None:
    """NIST/SEMATECH 6.3.2.2 divides by 1.128: limits within 1e-9 computed, half a digit printed, no value beyond."""
    limits = individuals_limits(EXAMPLE["x"], d2=D2_PRINTED)
    assert EXAMPLE["published"]["xbar"] == pytest.approx(limits.centre, rel=1e-9)
    assert EXAMPLE["computed"]["mrbar"] == pytest.approx(limits.mean_range, rel=1e-9)
    assert EXAMPLE["computed"]["ucl"] == pytest.approx(limits.upper, rel=1e-9)
    assert EXAMPLE["computed"]["lcl"] == pytest.approx(limits.lower, rel=1e-9)
    assert EXAMPLE["published"]["ucl"] == pytest.approx(limits.upper, abs=0.00005)
    assert EXAMPLE["published"]["lcl"] == pytest.approx(limits.lower, abs=0.00005)
    assert all(limits.lower <= value <= limits.upper for value in EXAMPLE["x"])


def test_packages_divide_by_the_exact_constant() -> None:
    """With d2 1.128379 the limits are 0.03 % nearer: both are right, and the choice has a name."""
    limits = individuals_limits(EXAMPLE["x"])
    assert (45.81759, 55.80241) == (round(limits.lower, 5), round(limits.upper, 5))
    assert limits.mean_range / D2_EXACT == limits.sigma
    assert 3.2665319 * limits.mean_range == pytest.approx(limits.upper_range, rel=1e-7)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"n={row['n']}")
def test_constants_equal_the_table(row: dict[str, str]) -> None:
    """Within 1e-9 up to seven values, and where no range is in it; the table's own integration is coarser beyond.

    From eight values on its range constants are off by up to 1.2e-8 (d2) and, amplified, 1.4e-7 (D1): see the next
    test, which computes d2 another way.
    """
    n = int(row["n"])
    ours = constants(n)._asdict()
    for name, value in row.items():
        if name != "n":
            coarse = n >= 8 and name not in {"c4", "A", "A3", "B3", "B4"}
            assert float(value) == pytest.approx(ours[name], rel=2e-7 if coarse else 1e-9, abs=1e-15), name


@pytest.mark.parametrize("n", range(2, 26))
def test_the_mean_range_another_way(n: int) -> None:
    """d2 is also the integral of 1 - cdf^n - (1 - cdf)^n: within 1e-11 for every n."""
    cdf = np.array([normal_cdf(x) for x in np.arange(-12.0, 12.001, 0.02).tolist()])
    assert 0.02 * float(np.sum(1.0 - cdf**n - cdf[::-1] ** n)) == pytest.approx(constants(n).d2, rel=1e-11)


def test_closed_forms() -> None:
    """d2 and d3 of two and three values have closed forms: within 1e-11."""
    assert D2_EXACT == pytest.approx(constants(2).d2, rel=1e-11)
    assert math.sqrt(2.0 - 4.0 / math.pi) == pytest.approx(constants(2).d3, rel=1e-11)
    assert 3.0 / math.sqrt(math.pi) == pytest.approx(constants(3).d2, rel=1e-11)
    square = 2.0 + 3.0 * math.sqrt(3.0) / math.pi  # mean square range of three values
    assert math.sqrt(square - 9.0 / math.pi) == pytest.approx(constants(3).d3, rel=1e-11)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (([1.0],), "needs two values"),
        (([],), "needs two values"),
        (([1.0, math.nan],), "value 1 is nan"),
        (([1.0, 2.0], 0.0), "above 0"),
        (([1.0, 2.0], 3.0, math.nan), "above 0"),
    ],
)
def test_senseless_values_are_refused(arguments: tuple[Any, ...], complaint: str) -> None:
    """The complaint says what is missing."""
    values, sigmas, d2 = (*arguments, 3.0, D2_EXACT)[:3] if len(arguments) == 1 else (*arguments, D2_EXACT)[:3]
    with pytest.raises(ValueError, match=complaint):
        individuals_limits(values, sigmas=sigmas, d2=d2)


@pytest.mark.parametrize("n", [-1, 0, 1, 26])
def test_a_sample_has_two_to_twenty_five_values(n: int) -> None:
    """Beyond, the range says too little, and the complaint says so."""
    with pytest.raises(ValueError, match="2 to 25 values"):
        constants(n)
