"""What each kind of detector should be set to: one adviser a kind, and the table of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from edge_agent.detect import (
    consecutive_defects,
    cycle_overrun,
    defect_rate,
    reading_drift,
    run_rules,
    short_cycle,
    slow_drift,
)
from edge_agent.detect.baseline import MOST
from edge_agent.detect.drift import Settings as DriftSettings
from edge_agent.detect.rule import Settings
from edge_agent.kind import kind_of
from edge_agent.standard import Workplace
from edge_agent.tune import defects, drifts, patterns, usual
from edge_agent.tune.history import History
from edge_agent.tune.records import Advice, Setting
from edge_agent.tune.singles import Tail

FACTOR_STEP = 0.001  # factors are rounded to this: 0.1 % of the standard


class Case(NamedTuple):
    """One detector to be advised on.

    Args:
        of: what it judges. place: which it is among the `[[detect]]`.
        between: cycles between two false calls that are wanted.
    """

    settings: Settings
    of: str
    place: int
    workplace: Workplace
    history: History
    between: float

    @property
    def name(self) -> str:
        """The detector's name, as findings have it."""
        return f"{kind_of(type(self.settings))}:{self.of}"

    def per_cycle(self, count: int) -> float:
        """How many readings or parts come with a cycle, going by the recording; 1 where it has no cycles."""
        cycles = sum(len(series) for series in self.history.cycles.values())
        return count / cycles if cycles and count else 1.0

    def of_cycles(self) -> bool:
        """Whether cycles are judged, not readings."""
        return self.of in self.workplace.cycle_sources()

    def sample(self) -> usual.Sample | str:
        """What is usual of the values it judges, or why no limit can be taken from them."""
        if self.of_cycles():
            found = usual.of_cycles(self.history.cycles.get(self.of), self.workplace)
        else:
            found = usual.of_readings(self.history.readings.get(self.of), self.workplace, self.of)
        if isinstance(found, str):
            return found
        baseline = int(getattr(self.settings, "baseline", 0))
        what = "cycles" if self.of_cycles() else "readings"
        return usual.too_few_for_a_limit(found.usual.count, what, baseline) or found.unquiet or found

    def values_between(self, sample: usual.Sample) -> float:
        """The wanted false calls in values: readings may come more or less often than cycles."""
        return self.between * (1.0 if self.of_cycles() else self.per_cycle(sample.usual.count))

    def advice(self, **parts: Any) -> Advice:
        """An advice on this detector; `present` shows the settings it may change."""
        shown = parts.pop("shown")
        present = {key: _plain(getattr(self.settings, key)) for key in shown}
        changed = {key: value for key, value in parts.pop("changed").items() if value != present.get(key)}
        msgspec.structs.replace(self.settings, **changed)  # what the file would refuse is not proposed
        counts = parts.pop("counts", "cycles" if self.of_cycles() else "readings")
        return Advice(
            detector=self.name,
            index=self.place,
            mode=self.settings.mode,
            counts=counts,
            present=present,
            changed=changed,
            **parts,
        )


Adviser = Callable[[Any, Case], Advice | str]


def drift(settings: DriftSettings, case: Case) -> Advice | str:
    """`slow_drift` and `reading_drift`: the limit of the chart they use."""
    sample = case.sample()
    if isinstance(sample, str):
        return sample
    chart = drifts.Drift.of(settings, sample, ["upper"] if case.of_cycles() else ["upper", "lower"])
    between = case.values_between(sample)
    limit = chart.limit_for(between)
    present = getattr(settings, chart.key)
    baseline = max(settings.baseline, min(MOST, sample.usual.count // 2))  # half of it, so that some is left to judge
    off = chart.between_off(limit, between, baseline)
    note = "" if off is None else f": one in {off:,.0f} where it is one standard error too low"
    return case.advice(
        usual=sample.usual,
        shown=(chart.key, "baseline"),
        changed=drifts.changed(settings, chart.key, limit) | {"baseline": baseline},
        notes=(f"the rate holds for a baseline that is right; one of {baseline} is never quite{note}",),
        limit=f"{chart.key} = {limit:g} sigma",
        method=chart.method,
        between_now=chart.between(present, between),
        between_then=chart.between(limit, between),
        delays=chart.delays(limit),
    )


def overrun(settings: cycle_overrun.Settings, case: Case) -> Advice | str:
    """`cycle_overrun`: the factor, and whether the baseline may tighten it."""
    return _single(settings, case, 1.0, cycle_overrun.LEAST_FACTOR)


def short(settings: short_cycle.Settings, case: Case) -> Advice | str:
    """`short_cycle`: the same on the other side."""
    return _single(settings, case, -1.0, short_cycle.MOST_FACTOR)


def _single(
    settings: cycle_overrun.Settings | short_cycle.Settings, case: Case, side: float, nearest: float
) -> Advice | str:
    """A limit on single cycles, `side` 1.0 above and -1.0 below; `nearest` is the factor nearest to the standard."""
    sample = case.sample()
    if isinstance(sample, str):
        return sample
    tail = Tail.of(sample, side)
    sigmas_of = _Scale(sample, side, case.workplace.standard.standard_cycle_s, nearest)
    factor = sigmas_of.factor(tail.limit_for(case.between))
    factor = round((math.ceil if side > 0 else math.floor)(factor / FACTOR_STEP + side * -1e-6) * FACTOR_STEP, 3)
    factor = side * max(side * factor, side * nearest)
    baseline = settings.baseline if side * sigmas_of.baseline_factor() >= side * factor else 0
    now, then = sigmas_of.in_force(settings.factor, settings.baseline), sigmas_of.in_force(factor, baseline)
    notes = [] if baseline == settings.baseline else ["4 sigma of the baseline would call more often: baseline = 0"]
    if factor == nearest:
        notes.append(f"{nearest:g} x standard is as near as a limit may be: work varies by itself")
    if side > 0 and factor > slow_drift.STOP:
        notes.append("the limit is beyond 1.7 x standard, where stops begin: these cycles vary too much for it")
    return case.advice(
        usual=sample.usual,
        shown=("factor", "baseline"),
        changed={"factor": factor, "baseline": baseline},
        limit=f"{factor:g} x standard = {factor * case.workplace.standard.standard_cycle_s:.1f} s",
        method=tail.method(case.between),
        between_now=tail.between(now, case.between),
        between_then=tail.between(then, case.between),
        delays=tail.delays(then, side),
        notes=tuple(notes),
    )


class _Scale(NamedTuple):
    """Factors of the standard cycle and sigmas of the sample, one as the other; `side` says where outside is."""

    sample: usual.Sample
    side: float
    standard_s: float
    nearest: float

    def factor(self, sigmas: float) -> float:
        return math.exp(self.sample.fit.centre + self.side * sigmas * self.sample.fit.spread) / self.standard_s

    def sigmas(self, factor: float) -> float:
        return self.side * (math.log(factor * self.standard_s) - self.sample.fit.centre) / self.sample.fit.spread

    def baseline_factor(self) -> float:
        """The factor that four sigma of the baseline come to, never nearer to the standard than allowed."""
        return self.side * max(self.side * self.factor(cycle_overrun.SIGMAS), self.side * self.nearest)

    def in_force(self, factor: float, baseline: int) -> float:
        """The limit that such settings work with, in sigma: the tighter one, once there is a baseline."""
        tighter = self.side * min(self.side * factor, self.side * self.baseline_factor()) if baseline else factor
        return self.sigmas(tighter)


def rules(settings: run_rules.Settings, case: Case) -> Advice | str:
    """`run_rules`: they have no limit to move; where they call too often they belong in the log, not on the lamp."""
    sample = case.sample()
    if isinstance(sample, str):
        return sample
    between = case.values_between(sample)
    chart = patterns.Patterns.of(settings.rules, sample)
    found = chart.between(between)
    loud = settings.mode == "light" and (found is not None and found < between)
    return case.advice(
        usual=sample.usual,
        shown=("mode",),
        changed={"mode": "observe"} if loud else {},
        limit=f"{', '.join(settings.rules)}: no limit to move",
        method=chart.method,
        between_now=found,
        between_then=found,
        delays=chart.delays(),
        notes=("too many false calls for a lamp: to the log",) if loud else (),
    )


def defect_shares(settings: defect_rate.Settings, case: Case) -> Advice | str:
    """`defect_rate`: the usual share as recorded, and the limit for it."""
    parts = defects.counted(case.history.parts.get(case.of))
    if isinstance(parts, str):
        return parts
    return case.advice(counts="parts", **defects.rate(settings, parts, case.between * case.per_cycle(parts.total)))


def defects_in_a_row(settings: consecutive_defects.Settings, case: Case) -> Advice | str:
    """`consecutive_defects`: how many in a row chance does not make."""
    parts = defects.counted(case.history.parts.get(case.of))
    if isinstance(parts, str):
        return parts
    return case.advice(counts="parts", **defects.row(settings, parts, case.between * case.per_cycle(parts.total)))


ADVISERS: dict[type[Settings], Adviser] = {
    cycle_overrun.Settings: overrun,
    short_cycle.Settings: short,
    slow_drift.Settings: drift,
    reading_drift.Settings: drift,
    run_rules.Settings: rules,
    defect_rate.Settings: defect_shares,
    consecutive_defects.Settings: defects_in_a_row,
}
"""A kind that is not here has no limit that false calls could choose: a deadline, a specification, a count."""


def advise(case: Case) -> Advice | str:
    """What to set this detector to, or why nothing is proposed."""
    adviser = ADVISERS.get(type(case.settings))
    if adviser is None:
        return "its limit is a rule of the plant, not of chance"
    try:
        return adviser(case.settings, case)
    except ValueError as error:  # the chart cannot be made so quiet, or so loud; it says why
        return str(error)


def _plain(value: object) -> Setting:
    """A setting as it is shown."""
    return value if isinstance(value, (int, float, str)) else str(msgspec.to_builtins(value))
