"""One shift as a plant lives it, drawn from a seed.

Work, what disturbs it, and people who come sooner or later: everything that happens is a deed in an agenda, ordered
by time. A deed tells the station what is seen, and puts what follows from it into the agenda. Between two deeds the
station is woken whenever it is due, as the agent wakes it.
"""

from __future__ import annotations

import datetime as dt
import heapq
import math
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random

from edge_agent.events import CallEscalated, CallRaised, Event, Hour
from edge_agent.observations import (
    Acknowledge,
    Arrive,
    ClockTold,
    CycleEnd,
    CycleStart,
    Observation,
    Reading,
    Restore,
)
from edge_agent.standard import NS_PER_S, to_ns
from tests.life import Life
from tests.shifts.disturbances import DISTURBANCES
from tests.shifts.station import drawn

S, M, H = NS_PER_S, 60 * NS_PER_S, 3600 * NS_PER_S
TICK_NS = 10 * M  # how often the wall clock is told
EARLIEST, LATEST = dt.date(2026, 10, 20), dt.date(2027, 4, 5)  # both nights on which the clock is changed lie within
SIGMA_MM = 0.005

Deed = Callable[[], None]


class Shift:
    """One shift and its seed; `run` lives through it. `counts` say what was said, for whoever wonders."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - a plant, no secret
        self.setting = drawn(self.chance)
        self.agenda: list[tuple[int, int, Deed]] = []
        self.planned = 0  # deeds so far; a tie goes to the one planned first
        self.counts: Counter[str] = Counter()
        self.now_ns = 0  # since the agent was switched on, whatever its own clock reads
        self.wall_ns = self._begins_ns() - self.chance.randint(0, 20 * M)
        self.until_ns = 8 * H + 30 * M
        self.working_from_ns = 0  # nobody works before: a stop, a breakdown
        self.slowness, self.bias_mm = 1.0, 0.0
        self.clock_off_ns = 0  # how far the agent's wall clock is ahead of the plant's
        self.deaf: set[str] = set()  # sensors that say nothing
        self.sees = self.setting.workplace.sources[0].sees
        self.cv = self.chance.uniform(0.02, 0.15)
        self.life = Life(self.setting.made, self.chance.randint(0, 90 * S), reads_back_every=20)

    def run(self) -> Counter[str]:
        """Live through it; answers with how often each thing was said."""
        self.heard(self.life.said)
        if self.chance.random() < 0.8:
            self.tell_time()  # else it is known with the first tick
        for disturbance, mean_ns in DISTURBANCES:
            self._now_and_then(partial(disturbance, self), mean_ns)
        self.after(TICK_NS, self._tick)
        self.after(self.chance.randint(0, 10 * M), self._part)
        while self.agenda and self.agenda[0][0] <= self.until_ns:
            at_ns, _, deed = heapq.heappop(self.agenda)
            self._sleep(at_ns)
            deed()
        self._sleep(self.until_ns)
        return self.counts

    # -- time ----------------------------------------------------------------------------------------------

    def _begins_ns(self) -> int:
        """Wall time at which the shift begins."""
        day = EARLIEST + dt.timedelta(days=self.chance.randrange((LATEST - EARLIEST).days))
        hour, minute = map(int, self.setting.shift.start.split(":"))
        zone = self.setting.plan.calendar.zone
        return int(dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).timestamp()) * S

    def after(self, wait_ns: int, deed: Deed) -> None:
        """Put a deed into the agenda."""
        self.planned += 1
        heapq.heappush(self.agenda, (self.now_ns + wait_ns, self.planned, deed))

    def _now_and_then(self, deed: Deed, mean_ns: int) -> None:
        def again() -> None:
            deed()
            self._now_and_then(deed, mean_ns)

        self.after(round(self.chance.expovariate(1 / mean_ns)), again)

    def _sleep(self, until_ns: int) -> None:
        """Let time pass, unless it has passed already; the station wakes when it wants to."""
        until_ns = max(until_ns, self.now_ns)
        while (due_ns := self.life.station.due_ns()) is not None:
            wait_ns = max(0, due_ns - self.life.now_ns)
            if self.now_ns + wait_ns > until_ns:
                break
            self.let_pass(wait_ns)
            self.see(None)
        self.let_pass(until_ns - self.now_ns)

    def let_pass(self, ns: int) -> None:
        """Let time pass, and nobody look."""
        self.now_ns += ns
        self.wall_ns += ns
        self.life.now_ns += ns

    # -- the station ---------------------------------------------------------------------------------------

    def see(self, seen: Observation | None) -> None:
        """Let the station take one step, and people hear what it says."""
        if seen is None or getattr(seen, "sensor", None) not in self.deaf:
            self.heard(self.life.see(seen))

    def at_ns(self) -> int:
        """The instant of what is seen now: some things are read a little late."""
        return self.life.now_ns - self.chance.choice((0, 0, 0, 1_000, 20_000_000))

    def tell_time(self) -> None:
        """Tell the station the wall clock, as the agent has it."""
        self.see(ClockTold(self.life.now_ns, self.wall_ns + self.clock_off_ns, synchronised=not self.clock_off_ns))

    def _tick(self) -> None:
        self.tell_time()
        self.after(TICK_NS, self._tick)

    # -- work ----------------------------------------------------------------------------------------------

    def _part(self) -> None:
        """The next part is begun, if anybody works."""
        kind = self.setting.plan.calendar.at(self.wall_ns).kind
        if kind != "working" or self.now_ns < self.working_from_ns:
            self.after(self.chance.randint(5 * S, 60 * S), self._part)
            return
        if self.sees == "work":
            self.see(CycleStart(self.at_ns(), "press"))
        usual_s = self.setting.standard_s * self.slowness * 0.97
        self.after(to_ns(usual_s * math.exp(self.chance.gauss(0.0, self.cv))), self._finished)

    def _finished(self) -> None:
        """A part is finished and measured; sometimes the next one has to wait."""
        self.see(CycleEnd(self.at_ns(), "press"))
        value_mm = self.chance.gauss(25.0 + self.bias_mm, SIGMA_MM)
        if self.chance.random() < 0.01:
            value_mm += 0.05
        self.see(Reading(self.life.now_ns, "gauge", "bore_mm", round(value_mm, 4)))
        wait_s = self.setting.standard_s * 0.03
        if self.chance.random() < 0.03:
            wait_s = self.setting.standard_s * self.chance.uniform(0.7, 5.0)
        self.after(to_ns(wait_s), self._part)

    # -- people --------------------------------------------------------------------------------------------

    def heard(self, said: list[Event]) -> None:
        """People see the lamp and the board, and come; sooner or later, or when the next level is called."""
        for event in said:
            self.counts[event.type] += 1
            match event.data:
                case CallRaised(call=call) if self.chance.random() < 0.85:
                    self._answer(call, self.chance.expovariate(1 / (3 * M)))
                case CallEscalated(call=call) if self.chance.random() < 0.7:
                    self._answer(call, self.chance.expovariate(1 / (2 * M)))
                case Hour():
                    self.counts["parts"] += event.data.actual

    def _answer(self, call: int, arrives_ns: float) -> None:
        arrive_ns = round(arrives_ns)
        if self.chance.random() < 0.6:
            via = self.chance.choice(("local", "control", "remote"))
            claim_ns = self.chance.randint(0, arrive_ns + S)
            self.after(claim_ns, lambda: self.see(Acknowledge(self.at_ns(), call, via=via)))
        self.after(arrive_ns, lambda: self.see(Arrive(self.at_ns(), call, who="team_leader")))
        for _ in range(2):  # a restore can come too soon, or from too far away
            arrive_ns += round(self.chance.expovariate(1 / (4 * M)))
            self.after(arrive_ns, self._restored(call))

    def _restored(self, call: int) -> Deed:
        via = "remote" if self.chance.random() < 0.15 else "local"
        verdict = self.chance.choice(("true", "false_alarm", "standard_wrong", None))
        return lambda: self.see(
            Restore(self.at_ns(), call, "team_leader", via, verdict=verdict, ends_stop=via == "local")
        )
