"""What is written of planned time: shifts with their breaks and takt, planned stops, exceptions, products."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated, Literal

import msgspec

from edge_agent.standard import NS_PER_S, Span, Standard

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKDAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")
MINUTES_PER_DAY = 24 * 60
TIME = r"^([01]\d|2[0-3]):[0-5]\d$"
SLOT = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"
DATE = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Time = Annotated[str, msgspec.Meta(pattern=TIME)]
Slot = Annotated[str, msgspec.Meta(pattern=SLOT)]
OnDate = Annotated[str, msgspec.Meta(pattern=DATE)]
Demand = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


def minute(time: str) -> int:
    """Minutes since midnight of `HH:MM`.

    >>> minute("06:30")
    390
    """
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def weekday(day: dt.date) -> Day:
    """The day of the week, as the configuration writes it.

    >>> weekday(dt.date(2026, 11, 21))
    'sat'
    """
    return DAYS[day.weekday()]


def minutes_of(slot: str) -> tuple[int, int]:
    """Begin and length in minutes of `HH:MM-HH:MM`; one that ends before it begins goes over midnight.

    >>> minutes_of("23:45-00:15")
    (1425, 30)
    """
    begin, end = (minute(time) for time in slot.split("-"))
    return begin, (end - begin) % MINUTES_PER_DAY


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """One shift, in the station's own time zone.

    Args:
        days: on which it begins.
        start, end: `HH:MM`; an end at or before the start is on the next day, so equal ones are a whole day.
        breaks: planned stops inside the shift, `HH:MM-HH:MM`: no time in which parts are due.
        demand: good parts wanted in the shift; left out, the shift says nothing about takt.
    """

    name: Name
    start: Time
    end: Time
    days: Annotated[tuple[Day, ...], msgspec.Meta(min_length=1)] = WORKDAYS
    breaks: tuple[Slot, ...] = ()
    demand: Demand | None = None

    def __post_init__(self) -> None:
        if not self.days or len(set(self.days)) < len(self.days):
            message = "days: each day once, and at least one"
            raise ValueError(message)
        over = 0
        for begin, end, text in sorted(self.pauses()):
            if begin < over:
                message = f"breaks: {text} overlaps the one before it; make one of both, or move one"
                raise ValueError(message)
            if not begin < end <= self.length:
                message = f"breaks: {text} is not inside the shift {self.start}-{self.end}; move it, or take it out"
                raise ValueError(message)
            over = end
        if over and self.available_s <= 0:
            message = "breaks: they leave no time to work; shorten one, or take the shift out"
            raise ValueError(message)

    @property
    def length(self) -> int:
        """Minutes from start to end."""
        return (minute(self.end) - minute(self.start)) % MINUTES_PER_DAY or MINUTES_PER_DAY

    def pauses(self) -> list[tuple[int, int, str]]:
        """Begin and end of each break in minutes since the start of the shift, and how it is written."""
        pauses = []
        for slot in self.breaks:
            begin, length = minutes_of(slot)
            offset = (begin - minute(self.start)) % MINUTES_PER_DAY
            pauses.append((offset, offset + length, slot))
        return pauses

    @property
    def available_s(self) -> float:
        """Net available time: the shift without its breaks."""
        return 60.0 * (self.length - sum(end - begin for begin, end, _ in self.pauses()))

    @property
    def takt_s(self) -> float | None:
        """Net available time / demand, as the customer's pace is defined; None without a demand.

        >>> Shift(name="early", start="22:00", end="06:00", breaks=("01:45-02:15",), demand=450).takt_s
        60.0
        """
        return None if self.demand is None else self.available_s / self.demand

    @property
    def takt_ns(self) -> Fraction | None:
        """The same in ns, exact: the last part of a shift is due at its last instant, not one rounding later.

        >>> Shift(name="week", start="00:00", end="00:00", demand=945).takt_ns * 945 == 24 * 3600 * NS_PER_S
        True
        """
        return None if self.demand is None else Fraction(int(self.available_s) * NS_PER_S, self.demand)


ALWAYS = Shift(name="day", start="00:00", end="00:00", days=DAYS)
"""The calendar of a station without `[[shift]]`: work is planned at any time, and accounted for by the day."""


class PlannedTime(msgspec.Struct, frozen=True, kw_only=True):
    """One `[[planned_stop]]`: time inside a shift in which nothing is due, by the clock on the wall.

    It takes parts from the plan and leaves the takt as it is; what is there every day belongs to `breaks`.

    Args:
        at: `HH:MM-HH:MM`; one that ends before it begins goes over midnight.
        days: on which it begins.
        date: the one day on which it begins, instead of `days`.
    """

    name: Name
    at: Slot
    days: Annotated[tuple[Day, ...], msgspec.Meta(min_length=1)] | None = None
    date: OnDate | None = None

    def __post_init__(self) -> None:
        if self.days is not None and self.date is not None:
            message = "days: with date beside it one does not know which holds; write one of them"
            raise ValueError(message)
        if minutes_of(self.at)[1] == 0:
            message = f"at: {self.at} has no length; let it end after it begins"
            raise ValueError(message)
        _real(self.date)

    def on(self, day: dt.date) -> bool:
        """Whether it begins on this day."""
        if self.date is not None:
            return day.isoformat() == self.date
        return weekday(day) in (self.days or WORKDAYS)


class ExceptionDay(msgspec.Struct, frozen=True, kw_only=True):
    """One `[[exception]]`: what is otherwise than usual on one date, for shifts that begin on it.

    With `work = false` there is no shift; with `start` and `end` the shift named has other hours, or is an extra
    one where none of this name works on that day.

    Args:
        shift: which one; left out, every shift of the day, which can only be taken away.
        breaks: of the hours written here; those of the usual hours do not carry over.
    """

    date: OnDate
    shift: Name | None = None
    work: bool = True
    start: Time | None = None
    end: Time | None = None
    breaks: tuple[Slot, ...] = ()
    why: Annotated[str, msgspec.Meta(max_length=64)] = ""

    def __post_init__(self) -> None:
        _real(self.date)
        hours = self.start is not None and self.end is not None
        if not self.work and (self.start or self.end or self.breaks):
            message = "work = false leaves no start, end or breaks; take them out, or take work = false out"
            raise ValueError(message)
        if self.work and not hours:
            message = "start and end: the hours of that day; or write work = false"
            raise ValueError(message)
        if self.work and self.shift is None:
            message = "shift: which one has these hours; a new name makes an extra shift"
            raise ValueError(message)
        self.shifted()

    def shifted(self) -> Shift | None:
        """The shift as it is on that date; None where there is none.

        Raises:
            ValueError: where nobody could work it.
        """
        if not self.work or self.shift is None or self.start is None or self.end is None:
            return None
        return Shift(name=self.shift, start=self.start, end=self.end, days=DAYS, breaks=self.breaks)


def _real(day: str | None) -> None:
    """Refuse a date that no calendar has."""
    if day is None:
        return
    try:
        dt.date.fromisoformat(day)
    except ValueError as error:
        message = f"date: there is no {day}; look at a calendar"
        raise ValueError(message) from error


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """One `[[product]]`: what should be while it is made, all times in seconds.

    Args:
        standard_cycle_s, planned_cycle_s: as in `[standard]`.
        takt_s: its own pace; left out, that of the station.
    """

    name: Name
    standard_cycle_s: float
    takt_s: float | None = None
    planned_cycle_s: float | None = None

    def standard(self, station: Standard) -> Standard:
        """The standard in force while this product is made at `station`."""
        return Standard(
            standard_cycle_s=self.standard_cycle_s,
            takt_s=station.takt_s if self.takt_s is None else self.takt_s,
            planned_cycle_s=self.planned_cycle_s,
        )


class Modes(msgspec.Struct, frozen=True, kw_only=True):
    """The table `[modes]`: how long a person's word suspends the plan, and the reasons to choose from.

    A planned stop or a changeover that nobody ends is ended by the agent, and said: it keeps calls from being
    raised, and must not do so for ever.

    Args:
        longest_stop, longest_changeover: then it is over, whoever forgot it; half a shift and two hours.
        stop_reasons, changeover_reasons: where some are written, only these are taken.
    """

    longest_stop: Span = Span(4, "h")
    longest_changeover: Span = Span(2, "h")
    stop_reasons: tuple[Reason, ...] = ()
    changeover_reasons: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        for key in ("longest_stop", "longest_changeover"):
            if getattr(self, key).in_takts:
                message = f"{key}: no parts are made meanwhile; write it in minutes or hours"
                raise ValueError(message)
