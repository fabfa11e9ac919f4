"""The charts and their peers, timed by turns in one process; started by bench_charts in the peers' environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from edge_agent import clock
from edge_agent.detect.charts import Chart, Rolling, RollingInt, RunRules
from edge_agent.detect.charts.cusum import Cusum
from edge_agent.detect.charts.ewma import Ewma
from tests.bench import charts_peers as peers
from tests.bench.figures import say, spread, table

REPEATS = 7
WINDOWS = (20, 60, 500, 5000)
SINGLE, SERIES, PACKAGE = 20_000, 200_000, 2_000  # values: told one at a time, as a series, to an SPC package
BLOCK, CHANNELS, LONG = 1_024, 1_000, 1_000_000
NELSON = tuple(f"N{number}" for number in range(1, 9))
COLUMNS = ("", "ns a value: min / median / max", "x the first", "alarms")
random = np.random.default_rng(20240117)

Judged = Mapping[str, tuple[Callable[[Any], Any], Any]]  # a name: what judges, and what it is told


def by_turns(judges: Judged, repeats: int = REPEATS) -> dict[str, tuple[list[float], Any]]:
    """Nanoseconds a value of every judge, once in each repeat, so that a busy moment meets all; and what it said."""
    costs: dict[str, list[float]] = {name: [] for name in judges}
    said: dict[str, Any] = {}
    for _ in range(repeats):
        for name, (judge, values) in judges.items():
            began_ns = clock.now_ns()
            said[name] = judge(values)
            costs[name].append((clock.now_ns() - began_ns) / np.size(values))
    return {name: (costs[name], said[name]) for name in judges}


def show(title: str, measured: dict[str, tuple[list[float], Any]]) -> None:
    """A table with the first judge as the measure of the others; what gives no alarms is a floor."""
    own, alarms = next(iter(measured.values()))
    rows = []
    for name, (costs, said) in measured.items():
        same = peers.agreement(alarms, said) if isinstance(said, set) else "-"
        times = spread([cost / beside for cost, beside in zip(costs, own, strict=True)], 2)
        rows.append((name, spread(costs, 1), times, same))
    table((title, *COLUMNS[1:]), rows)


def stepped(build: Callable[[], Chart]) -> Callable[[list[Any]], peers.Alarms]:
    """One value at a time."""

    def judge(values: list[Any]) -> peers.Alarms:
        step = build().step
        return {number for number, value in enumerate(values) if step(value)}

    return judge


def scanned(build: Callable[[], Chart], block: int = BLOCK) -> Callable[[Any], peers.Alarms]:
    """By the block."""

    def judge(values: Any) -> peers.Alarms:
        scan = build().scan
        words = [scan(values[start : start + block]) for start in range(0, len(values), block)]
        return set(np.flatnonzero(np.concatenate(words)).tolist())

    return judge


def everything(values: list[float]) -> peers.Alarms:
    """All eight Nelson rules, EWMA, CUSUM and rolling 3-sigma on each value."""
    nelson, ewma = RunRules(NELSON).step, Ewma(0.1, 3.749).step
    cusum, rolling = Cusum(0.5, 7.36).step, Rolling(60).step
    return {number for number, z in enumerate(values) if nelson(z) | ewma(z) | cusum(z) | rolling(z)}


def copied(values: Any) -> None:
    """What memory alone costs: each value read and written once."""
    np.copyto(np.empty_like(values), values)


def one_at_a_time() -> None:
    """Rolling 3-sigma beside river, at each window; then the whole set of rules beside river's one."""
    seconds = random.normal(60.0, 0.5, SINGLE)
    told, micro = seconds.tolist(), np.round(seconds * 1e6).astype(np.int64).tolist()
    for window in WINDOWS:
        judges: dict[str, Any] = {
            "Rolling.step": (stepped(lambda: Rolling(window)), told),  # noqa: B023 - used within this turn
            "RollingInt.step, exact": (stepped(lambda: RollingInt(window)), micro),  # noqa: B023 - the same
        }
        if "river" in peers.THERE:
            judges["river Rolling(Mean) + Rolling(Var)"] = (peers.river_rolling(window), told)
            judges["river Rolling(Var) alone"] = (peers.river_variance(window), told)
        show(f"one value at a time, window {window}", by_turns(judges))
    z = random.normal(size=SINGLE).tolist()
    nelson, ewma, cusum = (lambda: RunRules(NELSON)), (lambda: Ewma(0.1, 3.749)), (lambda: Cusum(0.5, 7.36))
    judges = {"8 Nelson + EWMA + CUSUM + rolling 60": (everything, z)}
    if "river" in peers.THERE:
        judges["river Rolling(Mean) + Rolling(Var), 60"] = (peers.river_rolling(60), z)
    parts = {"all Nelson": nelson, "EWMA": ewma, "CUSUM, two sides": cusum}
    judges |= {f"of it {name}": (stepped(build), z) for name, build in parts.items()}
    measured = by_turns(judges)
    show("the whole set (alarms differ: other rules)", {name: (costs, None) for name, (costs, _) in measured.items()})


def by_the_block() -> None:
    """Rolling 3-sigma on one channel in blocks, beside packages that take the whole series at once."""
    series = random.normal(60.0, 0.5, SERIES)
    for window in WINDOWS:
        judges: dict[str, Any] = {
            f"Rolling.scan, blocks of {BLOCK}": (scanned(lambda: Rolling(window)), series),  # noqa: B023 - within this turn
            "floor: memory, each value copied": (copied, series),
        }
        for name, package, build in (
            ("pandas, whole series", "pandas", peers.pandas_rolling),
            ("bottleneck, whole series", "bottleneck", peers.bottleneck_rolling),
            ("numba, whole series, sums never renewed", "numba", peers.numba_rolling),
        ):
            if package in peers.THERE:
                judges[name] = (build(window), series)
        show(f"by the block, window {window}", by_turns(judges))
    chart = Rolling(60)
    chart.scan(series[:BLOCK])
    alone = by_turns({"call": (chart.scan, series[:1])}, 50 * REPEATS)["call"][0]
    say(
        f"Rolling.scan of a single value, the floor of a call: {spread(alone, 0)} ns, {min(alone) / BLOCK:.1f} a value."
    )
    say()


def many_channels() -> None:
    """All Nelson rules on many channels by the block, beside memory and the price of a call."""
    block = random.normal(size=(BLOCK, CHANNELS))
    chart = RunRules(NELSON, channels=CHANNELS)
    measured = by_turns(
        {
            f"all Nelson, {CHANNELS} channels, blocks of {BLOCK}": (chart.scan, block),
            "floor: memory, each value copied": (copied, block),
        }
    )
    show("channels, ns a channel-value", {name: (costs, None) for name, (costs, _) in measured.items()})
    alone = [cost * CHANNELS for cost in by_turns({"call": (chart.scan, block[:1])}, 10 * REPEATS)["call"][0]]
    say(f"Scan of one row, the floor of a call: {spread(alone, 0)} ns, {min(alone) / block.size:.2f} a channel-value.")
    say()


def beside_packages() -> None:
    """All Nelson rules on a long series; packages on a short one, for they cost the same a value or more on a long."""
    z = random.normal(size=LONG)
    ours: dict[str, Any] = {
        f"RunRules.scan, {LONG:,} values": (scanned(lambda: RunRules(NELSON), LONG), z),
        f"RunRules.scan, {PACKAGE:,} values": (scanned(lambda: RunRules(NELSON), PACKAGE), z[:PACKAGE]),
    }
    for package, build in (
        ("NelsonCheck", peers.nelsoncheck),
        ("mfgqc", peers.mfgqc),
        ("capstat_core", peers.capstat),
    ):
        if package in peers.THERE:
            ours[f"{package}, {PACKAGE:,} values"] = (build(), z[:PACKAGE])
    measured = by_turns(ours)
    long = f"RunRules.scan, {LONG:,} values"
    alarms = {number for number in measured[long][1] if number < PACKAGE}
    show("all Nelson rules, one series", {**measured, long: (measured[long][0], alarms)})
    say("Packages flag other values where they decide otherwise: members of a pattern rather than the value that")
    say("completes it (NelsonCheck), either side for N8 (mfgqc), a strict border for N7.")
    say()


if __name__ == "__main__":
    one_at_a_time()
    by_the_block()
    many_channels()
    beside_packages()
