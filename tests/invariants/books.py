"""The ledger of time and parts: what is told adds up, and nothing is left out or told twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from edge_agent.events.accounts import Accounted, Elements, Hour, ShiftSummary
from edge_agent.observations import Judged, Observation, Reading
from edge_agent.pace.ledger import LONGEST_ABSENCE_NS
from edge_agent.station.station import Station
from tests.invariants.must import must


@dataclass
class Books:
    """What the hours have told, and what they have still to tell.

    Args:
        told_ns: up to here hours have been told; None before the first start.
        shift_ns: the first instant since then at which a shift ran.
        made: parts since then; `good` and `rejected` those of them that are judged and whose round is over.
        round: what was judged of the last part, by characteristic.
        seen: the judgement of the step that is taken: when, of what, how.
        hours: those of the running shift.
    """

    told_ns: int | None = None
    shift_ns: int | None = None
    made: int = 0
    good: int = 0
    rejected: int = 0
    round: dict[str, bool] = field(default_factory=dict)
    seen: tuple[int, str, bool] | None = None
    doubted: bool = False
    hours: list[Hour] = field(default_factory=list)

    def begun(self, now_ns: int, before_ns: int) -> None:
        """The station has begun; after a long absence, or on a clock that was set back, it counts anew."""
        if self.told_ns is None or not 0 <= now_ns - before_ns <= LONGEST_ABSENCE_NS:
            self.told_ns, self.hours = now_ns, []
            self._next_hour()

    def see(self, station: Station, seen: Observation | None, *, doubted: bool = False) -> None:
        """A step begins: note what it judges; `doubted` where a test ended in it, before what was seen or after."""
        self.doubted, self.seen = doubted, None
        if isinstance(seen, (Reading, Judged)) and (good := _verdict(station, seen)) is not None:
            self.seen = seen.at_ns, seen.characteristic, good

    def part(self) -> None:
        """A cycle has ended: what is judged from here on is another part."""
        self.made += 1
        self._next_round()

    def hour(self, at_ns: int, hour: Hour) -> None:
        """An hour has been told."""
        _adds_up(hour)
        began_ns = at_ns - hour.elapsed_ns
        told_ns = began_ns if self.told_ns is None else self.told_ns
        must(began_ns >= told_ns, "no time is told twice", (told_ns, began_ns, hour))
        quiet = began_ns == told_ns or self.shift_ns is None or self.shift_ns >= began_ns
        must(quiet, "no hour of a shift is left out", (told_ns, self.shift_ns, began_ns))
        must(hour.actual == self.made, f"every part is in an hour; {self.made} were made", hour)
        if self.seen and self.seen[0] < at_ns and not (self.doubted and (hour.good, hour.rejected) == self._judged()):
            self._judge()  # a step may end an hour before what it has seen, or after
        must((hour.good, hour.rejected) == self._judged(), f"every judgement is in an hour: {self._judged()}", hour)
        self.told_ns = at_ns
        self._next_hour()
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
        judged, known = (account.hour.good, account.hour.rejected), set(account.round.judged)
        if self.seen and not (self.doubted and judged == self._judged() and known == self.round.keys()):
            self._judge()
        must(account.at_ns == now_ns, "the books are kept up to now", account.at_ns)
        for tally in (account.hour, account.shift):
            booked_ns = tally.told().elapsed_ns + account.gap_ns - account.booked_ns
            must(now_ns - tally.began_ns == booked_ns, f"time adds up, {now_ns - tally.began_ns} ns", tally)
        must(account.hour.began_ns >= (self.told_ns or 0), "no time is told twice", account.hour)
        must(account.hour.made == self.made, f"every part is counted: {self.made}", account.hour)
        must(judged == self._judged(), f"every judgement is counted: {self._judged()}", account.hour)
        if account.shift_key is None and self.shift_ns == now_ns:
            self.shift_ns = None  # the clock was set in this very instant
        elif account.shift_key is not None and self.shift_ns is None:
            self.shift_ns = now_ns

    def _judge(self) -> None:
        assert self.seen is not None
        (_, characteristic, good), self.seen = self.seen, None
        if characteristic in self.round:
            self._next_round()
        self.round[characteristic] = good

    def _judged(self) -> tuple[int, int]:
        """Good and rejected parts of the hour, the last one as it is known so far."""
        good = bool(self.round) and all(self.round.values())
        return self.good + good, self.rejected + (bool(self.round) and not good)

    def _next_round(self) -> None:
        (self.good, self.rejected), self.round = self._judged(), {}

    def _next_hour(self) -> None:
        self.shift_ns, self.made, self.good, self.rejected, self.round = None, 0, 0, 0, {}


def _verdict(station: Station, seen: Reading | Judged) -> bool | None:
    """How the device judges, or a limit does; None where neither is there."""
    if isinstance(seen, Judged):
        return seen.good
    limits = station.workplace.characteristic(seen.characteristic)
    inside = None if (limits.lower, limits.upper) == (None, None) else limits.accepts(seen.value)
    return min((each for each in (inside, seen.good) if each is not None), default=None)


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
