"""The calendar of one station: what is planned at an instant of wall time, and until when.

Times of day are read from the clock on the wall, in the station's zone; only the two change nights need rules:

1. A shift begins and ends when the clock *first* shows its time. A time the clock skips is the instant of the
   change. So shifts that adjoin each other on paper do so on these nights too, with an hour more or less.
2. A break or a planned stop is as long as it is written, never before it is due. One that begins or ends in the
   skipped hour does so by a clock nobody has changed yet: at 02:15, it is held at 03:15, and a break that it
   runs into follows it. Of the two readings of a doubled hour the pair that gives the shortest time is taken, the
   first of equals: at 02:15, it is held once, the first time. What spans the whole change has an hour more or less.

All instants are ns since 1970, UTC. Nothing here knows what time it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from edge_agent.planning.shifts import (
    ALWAYS,
    MINUTES_PER_DAY,
    ExceptionDay,
    PlannedTime,
    Shift,
    minute,
    minutes_of,
    weekday,
)
from edge_agent.standard import NS_PER_S

Kind = Literal["working", "break", "planned_stop", "changeover", "not_scheduled"]
NS_PER_MIN, NS_PER_H = 60 * NS_PER_S, 3600 * NS_PER_S
DAY = timedelta(days=1)


class Pause(msgspec.Struct, frozen=True):
    """Planned time inside a shift in which nothing is due."""

    begin_ns: int
    end_ns: int
    kind: Literal["break", "planned_stop"]
    why: str


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """One shift on one date, `YYYY-MM-DD` of the day it begins; breaks stand before planned stops in `pauses`."""

    shift: Shift
    date: str
    begin_ns: int
    end_ns: int
    pauses: tuple[Pause, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other one."""
        return self.date, self.shift.name

    def pause(self, wall_ns: int) -> Pause | None:
        """The break or planned stop at an instant."""
        return next((each for each in self.pauses if each.begin_ns <= wall_ns < each.end_ns), None)

    def boundary_ns(self, wall_ns: int) -> int:
        """The next instant after this one at which something inside it begins or ends."""
        edges = [edge for each in self.pauses for edge in (each.begin_ns, each.end_ns)]
        return min((edge for edge in edges if wall_ns < edge < self.end_ns), default=self.end_ns)

    def net_ns(self, since_ns: int | None = None) -> int:
        """Net available time from `since_ns`, or from its begin, to its end: without breaks and planned stops."""
        at_ns = self.begin_ns if since_ns is None else max(since_ns, self.begin_ns)
        net_ns = 0
        while at_ns < self.end_ns:
            until_ns = self.boundary_ns(at_ns)
            net_ns += 0 if self.pause(at_ns) else until_ns - at_ns
            at_ns = until_ns
        return net_ns


class Scheduled(msgspec.Struct, frozen=True, kw_only=True):
    """What is planned at an instant.

    Args:
        until_ns: the next boundary in wall time, at which the answer may change and should be asked for again;
            None where the wall clock is not known.
        occurrence: the shift, None outside of any.
        why: the name of the planned stop.
    """

    kind: Kind
    until_ns: int | None
    occurrence: Occurrence | None = None
    why: str = ""

    @property
    def shift(self) -> str | None:
        """The name of the shift, None outside of any."""
        return None if self.occurrence is None else self.occurrence.shift.name


class Calendar:
    """Shifts, breaks, planned stops and exceptions in one time zone; without shifts, work is always planned.

    >>> early = Shift(name="early", start="06:00", end="14:00", breaks=("09:00-09:15",))
    >>> calendar = Calendar("UTC", [early])
    >>> monday_ns = 1_795_392_000 * NS_PER_S
    >>> calendar.text(monday_ns), calendar.at(monday_ns).kind, calendar.at(monday_ns + 9 * NS_PER_H).kind
    ('2026-11-23T00:00:00+00:00', 'not_scheduled', 'break')
    """

    def __init__(
        self,
        zone: str,
        shifts: Iterable[Shift] = (),
        exceptions: Iterable[ExceptionDay] = (),
        planned_stops: Iterable[PlannedTime] = (),
    ) -> None:
        self.zone = ZoneInfo(zone)
        self.shifts = tuple(shifts) or (ALWAYS,)
        self.exceptions = tuple(sorted(exceptions, key=lambda each: each.shift is not None))  # the particular one wins
        self.planned_stops = tuple(planned_stops)
        self._near: tuple[date, tuple[Occurrence, ...]] | None = None  # the days last asked for

    def at(self, wall_ns: int) -> Scheduled:
        """What is planned at an instant."""
        today = self._local(wall_ns).date()
        around = self._around(today)
        later_ns = [each.begin_ns for each in around if each.begin_ns > wall_ns]
        current = next((each for each in reversed(around) if each.begin_ns <= wall_ns < each.end_ns), None)
        if current is None:
            # Nothing near: look again in two days.
            return Scheduled(
                kind="not_scheduled", until_ns=min([*later_ns, first_ns(self.zone, today, 2 * MINUTES_PER_DAY)])
            )
        until_ns = min([*later_ns, current.boundary_ns(wall_ns)])
        pause = current.pause(wall_ns)
        if pause is None:
            return Scheduled(kind="working", until_ns=until_ns, occurrence=current)
        return Scheduled(kind=pause.kind, until_ns=until_ns, occurrence=current, why=pause.why)

    def on(self, day: date) -> tuple[Shift, ...]:
        """The shifts that begin on a day, as they are on that day, in their order."""
        shifts = {shift.name: shift for shift in self.shifts if weekday(day) in shift.days}
        for exception in self.exceptions:
            if exception.date != day.isoformat():
                continue
            changed = exception.shifted()
            if changed is not None:
                shifts[changed.name] = changed
            elif exception.shift is None:
                shifts.clear()
            else:
                shifts.pop(exception.shift, None)
        return tuple(sorted(shifts.values(), key=lambda shift: minute(shift.start)))

    def occurrences(self, day: date) -> Iterator[Occurrence]:
        """The shifts that begin on a day, with their instants."""
        for shift in self.on(day):
            start = minute(shift.start)
            begin_ns, end_ns = (first_ns(self.zone, day, each) for each in (start, start + shift.length))
            if begin_ns < end_ns:  # a shift of a skipped hour does not take place
                pauses = (*self._breaks(shift, day), *self._stops(day))
                inside = (clipped for pause in pauses if (clipped := _clip(pause, begin_ns, end_ns)) is not None)
                yield Occurrence(
                    shift=shift, date=day.isoformat(), begin_ns=begin_ns, end_ns=end_ns, pauses=tuple(inside)
                )

    def next_hour_ns(self, wall_ns: int) -> int:
        """The next instant at which the clock on the wall shows a full hour."""
        offset_ns = int((self._local(wall_ns).utcoffset() or timedelta()).total_seconds()) * NS_PER_S
        return ((wall_ns + offset_ns) // NS_PER_H + 1) * NS_PER_H - offset_ns

    def text(self, wall_ns: int) -> str:
        """An instant as people of the station read it, with the offset that tells the doubled hours apart."""
        return self._local(wall_ns).isoformat(timespec="seconds")

    def _around(self, today: date) -> tuple[Occurrence, ...]:
        """The shifts of a day and its neighbours; most questions are of one day."""
        if self._near is None or self._near[0] != today:
            days = (today - DAY, today, today + DAY)
            self._near = today, tuple(each for day in days for each in self.occurrences(day))
        return self._near[1]

    def _local(self, wall_ns: int) -> datetime:
        return datetime.fromtimestamp(wall_ns // NS_PER_S, tz=self.zone)

    def _breaks(self, shift: Shift, day: date) -> Iterator[Pause]:
        start, free_ns = minute(shift.start), 0
        for begin, end, _ in sorted(shift.pauses()):
            begin_ns, end_ns = slot_ns(self.zone, day, start + begin, start + end)
            late_ns = max(0, free_ns - begin_ns)  # the one before it was held an hour on
            free_ns = end_ns + late_ns
            yield Pause(begin_ns + late_ns, free_ns, "break", "")

    def _stops(self, day: date) -> Iterator[Pause]:
        """Planned stops that can touch a shift of this day: it may begin before midnight and end after."""
        for begins in (day - DAY, day, day + DAY):
            for stop in self.planned_stops:
                if stop.on(begins):
                    begin, length = minutes_of(stop.at)
                    yield Pause(*slot_ns(self.zone, begins, begin, begin + length), "planned_stop", stop.name)


def takt_ns(takt_s: float | None, shifts: Iterable[Shift]) -> Fraction | None:
    """The takt in ns, exact: as it is written, else as the demand on the shifts makes it; None where neither does.

    >>> week = Shift(name="week", start="00:00", end="08:00", demand=315)  # 32 h a week for 1,260 pieces
    >>> round(float(takt_ns(None, [week])) / NS_PER_S, 2)
    91.43
    """
    if takt_s is not None:
        return Fraction(round(takt_s * NS_PER_S))
    return next((shift.takt_ns for shift in shifts if shift.takt_ns is not None), None)


def _clip(pause: Pause, begin_ns: int, end_ns: int) -> Pause | None:
    """The part of a pause that lies inside a shift."""
    begin_ns, end_ns = max(begin_ns, pause.begin_ns), min(end_ns, pause.end_ns)
    return Pause(begin_ns, end_ns, pause.kind, pause.why) if begin_ns < end_ns else None


def readings_ns(zone: ZoneInfo, day: date, minutes: int) -> tuple[int, int]:
    """The instants a time of day can mean, counted in minutes from midnight of `day`; equal on ordinary days.

    The first is by a clock nobody has changed yet, the second by one that is changed already.
    """
    days, rest = divmod(minutes, MINUTES_PER_DAY)
    shown = datetime.combine(day + days * DAY, time(*divmod(rest, 60)), tzinfo=zone)
    before, after = (int(shown.replace(fold=fold).timestamp()) * NS_PER_S for fold in (0, 1))
    return before, after


def first_ns(zone: ZoneInfo, day: date, minutes: int) -> int:
    """The instant at which the clock first shows a time of day; the instant of the change for one it skips."""
    before_ns, after_ns = readings_ns(zone, day, minutes)
    if before_ns <= after_ns:
        return before_ns
    low, high = after_ns // NS_PER_S, before_ns // NS_PER_S  # skipped: the clock changes between the two readings
    old = datetime.fromtimestamp(low, tz=zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, tz=zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high * NS_PER_S


def slot_ns(zone: ZoneInfo, day: date, begin: int, end: int) -> tuple[int, int]:
    """Begin and end of planned time inside a shift; the rule of both nights stands at the head of this file."""
    begins_ns, ends_ns = readings_ns(zone, day, begin), readings_ns(zone, day, end)
    if begins_ns[0] > begins_ns[1]:  # skipped
        return begins_ns[0], begins_ns[0] + (end - begin) * NS_PER_MIN
    if ends_ns[0] > ends_ns[1]:
        return begins_ns[0], ends_ns[0]
    pairs = [(begin_ns, end_ns) for end_ns in ends_ns for begin_ns in begins_ns if begin_ns < end_ns]
    return min(pairs, key=lambda pair: pair[1] - pair[0])  # the first of equals: by a clock nobody has changed
