"""What one observation costs: `Station.step` with all detectors of the example station, and the agent's whole turn."""

from __future__ import annotations

import contextlib
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from gpiozero.pins.mock import MockFactory

from edge_agent import clock, config
from edge_agent.agent import assembly
from edge_agent.agent.time_signal import TimeSignal
from edge_agent.observations import CycleEnd, Observation, Reading
from edge_agent.standard import to_ns
from edge_agent.station.station import Station
from tests.bench.bed import Bed
from tests.bench.figures import ratio, say, spread, table

REPEATS = 7
CYCLES = 1_000  # in one repeat: the drift's baseline of 100 is learned in a tenth of it
PACE_NS = to_ns(52.0)  # inside the standard of 55 s: nothing is raised, every detector judges
WALL_NS = 1_795_392_000 * clock.NS_PER_S  # 2026-11-23, 00:00 UTC
KINDS = ("cycle end", "reading", "tick")
US = 1_000  # ns

Step = Callable[[Observation | None, int], object]


class Floor:
    """What Python itself asks for a method call that looks one thing up."""

    def __init__(self) -> None:
        self.known = dict.fromkeys((CycleEnd, Reading, type(None)), 0)

    def step(self, seen: Observation | None, now_ns: int) -> int:  # noqa: ARG002 - the shape of Station.step
        """Look one thing up."""
        return self.known[type(seen)]


def history(began_ns: int) -> list[tuple[str, Observation | None, int]]:
    """A good shift: a cycle, a reading a second later, a tick a second after that."""
    seen: list[tuple[str, Observation | None, int]] = []
    for number in range(1, CYCLES + 1):
        ended_ns = began_ns + number * PACE_NS + (number % 7) * 100_000_000
        read_ns, tick_ns = ended_ns + to_ns(1.0), ended_ns + to_ns(2.0)
        seen += [
            ("cycle end", CycleEnd(ended_ns, "cycle"), ended_ns),
            ("reading", Reading(read_ns, "bore_gauge", "bore_mm", 25.0 + (number % 9) / 1000), read_ns),
            ("tick", None, tick_ns),
        ]
    return seen


def timed(step: Step, seen: list[tuple[str, Observation | None, int]]) -> dict[str, float]:
    """The median of each kind of step, in microseconds."""
    costs_ns: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for kind, observation, now_ns in seen:
        began_ns = clock.now_ns()
        step(observation, now_ns)
        costs_ns[kind].append(clock.now_ns() - began_ns)
    return {kind: statistics.median(costs) / US for kind, costs in costs_ns.items()}


def whole_turn(bed: Bed) -> dict[str, float]:
    """`Agent.turn` with lamps, journal, recorder and control socket, told the history's time, in microseconds."""
    settings = config.load(bed.config)
    with contextlib.ExitStack() as held:
        agent = assembly.assemble(settings, MockFactory(), held)
        told = [clock.now_ns()]
        agent.now_ns = lambda: told[0]
        agent.time_signal = TimeSignal(lambda: WALL_NS + told[0], lambda: True)  # the history's own: nobody sets it

        def turn(seen: Observation | None, now_ns: int) -> None:
            told[0] = now_ns
            agent.wake_ns = now_ns  # what a tick would sleep is not its cost
            if seen is not None:
                agent.inbox.post(seen)
            agent.turn()

        while agent.inbox.take(0.05) is not None:  # what the wires said when they were opened
            pass
        return timed(turn, history(clock.now_ns()))


def bare_step(bed: Bed) -> dict[str, float]:
    """`Station.step` alone, in microseconds."""
    settings = config.load(bed.config)
    tiers = () if settings.stack is None else settings.stack.tiers()
    station = Station(settings.workplace(), settings.watches(), settings.response, tiers, plan=settings.plan())
    station.begin(0)
    return timed(station.step, history(0))


def run() -> None:
    """Print the cost of a step and of a turn beside the floor."""
    floors, steps, turns = [], [], []
    for _ in range(REPEATS):
        with tempfile.TemporaryDirectory() as folder:
            bed = Bed(Path(folder))
            floors.append(timed(Floor().step, history(0)))
            steps.append(bare_step(bed))
            turns.append(whole_turn(bed))
            bed.close()
    rows = []
    for kind in KINDS:
        floor = [repeat[kind] for repeat in floors]
        for name, repeats in (("floor", floors), ("Station.step", steps), ("Agent.turn", turns)):
            costs = [repeat[kind] for repeat in repeats]
            rows.append((f"{kind}: {name}", spread(costs, 2), ratio(costs, floor)))
    table(("µs an observation, min / median / max of repeats", "µs", "x floor"), rows)
    busiest_us = statistics.median(max(repeat.values()) for repeat in turns)
    say(f"A station that sees one thing a second spends {busiest_us / 1e6:.4%} of one core on its turns.")
    say()
