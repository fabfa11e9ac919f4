"""Limits on bad parts: exact run lengths, at the share of bad parts that the recording shows."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from edge_agent.detect import consecutive_defects, defect_rate
from edge_agent.detect.charts.bernoulli import bernoulli_arl
from edge_agent.tune.history import Series
from edge_agent.tune.records import Delay
from edge_agent.tune.usual import too_few_for_a_limit

TIMES = (2.0, 3.0, 5.0, 10.0)  # the usual share: what is worth finding
FEWEST_BAD = 10  # bad parts; below, their share is known no better than within a third and the setting stays
MOST_SHARE = 0.2  # of bad parts; beyond, there is no usual to keep to
H_STEP, HIGHEST_H = 0.01, 50.0
MOST_IN_A_ROW = 1000
NEVER = 1e9  # parts: two thousand years of one a minute


class Parts(NamedTuple):
    """How many parts the recording has, and how many of them were bad."""

    total: int
    bad: int

    @property
    def share(self) -> float:
        """Share of bad parts."""
        return self.bad / self.total


def counted(series: Series | None) -> Parts | str:
    """The parts of one characteristic, or why they say nothing."""
    parts = Parts(0, 0) if series is None else Parts(len(series), int(series.values.sum()))
    problem = too_few_for_a_limit(parts.total, "judged parts")
    if problem is None and parts.share > MOST_SHARE:
        problem = f"{parts.bad} of {parts.total} parts are bad: put that right first, no limit makes it usual"
    return problem or parts


def rate(settings: defect_rate.Settings, parts: Parts, between: float) -> dict[str, Any]:
    """The parts of an advice on `defect_rate`.

    Raises:
        ValueError: no limit is quiet enough, or the rates are too close to be told apart.
    """
    known = parts.bad >= FEWEST_BAD
    usual = float(f"{parts.share:.2g}") if known else settings.usual
    too_many = float(f"{min(0.9, usual * settings.too_many / settings.usual):.2g}")
    h = limit_for(usual, too_many, between)
    shares = [min(1.0, times * usual) for times in TIMES]
    note = f"{parts.bad} bad of {parts.total}" + ("" if known else ": too few to know their share, it stays as set")
    return {
        "usual": None,
        "shown": ("usual", "too_many", "h"),
        "changed": {"usual": usual, "too_many": too_many, "h": h},
        "limit": f"h = {h:g}, from {100 * usual:g} % to {100 * too_many:g} % bad",
        "method": "exact",
        "between_now": bernoulli_arl(settings.usual, settings.too_many, settings.h, rate=usual),
        "between_then": bernoulli_arl(usual, too_many, h),
        "delays": tuple(
            Delay(shift=times, means=f"{100 * share:g} %", values=bernoulli_arl(usual, too_many, h, rate=share))
            for times, share in zip(TIMES, shares, strict=True)
        ),
        "notes": (note,),
    }


def limit_for(usual: float, too_many: float, between: float) -> float:
    """The lowest h, rounded up to 0.01, with at least `between` parts between two false calls.

    Raises:
        ValueError: there is none up to 50.
    """
    low, high = 0, round(HIGHEST_H / H_STEP)
    if bernoulli_arl(usual, too_many, HIGHEST_H / 4) >= between:
        high //= 4  # the run length grows with exp(h): the search need not go where it takes longest
    elif bernoulli_arl(usual, too_many, HIGHEST_H) < between:
        message = f"no h up to {HIGHEST_H:g} has {between:,.0f} parts between two false calls; ask for more of them"
        raise ValueError(message)
    while high - low > 1:
        middle = (low + high) // 2
        if bernoulli_arl(usual, too_many, middle * H_STEP) >= between:
            high = middle
        else:
            low = middle
    return round(high * H_STEP, 2)


def row(settings: consecutive_defects.Settings, parts: Parts, between: float) -> dict[str, Any]:
    """The parts of an advice on `consecutive_defects`."""
    most_bad = parts.bad + 2.0 * math.sqrt(parts.bad) + 3.0  # with 95 % certainty: none in a hundred is not never
    share = min(0.99, most_bad / parts.total)
    many = next((many for many in range(2, MOST_IN_A_ROW) if in_a_row(many, share) >= between), MOST_IN_A_ROW)
    return {
        "usual": None,
        "shown": ("many",),
        "changed": {"many": many},
        "limit": f"{many} in a row, at no more than {100 * share:.2g} % bad",
        "method": "exact",
        "between_now": _known(in_a_row(settings.many, share)),
        "between_then": _known(in_a_row(many, share)),
        "delays": tuple(
            Delay(shift=times, means=f"{100 * bad:.2g} %", values=_known(in_a_row(many, bad)))
            for times, bad in ((times, min(1.0, times * share)) for times in TIMES)
        ),
        "notes": (f"{parts.bad} bad of {parts.total}",),
    }


def in_a_row(many: int, share: float) -> float:
    """Parts until `many` bad ones follow each other, on average: (p^-k - 1) / (1 - p)."""
    if share >= 1.0:
        return float(many)
    return math.expm1(min(-many * math.log(share), 700.0)) / (1.0 - share)  # 700: no overflow


def _known(parts: float) -> float | None:
    """A run length that means something; beyond a thousand million it is never."""
    return parts if parts < NEVER else None
