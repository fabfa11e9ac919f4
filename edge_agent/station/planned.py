"""What the plan does to the rest of a station: who rests while no work is planned, and what goes on after it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from edge_agent.andon.calls import Calls
from edge_agent.observations import Cycle, CycleEnd, Planning
from edge_agent.pace.ledger import Ledger
from edge_agent.pace.pace import Paced
from edge_agent.planning.plan import Plan
from edge_agent.standard import Workplace
from edge_agent.station.cycles import Cycles
from edge_agent.station.held import Held
from edge_agent.station.senses import Senses
from edge_agent.station.watch import Answer, Watch

WORDS = {
    "break": "Break.",
    "planned_stop": "Planned stop",
    "changeover": "Changeover",
    "not_scheduled": "No shift is scheduled.",
}
BY_THE_CLOCK = {"break", "not_scheduled"}  # what nobody at the station has chosen
NOT_SET = "by a clock that no time server has set"  # a Pi without a battery begins with the time of its last run


class Planned:
    """The ledger's plan in force. All times ns of CLOCK_MONOTONIC.

    In planned time delays are neither looked for nor escalated: nothing is late while nothing is due. An open one is
    held, and goes on where it was when work begins again. A sensor
    may be silent then. Pulls, quality and what sensors do say know no break.
    """

    def __init__(self, workplace: Workplace, ledger: Ledger, watch: Watch, cycles: Cycles, calls: Calls) -> None:
        self.workplace = workplace
        self.ledger = ledger
        self.watch = watch
        self.cycles = cycles
        self.calls = calls
        self.began_ns = 0  # when work did: at the start, after planned time, on another product
        self.shift: tuple[str, str] | None = None  # the last one known
        self._told: Paced | None = None  # how the shift stood when that was told last

    @property
    def rests(self) -> bool:
        """Whether no work is planned now."""
        return self.ledger.planned.kind != "working"

    @property
    def reason(self) -> str:
        """Why no work is planned, a sentence."""
        planned, wall = self.ledger.planned, self.ledger.account.wall
        words = WORDS[planned.kind]
        if planned.kind in BY_THE_CLOCK and wall is not None and not wall.synchronised:
            return f"{words.rstrip('.')}, {NOT_SET}."
        return words if words.endswith(".") else f"{words}: {planned.why}." if planned.why else f"{words}."

    def begin(self, now_ns: int) -> None:
        """Start, or go on after a restart."""
        self.began_ns = now_ns
        self.ledger.begin(now_ns)
        self._turn(now_ns)

    def advance(self, now_ns: int) -> None:
        """Book the time up to `now_ns`, and let the plan have its way there."""
        self.ledger.advance(now_ns)
        self._turn(now_ns)

    def take(self, seen: Planning, now_ns: int) -> None:
        """Take what is said of time and plan; another product brings its standard."""
        before = self.ledger.account.product
        self.ledger.take(seen)
        self._turn(now_ns)
        product = self.ledger.account.product
        if product != before:
            self._measure(at(self.workplace, self.ledger.plan, product))
            self.watch.measure(self.workplace, product, now_ns)
            self.began_ns = now_ns  # nothing is known of this product's work yet, and that is no fault

    def hold(self, held: Held, now_ns: int) -> None:
        """Hold work against something else from here on: as another product does, and specification and settings."""
        self.ledger.hold(held.plan)
        self._turn(now_ns)
        self._measure(at(held.workplace, held.plan, self.ledger.account.product))
        self.watch.hold(self.workplace, held.watches, now_ns)
        self.began_ns = now_ns  # nothing has been judged by this standard yet, and that is no fault

    def _measure(self, workplace: Workplace) -> None:
        """Count and wait by the standard of this workplace."""
        self.workplace = workplace
        self.cycles.takt_s, self.calls.pace_s = workplace.standard.takt_s, workplace.standard.pace_s
        self._told = None

    def part(self, edge: CycleEnd, now_ns: int) -> Cycle:
        """Count a part, and make its cycle; one that spans planned time has no length: nobody worked all of it."""
        began_ns = self.cycles.began_ns.get(edge.sensor)
        if began_ns is not None and self.ledger.spans_planned(began_ns):
            self.cycles.forget(edge.sensor)
        self.ledger.part(now_ns)
        return self.cycles.end(edge)

    def slot_end_ns(self, at_ns: int) -> int | None:
        """The end of the takt slot running at `at_ns`; none runs in planned time, nor in a cycle that spans it."""
        return None if self.rests else self.cycles.slot_end_ns(at_ns, self.ledger.account.planned_ns)

    def pace(self, now_ns: int) -> Iterable[Answer]:
        """Answers to how the shift stands, where that is not what was told last; in planned time nothing is late."""
        if self.rests:
            self._told = None
            return ()
        paced = self.ledger.paced()
        if self._told is not None and msgspec.structs.replace(self._told, at_ns=paced.at_ns) == paced:
            return ()
        self._told = paced
        return self.watch.show(paced, now_ns)

    def look(self, senses: Senses, now_ns: int) -> None:
        """Tell the ledger whether parts can be seen at all: by one sensor at least."""
        self._told = None  # who was not asked meanwhile is told now
        seen = any(senses.tells((sensor,)) for sensor in self.workplace.cycle_sources())
        self.ledger.see(seen and not self.watch.tested, now_ns)

    def _turn(self, now_ns: int) -> None:
        """Let detectors and calls rest, or go on, where that has changed."""
        if self.watch.resting_since_ns is not None and not self.rests:
            self.began_ns = now_ns
            self.watch.resume(now_ns)
            self.calls.rest(False, now_ns)
        elif self.rests and self.watch.resting_since_ns is None:
            self.watch.rest(now_ns)
            self.calls.rest(True, now_ns)
        shift = self.ledger.account.shift_key
        if shift is not None and shift != self.shift:
            if self.shift is not None:
                self.watch.next_shift(now_ns)
            self.shift = shift


def at(workplace: Workplace, plan: Plan, product: str | None) -> Workplace:
    """The workplace while this product is made: the same sensors, held against its standard."""
    return msgspec.structs.replace(workplace, standard=plan.standard_of(product))
