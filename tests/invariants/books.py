"""The ledger of time and parts: what is told adds up, and nothing is left out or told twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from edge_agent.events.accounts import Accounted, Elements, Hour, ShiftSummary
from edge_agent.observations import Judged, Observation, Reading, Samples
from edge_agent.pace.ledger import LONGEST_ABSENCE_NS
from edge_agent.station.station import Station
from tests.invariants.must import must


@dataclass
class Books:
    """What the hours have told, and what they have still to tell.

    Args:
        told_ns: up to here hours have been told; None before the first start.
        shift_ns: the first instant since then at which a shift ran.
        made, judged: parts and judgements since then; `seen` are judgements of the step that is taken.
        hours: those of the running shift.
    """

    told_ns: int | None = None
    shift_ns: int | None = None
    made: int = 0
    judged: int = 0
    seen: int = 0
    doubted: bool = False
    hours: list[Hour] = field(default_factory=list)

    def begun(self, now_ns: int, before_ns: int) -> None:
        """The station has begun; after a long absence, or on a clock that was set back, it counts anew."""
        if self.told_ns is None or not 0 <= now_ns - before_ns <= LONGEST_ABSENCE_NS:
            self.told_ns, self.shift_ns, self.made, self.judged, self.hours = now_ns, None, 0, 0, []

    def see(self, seen: Observation | None, *, doubted: bool = False) -> None:
        """A step begins: count what it judges; `doubted` where a test ended in it, before what was seen or after."""
        self.doubted = doubted
        if isinstance(seen, (Reading, Judged)):
            self.seen = 1
        elif isinstance(seen, Samples):
            self.seen = len(seen.values)

    def hour(self, at_ns: int, hour: Hour) -> None:
        """An hour has been told."""
        _adds_up(hour)
        began_ns = at_ns - hour.elapsed_ns
        told_ns = began_ns if self.told_ns is None else self.told_ns
        must(began_ns >= told_ns, "no time is told twice", (told_ns, began_ns, hour))
        quiet = began_ns == told_ns or self.shift_ns is None or self.shift_ns >= began_ns
        must(quiet, "no hour of a shift is left out", (told_ns, self.shift_ns, began_ns))
        must(hour.actual == self.made, f"every part is in an hour; {self.made} were made", hour)
        this_one = hour.good + hour.rejected - self.judged  # a step may end an hour before or after what it has seen
        must(this_one in {0, self.seen}, f"every judgement is in an hour: {self.judged}", hour)
        self.told_ns, self.shift_ns, self.made, self.judged, self.seen = at_ns, None, 0, 0, self.seen - this_one
        if self.hours and _key(hour) != _key(self.hours[-1]):
            must(self.hours[-1].shift is None, "a shift that is over is told", self.hours[-1])
            self.hours = []
        self.hours.append(hour)
        if hour.shift is not None:
            must(hour.cumulative == sum(each.difference for each in self.hours), "differences add up", self.hours)
        for call in hour.calls:
            stamps = (call.acknowledged_s or 0, call.attended_s or 0, call.cleared_s or 0)
            must(min(stamps) >= 0, "nobody answers a call before it is raised", call)

    def shift(self, shift: ShiftSummary) -> None:
        """A shift has been told: it is its hours."""
        _adds_up(shift)
        must({_key(shift)} == {_key(hour) for hour in self.hours}, "a shift is told after its last hour", shift)
        for part in ("plan", "actual", "difference", "good", "rejected", "elapsed_ns"):
            hours = sum(getattr(hour, part) for hour in self.hours)
            must(getattr(shift, part) == hours, f"a shift is its hours, {part} {hours}", shift)
        must(shift.elements == summed(hour.elements for hour in self.hours), "a shift is its hours", shift)
        self.hours = []

    def moved(self, by_ns: int) -> None:
        """Go on with a clock that reads `by_ns` more."""
        self.told_ns = None if self.told_ns is None else self.told_ns + by_ns
        self.shift_ns = None if self.shift_ns is None else self.shift_ns + by_ns

    def check(self, station: Station, now_ns: int) -> None:
        """What is not told yet adds up too, and begins where the last hour ended."""
        account = station.ledger.account
        if not self.doubted or account.hour.good + account.hour.rejected != self.judged:
            self.judged += self.seen
        self.seen = 0
        must(account.at_ns == now_ns, "the books are kept up to now", account.at_ns)
        for tally in (account.hour, account.shift):
            booked_ns = tally.told().elapsed_ns + account.gap_ns - account.booked_ns
            must(now_ns - tally.began_ns == booked_ns, f"time adds up, {now_ns - tally.began_ns} ns", tally)
        must(account.hour.began_ns >= (self.told_ns or 0), "no time is told twice", account.hour)
        must(account.hour.made == self.made, f"every part is counted: {self.made}", account.hour)
        judged = account.hour.good + account.hour.rejected
        must(judged == self.judged, f"every judgement is counted: {self.judged}", account.hour)
        if account.shift_key is None and self.shift_ns == now_ns:
            self.shift_ns = None  # the clock was set in this very instant
        elif account.shift_key is not None and self.shift_ns is None:
            self.shift_ns = now_ns


def _adds_up(told: Accounted) -> None:
    must(told.elapsed_ns == told.elements.elapsed_ns, "the elements are the elapsed time", told)
    lost_ns = told.elements.adet_ns + told.elements.adot_ns
    must(lost_ns == sum(lost.ns for lost in told.losses.values()), "the losses are the time lost", told)
    must(told.difference == told.actual - told.plan, "the difference is actual less plan", told)


def _key(told: Accounted) -> tuple[str | None, str | None]:
    return told.date, told.shift


def summed(elements: Iterable[Elements]) -> Elements:
    """Several elements as one."""
    every = tuple(elements)
    return Elements(**{name: sum(getattr(each, name) for each in every) for name in Elements.__struct_fields__})
