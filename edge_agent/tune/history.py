"""What a recording saw, as columns: cycles of each sensor, readings of each characteristic, parts good or bad."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from edge_agent.events import AgentStarted, Event
from edge_agent.observations import (
    CycleEnd,
    CycleStart,
    Gone,
    Judged,
    Observation,
    Overflowed,
    Planning,
    Reading,
    Returned,
)
from edge_agent.pace.ledger import Ledger
from edge_agent.planning.plan import Plan
from edge_agent.recording import Begin
from edge_agent.rerun import Step
from edge_agent.standard import NS_PER_S, Workplace
from edge_agent.station.cycles import Cycles

MOST = 5_000_000  # steps: ten years of one a minute; their columns take 200 MB, and a Pi has little more to spare
PLANNING = get_args(Planning)

Floats = NDArray[np.float64]


class Series(NamedTuple):
    """One column over the recording's own time.

    Args:
        of: the sensor whose cycles they are, or the characteristic.
        at_s: seconds since the recording began, shape (n,), never falling; runs follow each other without a gap.
        values: cycle times in s, readings in the characteristic's unit, or 1.0 for a bad part and 0.0 for a good one.
    """

    of: str
    at_s: Floats
    values: Floats

    def __len__(self) -> int:
        return len(self.values)


class History(NamedTuple):
    """A recording as columns, by sensor or characteristic.

    Args:
        runs: where on the recording's axis each run of the station began: its own stamp in ns, and the seconds.
        length_s: from the first step to the last.
    """

    cycles: dict[str, Series]
    readings: dict[str, Series]
    parts: dict[str, Series]
    runs: tuple[tuple[int, float], ...]
    length_s: float


class TooMuch(ValueError):  # noqa: N818 - reads as what it is
    """The recording has more steps than are looked at in one go."""


class Columns:
    """Takes steps one by one and keeps what can be drawn or tuned; forgets the rest."""

    def __init__(self, workplace: Workplace, plan: Plan | None = None) -> None:
        self.workplace = workplace
        self.plan = plan
        self.ledger: Ledger | None = None  # of the run being read: what is planned is its business
        self.known = {characteristic.name for characteristic in workplace.characteristics}
        self.cycles = Cycles(workplace)
        self.found: dict[tuple[str, str], tuple[array[float], array[float]]] = {}
        self.runs: list[tuple[int, float]] = []
        self.began_ns = 0  # of the run being read
        self.before_s = self.last_s = 0.0  # length of the runs before it; the newest instant
        self.steps = 0

    def take(self, step: Step) -> None:
        """Take one step.

        Raises:
            TooMuch: after five million of them.
        """
        self.steps += 1
        if self.steps > MOST:
            message = f"more than {MOST:,} steps; cut the recording, a year of cycles is plenty"
            raise TooMuch(message)
        if isinstance(step, Begin):
            self.cycles = Cycles(self.workplace)
            self.began_ns, self.before_s = step.now_ns, self.last_s
            self.runs.append((step.now_ns, self.before_s))
            if self.plan is not None:
                self.ledger = Ledger(self.plan, say=lambda _at_ns, _data: None)
                self.ledger.begin(step.now_ns)
        elif self.runs:
            self.last_s = max(self.last_s, self._at_s(step.now_ns))
            if isinstance(step.seen, PLANNING):
                self._plan(step.seen)
            elif step.seen is not None:
                self._see(step.seen)

    def _plan(self, seen: Planning) -> None:
        if self.ledger is not None:
            self.ledger.take(seen)

    def _see(self, seen: Observation) -> None:
        match seen:
            case CycleStart():
                self.cycles.start(seen)
            case CycleEnd():
                self._leave_out_planned_time(seen)
                length_ns = self.cycles.end(seen).duration_ns
                if length_ns is not None and length_ns > 0:
                    self._keep("cycle", seen.sensor, seen.at_ns, length_ns / NS_PER_S)
            case Reading() if seen.characteristic in self.known:
                self._read(seen)
            case Judged() if seen.characteristic in self.known:
                self._keep("part", seen.characteristic, seen.at_ns, float(not seen.good))
            case Gone() | Returned():
                self.cycles.forget(seen.sensor)
            case Overflowed():
                for source in self.workplace.sources:
                    self.cycles.forget(source.name)

    def _leave_out_planned_time(self, seen: CycleEnd) -> None:
        """Give a cycle that spans a break no length, as the station does."""
        began_ns = self.cycles.began_ns.get(seen.sensor)
        if self.ledger is not None:
            self.ledger.advance(seen.at_ns)
            if began_ns is not None and self.ledger.spans_planned(began_ns):
                self.cycles.forget(seen.sensor)

    def _read(self, seen: Reading) -> None:
        self._keep("reading", seen.characteristic, seen.at_ns, seen.value)
        good = seen.good is not False and self.workplace.characteristic(seen.characteristic).accepts(seen.value)
        self._keep("part", seen.characteristic, seen.at_ns, float(not good))

    def _keep(self, what: str, of: str, at_ns: int, value: float) -> None:
        at_s, values = self.found.setdefault((what, of), (array("d"), array("d")))
        at_s.append(max(self._at_s(at_ns), at_s[-1] if at_s else 0.0))
        values.append(value)

    def _at_s(self, at_ns: int) -> float:
        return self.before_s + (at_ns - self.began_ns) / NS_PER_S

    def history(self) -> History:
        """All that was kept."""
        kept: dict[str, dict[str, Series]] = {"cycle": {}, "reading": {}, "part": {}}
        for (what, of), (at_s, values) in self.found.items():
            kept[what][of] = Series(of, np.frombuffer(at_s), np.frombuffer(values))
        return History(kept["cycle"], kept["reading"], kept["part"], tuple(self.runs), self.last_s)


def gathered(steps: Iterable[Step], workplace: Workplace, plan: Plan | None = None) -> History:
    """The history of these steps. What no station of this workplace could take is left for `rerun.events` to refuse.

    Args:
        plan: what is planned, for a recording that was told the time: a cycle that spans a break is none.

    Raises:
        TooMuch: more than five million steps.
    """
    columns = Columns(workplace, plan)
    for step in steps:
        columns.take(step)
    return columns.history()


def on_axis(history: History, said: Iterable[Event]) -> Iterator[tuple[float, Event]]:
    """Each event a rerun said, with its instant in seconds since the recording began; a run opens with its start."""
    run = -1
    for event in said:
        run += isinstance(event.data, AgentStarted)
        began_ns, before_s = history.runs[run]
        yield before_s + (event.at_ns - began_ns) / NS_PER_S, event
