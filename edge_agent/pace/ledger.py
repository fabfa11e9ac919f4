"""The books of one station: every nanosecond on one element, every part against the plan, hour by hour.

The rules:

1. The elements add up to the elapsed time to the nanosecond, in every hour and in every shift.
2. A stop that runs into a break is split there, not relabelled: the break is planned time, before and after it
   the stop goes on. A gap is judged by its working time, when it ends or when the hour is told; told is told.
3. Parts become due in working time only. A stop nobody planned is working time; a break, a planned stop and a
   changeover are not. A part is counted whenever it is made. It is judged by the round: see `Round`.
4. What the agent did not see, a sensor lost or itself not running, is blind, and the parts due in it are unseen.
5. Hours are told at full hours of the wall clock and at the ends of shifts; a step of the wall clock moves
   those that are still to come, and nothing that is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from edge_agent.events import CallRaised, CallUpdated, Data, Event
from edge_agent.events.accounts import PlanChanged
from edge_agent.observations import Changeover, ClockTold, PlannedStop, Planning, ProductChosen
from edge_agent.pace import board
from edge_agent.pace.pace import Due, Paced, split
from edge_agent.pace.tally import MOST_GAP_CALLS, PLANNED, Account, Element, Round, Tally
from edge_agent.planning.calendar import Scheduled
from edge_agent.planning.plan import Plan
from edge_agent.planning.schedule import Schedule, What
from edge_agent.planning.wall import Wall
from edge_agent.standard import NS_PER_S, to_ns

WAKE_NS = NS_PER_S  # a press of 20 strokes a second is not looked at for each part that becomes due
LONGEST_ABSENCE_NS = 24 * 3600 * NS_PER_S  # longer away, and a day of blind hours would only bury the board


class Ledger:
    """The books, written by what the station tells; `say` takes what is to be said. All times CLOCK_MONOTONIC, ns.

    Nothing is told for the time before `advance` has reached it: the station advances first, then tells.
    """

    def __init__(self, plan: Plan, say: Callable[[int, Data], None], memory: Account | None = None) -> None:
        self.plan = plan
        self.say = say
        self.remembered = memory is not None
        self.account = Account() if memory is None else memory.copied()
        self.schedule = Schedule(plan.calendar, plan.modes, self.account.modes)
        self.planned = Scheduled(kind="working", until_ns=None)
        self.boundary_ns: int | None = None  # when the plan is to be looked at anew; kept, being asked every turn
        self.blind_since_ns: int | None = None
        self._set_pace(Fraction(self.account.due))

    # -- from without --------------------------------------------------------------------------------------

    def begin(self, now_ns: int) -> None:
        """Start, or go on after a restart: what happened since the memory was kept was not seen."""
        account = self.account
        if not self.remembered:
            self._start(now_ns)
            return
        self.planned = self.schedule.at(account.at_ns, account.wall)
        self._look_ahead()
        gone_bad = account.kept_ns - account.at_ns > LONGEST_ABSENCE_NS  # it would be lived through for ever
        self.advance(account.at_ns if gone_bad else account.kept_ns)
        if gone_bad or not 0 <= now_ns - account.kept_ns <= LONGEST_ABSENCE_NS:
            self._close(account.at_ns, shift_too=True)
            self._start(now_ns)
            return
        self.see(False, account.at_ns)
        self.advance(now_ns)
        self.see(True, now_ns)

    def due_ns(self) -> int | None:
        """When it wants to be asked again: a boundary of the plan, the next hour, the next part that becomes due."""
        if self.planned.kind != "working":
            return self.boundary_ns
        part_ns = self.account.at_ns + (self.due.wait_ns if self.each_part else WAKE_NS)
        return part_ns if self.boundary_ns is None or part_ns < self.boundary_ns else self.boundary_ns

    def advance(self, now_ns: int) -> None:
        """Do everything that is due by `now_ns`, in order of time, and book up to there."""
        while (due_ns := self.due_ns()) is not None and due_ns <= now_ns:
            self._pass(due_ns)
            if due_ns == self.boundary_ns:
                self._turn()
            else:
                self._stand()
        self._pass(now_ns)

    def take(self, seen: Planning) -> bool:
        """Take what is said of time and plan; False where it changes nothing."""
        self.advance(seen.at_ns)
        match seen:
            case ClockTold():
                self._tell_time(seen)
                return True
            case PlannedStop() | Changeover():
                return self._switch(seen)
            case ProductChosen():
                return self._choose(seen)

    def hold(self, plan: Plan) -> None:
        """Measure by another plan from here on: what is booked, and the parts that are due already, stay."""
        self._judge_gap()
        self.plan, self.schedule.calendar = plan, plan.calendar
        self._set_pace(self.due.exact)
        self._turn()

    def part(self, at_ns: int) -> None:
        """Count a part that is finished; the gap before it is over."""
        self.advance(at_ns)
        self._end_gap()
        self.account.round = Round()
        for tally in self._tallies():
            tally.made += 1
        self._stand()

    def see(self, seeing: bool, at_ns: int) -> None:
        """Note that cycles cannot be seen any more, or can again; after a cycle's length the gap begins anew."""
        self.advance(at_ns)
        since_ns = self.blind_since_ns
        if seeing and since_ns is not None:
            self.blind_since_ns = None
            if at_ns - since_ns >= self.standard_ns:  # a part may have been made
                self._end_gap()
        elif not seeing and since_ns is None:
            self._judge_gap()
            self.blind_since_ns = at_ns

    def note(self, event: Event) -> None:
        """Note what was said of a call."""
        account, data = self.account, event.data
        account.calls.note(data, event.at_ns)
        kind = data.kind if isinstance(data, CallRaised) else data.also if isinstance(data, CallUpdated) else ""
        account.gap_calls = tuple(dict.fromkeys((*account.gap_calls, *filter(None, [kind]))))[:MOST_GAP_CALLS]

    def spans_planned(self, started_ns: int) -> bool:
        """Whether time that was not working time has passed since: a cycle that spans a break is no cycle."""
        return self.account.planned_ns is not None and started_ns < self.account.planned_ns

    def paced(self) -> Paced:
        """How the shift stands: this is what is called behind, on the board and on the lamp."""
        return self.account.paced(self.due.parts)

    def memory(self, now_ns: int) -> Account:
        """What must be kept over a restart."""
        self.account.due, self.account.kept_ns = str(self.due.exact), max(now_ns, self.account.at_ns)
        return self.account.copied()

    # -- time --------------------------------------------------------------------------------------------------

    def _pass(self, to_ns: int) -> None:
        """Let time pass as planned; working time is pending until its gap is judged."""
        account, kind = self.account, self.planned.kind
        passed_ns = to_ns - account.at_ns
        if passed_ns <= 0:
            return
        account.at_ns = to_ns
        if kind != "working":
            account.planned_ns = to_ns
            self._book(PLANNED[kind], passed_ns)
            return
        before = self.due.parts
        self.due.work(passed_ns)
        if self.blind_since_ns is None:
            account.gap_ns += passed_ns
        else:
            self._book("blind", passed_ns, self.due.parts - before)

    def _book(self, element: Element, ns: int, unseen: int = 0) -> None:
        for tally in self._tallies():
            tally.add(element, ns)
            tally.unseen += unseen

    def _judge_gap(self) -> None:
        """Book what is pending, by how long the gap has lasted."""
        account = self.account
        piece = split(account.booked_ns, account.gap_ns - account.booked_ns, self.standard_ns)
        account.booked_ns = account.gap_ns
        for tally in self._tallies():
            if piece.production_ns:
                tally.add("apt", piece.production_ns)
            if piece.lost_ns:
                tally.lose(account.gap_began_ns, piece.lost_ns, piece.loss, account.gap_calls)

    def _end_gap(self) -> None:
        """Book what is pending; the next gap begins here."""
        account = self.account
        self._judge_gap()
        for tally in self._tallies():
            tally.close_gap()
        account.gap_began_ns, account.gap_ns, account.booked_ns, account.gap_calls = account.at_ns, 0, 0, ()

    def _stand(self) -> None:
        self.account.stand(self.due.parts, self.plan.parts, self.plan.clear_at)

    # -- boundaries --------------------------------------------------------------------------------------------

    def _turn(self) -> None:
        """Look at the plan anew: modes that ran out, another hour, another shift, another kind of time."""
        account, before = self.account, self.planned
        for what, mode in self.schedule.run_out(account.at_ns).items():
            ended = PlanChanged(what=what, on=False, why=mode.why, who=mode.who, via=None, ran_out=True)
            self.say(account.at_ns, ended)
        self.planned = self.schedule.at(account.at_ns, account.wall)
        if before.kind in {"not_scheduled", "changeover"} and self.planned.kind == "working":
            self._end_gap()  # work begins: what was before is no part of its first gap
        if account.hour_is_over(key := self._key()):
            self._close(account.at_ns, shift_too=key != account.shift_key)
            self._open(account.at_ns)
        self._look_ahead()
        self._stand()

    def _look_ahead(self) -> None:
        """Know the next boundary: of the plan, of the hour, of what a person began."""
        account = self.account
        self.boundary_ns = self.schedule.due_ns(account.wall, self.planned.until_ns, account.hour_until_ns)

    def _key(self) -> tuple[str, str] | None:
        return None if self.planned.occurrence is None else self.planned.occurrence.key

    def _close(self, at_ns: int, shift_too: bool) -> None:
        """Tell the running hour, and the shift if it is over; the gap goes on in the next."""
        account = self.account
        self._judge_gap()
        account.hour.close_gap()
        if (told := board.hour(self)) is not None:
            self.say(at_ns, told)
            account.calls.next_hour()
        account.hour, account.round = Tally(began_ns=at_ns), Round()
        if shift_too:
            account.shift.close_gap()
            if (summary := board.shift(self)) is not None:
                self.say(at_ns, summary)
            account.shift, account.standing = Tally(began_ns=at_ns), "on_pace"
            self.due = Due(Fraction(0), self.pace_ns)
            account.calls.next_shift()
        account.due_before = self.due.parts

    def _start(self, at_ns: int) -> None:
        """Begin to count."""
        account = self.account
        account.at_ns = account.hour.began_ns = account.shift.began_ns = at_ns
        self._end_gap()
        self._open(at_ns)

    def _open(self, at_ns: int) -> None:
        """Give the running hour and shift their names."""
        account = self.account
        self.planned = self.schedule.at(at_ns, account.wall)
        account.shift_key = self._key()
        if account.wall is not None:
            account.hour_from_ns = account.wall.calendar_ns(at_ns)
            account.hour_until_ns = self.plan.calendar.next_hour_ns(account.hour_from_ns)
        self._look_ahead()

    # -- what people and the shell say -------------------------------------------------------------------------

    def _tell_time(self, told: ClockTold) -> None:
        known = self.account.wall
        self.account.wall = Wall.first(told) if known is None else known.told(told)
        if known is None:
            self._open(self.account.at_ns)  # what was counted before belongs to the hour that is now known
        else:
            self._turn()

    def _switch(self, said: PlannedStop | Changeover) -> bool:
        if not self.schedule.switch(said, self.account.at_ns):
            return False
        what: What = "planned_stop" if isinstance(said, PlannedStop) else "changeover"
        changed = PlanChanged(what=what, on=said.on, why=said.why, who=said.who, via=said.via, role=said.role)
        self.say(self.account.at_ns, changed)
        self._turn()
        return True

    def _choose(self, said: ProductChosen) -> bool:
        """Measure against another product's standard from here on; one that is not known changes nothing."""
        if said.product == self.account.product or all(each.name != said.product for each in self.plan.products):
            return False
        self._judge_gap()
        self.account.product = said.product
        self._set_pace(self.due.exact)
        chosen = PlanChanged(
            what="product", on=True, why="", who=said.who, via=said.via, product=said.product, role=said.role
        )
        self.say(self.account.at_ns, chosen)
        return True

    def _set_pace(self, due: Fraction) -> None:
        self.standard_ns = to_ns(self.plan.standard_of(self.account.product).standard_cycle_s)
        self.pace_ns = self.plan.pace_ns(self.account.product)
        self.due, self.each_part = Due(due, self.pace_ns), self.pace_ns >= WAKE_NS

    def _tallies(self) -> Iterable[Tally]:
        return self.account.hour, self.account.shift
