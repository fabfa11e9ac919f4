"""The running sums of an hour and of a shift, and all that a ledger must remember over a restart.

Everything here is counted, in whole nanoseconds of CLOCK_MONOTONIC and whole parts; nothing knows the plan.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from edge_agent.events import CallAcknowledged, CallAttended, CallCleared, CallLineStop, CallRaised, Data
from edge_agent.events.accounts import CallsTold, CallTold, Elements, GapTold, Loss, Lost, NuisanceTold
from edge_agent.pace.pace import Paced, Standing, standing
from edge_agent.planning.calendar import Calendar, Kind
from edge_agent.planning.schedule import Mode, What
from edge_agent.planning.wall import Wall
from edge_agent.standard import to_s

Element = Literal["apt", "adet", "adot", "aust", "blind", "planned", "not_scheduled"]
ELEMENT_OF: dict[Loss, Element] = {"slow": "adet", "micro_stop": "adet", "stoppage": "adot"}
PLANNED: dict[Kind, Element] = {
    "break": "planned",
    "planned_stop": "planned",
    "changeover": "aust",
    "not_scheduled": "not_scheduled",
}
TOP_GAPS = 3  # what a huddle can talk about
MOST_CALLS = 100  # of an hour, one every 36 s; those beyond are counted as left out
MOST_GAP_CALLS = 6  # kinds of calls named with a gap: as many as people can pull for


FractionText = Annotated[str, msgspec.Meta(pattern=r"^[0-9]+(/[1-9][0-9]*)?\Z", max_length=4000)]
"""A fraction as text; Python reads no longer ones."""


class Gap(msgspec.Struct, kw_only=True):
    """A stretch without the part that was due, as far as it lies in what is tallied."""

    began_ns: int
    loss: Loss
    lost_ns: int = 0
    calls: tuple[str, ...] = ()

    def told(self, calendar: Calendar, wall: Wall) -> GapTold:
        """As the board shows it."""
        began = calendar.text(wall.label_ns(self.began_ns))
        return GapTold(began=began, lost_ns=self.lost_ns, loss=self.loss, calls=self.calls)


class Tally(msgspec.Struct, kw_only=True):
    """Sums since `began_ns`; `unseen` parts became due while it could not be seen; `gap` is the one that may go on."""

    began_ns: int = 0
    elements: dict[Element, int] = {}
    losses: dict[Loss, Lost] = {}
    made: int = 0
    unseen: int = 0
    good: int = 0
    rejected: int = 0
    gaps: list[Gap] = []
    gap: Gap | None = None
    nuisance: dict[str, NuisanceTold] = {}
    floods: int = 0

    def count(self, source: str, what: str) -> None:
        """Count what makes people stop listening to a source: `raised`, `fleeting`; or a flood of all of them."""
        if what == "floods":
            self.floods += 1
            return
        told = self.nuisance.get(source, NuisanceTold(source=source))
        self.nuisance[source] = msgspec.structs.replace(told, **{what: getattr(told, what) + 1})

    def add(self, element: Element, ns: int) -> None:
        """Book time on an element."""
        self.elements[element] = self.elements.get(element, 0) + ns

    def lose(self, began_ns: int, ns: int, loss: Loss, calls: tuple[str, ...]) -> None:
        """Book lost time of the gap that began at `began_ns`."""
        if self.gap is None:
            self.gap = Gap(began_ns=began_ns, loss=loss)
        self.gap.lost_ns += ns
        self.gap.loss, self.gap.calls = loss, calls
        lost = self.losses.get(loss, Lost())
        self.losses[loss] = Lost(lost.count, lost.ns + ns)
        self.add(ELEMENT_OF[loss], ns)

    def close_gap(self) -> None:
        """Count the gap as what it was in the end, and keep it if it is one of the longest."""
        gap, self.gap = self.gap, None
        if gap is None:
            return
        lost = self.losses[gap.loss]
        self.losses[gap.loss] = Lost(lost.count + 1, lost.ns)
        self.gaps = sorted([*self.gaps, gap], key=lambda each: (-each.lost_ns, each.began_ns))[:TOP_GAPS]

    def told(self) -> Elements:
        """The elements as they are told."""
        return Elements(**{f"{element}_ns": ns for element, ns in self.elements.items()})

    def moved(self, by_ns: int) -> None:
        """Go on with a clock that reads `by_ns` more."""
        self.began_ns += by_ns
        for gap in [*self.gaps, *([self.gap] if self.gap is not None else [])]:
            gap.began_ns += by_ns


class CallSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The stamps of one call that concern the running hour; None for what has not happened."""

    call: int
    kind: str
    raised_ns: int
    acknowledged_ns: int | None = None
    attended_ns: int | None = None
    cleared_ns: int | None = None
    line_stop: bool = False

    def told(self, calendar: Calendar, wall: Wall) -> CallTold:
        """As the board shows it."""
        waited_s = {
            f"{stamp}_s": None if at_ns is None else to_s(at_ns - self.raised_ns)
            for stamp, at_ns in (
                ("acknowledged", self.acknowledged_ns),
                ("attended", self.attended_ns),
                ("cleared", self.cleared_ns),
            )
        }
        raised = calendar.text(wall.label_ns(self.raised_ns))
        return CallTold(call=self.call, kind=self.kind, raised=raised, line_stop=self.line_stop, **waited_s)


class CallTally(msgspec.Struct, kw_only=True):
    """The calls of the running hour one by one, and those of the shift by kind."""

    seen: list[CallSeen] = []
    left_out: int = 0
    by_kind: dict[str, CallsTold] = {}

    def note(self, data: Data, at_ns: int) -> None:
        """Take from an event what concerns a call."""
        match data:
            case CallRaised():
                self._raised(data, at_ns)
            case CallAcknowledged():
                self._stamp(data.call, acknowledged_ns=at_ns)
            case CallAttended():
                self._stamp(data.call, attended_ns=at_ns)
                kind = self.by_kind.get(data.kind, CallsTold(kind=data.kind))
                self.by_kind[data.kind] = msgspec.structs.replace(
                    kind,
                    attended=kind.attended + 1,
                    waited_s=kind.waited_s + data.waited_s,
                    longest_s=max(kind.longest_s, data.waited_s),
                )
            case CallLineStop():
                self._stamp(data.call, line_stop=True)
                kind = self.by_kind.get(data.kind, CallsTold(kind=data.kind))
                self.by_kind[data.kind] = msgspec.structs.replace(kind, line_stops=kind.line_stops + 1)
            case CallCleared():
                self._stamp(data.call, cleared_ns=at_ns)

    def next_hour(self) -> None:
        """Forget the calls that are over; those still open concern the next hour too."""
        self.seen, self.left_out = [call for call in self.seen if call.cleared_ns is None], 0

    def next_shift(self) -> None:
        """Count anew."""
        self.by_kind = {}

    def _raised(self, data: CallRaised, at_ns: int) -> None:
        kind = self.by_kind.get(data.kind, CallsTold(kind=data.kind))
        self.by_kind[data.kind] = msgspec.structs.replace(kind, raised=kind.raised + 1)
        if len(self.seen) < MOST_CALLS:
            self.seen.append(CallSeen(call=data.call, kind=data.kind, raised_ns=at_ns))
        else:
            self.left_out += 1

    def _stamp(self, number: int, **stamps: Any) -> None:
        self.seen = [msgspec.structs.replace(call, **stamps) if call.call == number else call for call in self.seen]


class Round(msgspec.Struct, kw_only=True):
    """The judgements of one part, as far as that can be told without knowing which part is which.

    A round ends when a characteristic is judged again, with a cycle, and with the hour. Its first judgement counts a
    part; it is rejected as soon as one of its judgements is bad. Where some gauges judge a part before its cycle ends
    and others after, a round holds judgements of two parts that follow each other.
    """

    judged: tuple[str, ...] = ()  # characteristics
    rejected: bool = False

    def judge(self, characteristic: str, good: bool) -> tuple[int, int]:
        """Take a judgement; parts that are good and rejected by it, more or fewer than before."""
        if characteristic in self.judged:
            self.judged, self.rejected = (), False
        first, spoilt = not self.judged, not good and not self.rejected
        self.judged, self.rejected = (*self.judged, characteristic), self.rejected or not good
        return int(first and good) - int(spoilt and not first), int(spoilt)


class Account(msgspec.Struct, kw_only=True):
    """What a ledger must not forget; stamps are ns of CLOCK_MONOTONIC of the boot in which it was kept.

    Args:
        at_ns: up to here every nanosecond is booked, or pending in `gap_ns`.
        kept_ns: when it was kept: what is later was not seen.
        shift_key: date and name of the running shift.
        hour_from_ns, hour_until_ns: wall time of the running hour; None while the wall clock is not known.
        due: parts due in the shift so far, a fraction as text: `"17/2"`.
        due_before: whole parts due when the hour began.
        gap_ns, booked_ns: working time since the last part, and how much of it is booked.
        planned_ns: the last instant that was not working time.
    """

    at_ns: int = 0
    kept_ns: int = 0
    wall: Wall | None = None
    product: str | None = None
    modes: dict[What, Mode] = {}
    shift_key: tuple[str, str] | None = None
    hour_from_ns: int | None = None
    hour_until_ns: int | None = None
    hour: Tally = msgspec.field(default_factory=Tally)
    shift: Tally = msgspec.field(default_factory=Tally)
    round: Round = msgspec.field(default_factory=Round)
    calls: CallTally = msgspec.field(default_factory=CallTally)
    due: FractionText = "0"
    due_before: int = 0
    standing: Standing = "on_pace"
    gap_began_ns: int = 0
    gap_ns: int = 0
    booked_ns: int = 0
    gap_calls: tuple[str, ...] = ()
    planned_ns: int | None = None

    def hour_is_over(self, shift_key: tuple[str, str] | None) -> bool:
        """Whether another hour or shift runs by the clock on the wall; False while that is not known."""
        if self.wall is None or self.hour_from_ns is None or self.hour_until_ns is None:
            return False
        inside = self.hour_from_ns <= self.wall.calendar_ns(self.at_ns) < self.hour_until_ns
        return not inside or shift_key != self.shift_key

    def paced(self, due: int) -> Paced:
        """How the shift stands, so many parts being due."""
        return Paced(self.at_ns, due, self.shift.made, self.shift.unseen, self.standing == "behind")

    def stand(self, due: int, parts: int, clear_at: int) -> None:
        """Tell whether that is behind or ahead, by these limits."""
        self.standing = standing(-self.paced(due).missing, self.standing, parts, clear_at)

    def count(self, source: str, what: str) -> None:
        """Count what makes people stop listening to a source, in the hour and in the shift."""
        for tally in (self.hour, self.shift):
            tally.count(source, what)

    def judge(self, characteristic: str, good: bool) -> tuple[int, int]:
        """Count parts by a judgement; how many more or fewer are good and rejected by it."""
        good_ones, rejected = self.round.judge(characteristic, good)
        for tally in (self.hour, self.shift):
            tally.good += good_ones
            tally.rejected += rejected
        return good_ones, rejected

    def copied(self) -> Account:
        """The same, and nothing shared."""
        return msgspec.json.decode(msgspec.json.encode(self), type=Account)

    def moved(self, by_ns: int) -> Account:
        """The same on a clock that reads `by_ns` more: CLOCK_MONOTONIC begins anew with each boot."""
        account = self.copied()
        for stamp in ("at_ns", "kept_ns", "gap_began_ns", "planned_ns"):
            at_ns = getattr(account, stamp)
            setattr(account, stamp, None if at_ns is None else at_ns + by_ns)
        account.wall = account.wall and account.wall.moved(by_ns)
        account.modes = {
            what: msgspec.structs.replace(mode, until_ns=mode.until_ns + by_ns) for what, mode in account.modes.items()
        }
        account.hour.moved(by_ns)
        account.shift.moved(by_ns)
        account.calls.seen = [_moved(call, by_ns) for call in account.calls.seen]
        return account


def _moved(call: CallSeen, by_ns: int) -> CallSeen:
    names = ("raised_ns", "acknowledged_ns", "attended_ns", "cleared_ns")
    return msgspec.structs.replace(
        call, **{name: at_ns + by_ns for name in names if (at_ns := getattr(call, name)) is not None}
    )
