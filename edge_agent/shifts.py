"""When work is planned: shifts, their breaks, and the takt that the demand on them makes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WORKDAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")
MINUTES_PER_DAY = 24 * 60
TIME = r"^([01]\d|2[0-3]):[0-5]\d$"
SLOT = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"


def minute(time: str) -> int:
    """Minutes since midnight of `HH:MM`.

    >>> minute("06:30")
    390
    """
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """One shift, in the station's own time zone.

    Args:
        days: on which it begins.
        start, end: `HH:MM`; an end at or before the start is on the next day, so equal ones are a whole day.
        breaks: planned stops inside the shift, `HH:MM-HH:MM`: no time in which parts are due.
        demand: good parts wanted in the shift; left out, the shift says nothing about takt.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    start: Annotated[str, msgspec.Meta(pattern=TIME)]
    end: Annotated[str, msgspec.Meta(pattern=TIME)]
    days: Annotated[tuple[Day, ...], msgspec.Meta(min_length=1)] = WORKDAYS
    breaks: tuple[Annotated[str, msgspec.Meta(pattern=SLOT)], ...] = ()
    demand: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None

    def __post_init__(self) -> None:
        if not self.days or len(set(self.days)) < len(self.days):
            message = "days: each day once, and at least one"
            raise ValueError(message)
        over = 0
        for begin, end, text in sorted(self.pauses()):
            if begin < over:
                message = f"breaks: {text} overlaps the one before it"
                raise ValueError(message)
            if not begin < end <= self.length:
                message = f"breaks: {text} is not inside the shift {self.start}-{self.end}"
                raise ValueError(message)
            over = end
        if over and self.available_s <= 0:
            message = "breaks: they leave no time to work"
            raise ValueError(message)

    @property
    def length(self) -> int:
        """Minutes from start to end."""
        return (minute(self.end) - minute(self.start)) % MINUTES_PER_DAY or MINUTES_PER_DAY

    def pauses(self) -> list[tuple[int, int, str]]:
        """Begin and end of each break in minutes since the start of the shift, and how it is written."""
        pauses = []
        for slot in self.breaks:
            begin, end = (minute(time) for time in slot.split("-"))
            offset = (begin - minute(self.start)) % MINUTES_PER_DAY
            pauses.append((offset, offset + (end - begin) % MINUTES_PER_DAY, slot))
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
