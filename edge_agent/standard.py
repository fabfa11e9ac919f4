"""What should be: the standard, the takt and the specification of a station, and spans of time as people write them."""

from __future__ import annotations

import math
import re

import msgspec

from edge_agent.observations import Source

NS_PER_S = 1_000_000_000
UNITS_S = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
SPAN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|min|h|takt)\s*")
LONGEST_SPAN_S = 31 * 24 * 3600.0  # a month; beyond it a setting is a slip of the pen, not a wish


def to_ns(seconds: float) -> int:
    """Seconds to whole nanoseconds, rounded half to even.

    >>> to_ns(82.5)
    82500000000
    """
    return round(seconds * NS_PER_S)


def to_s(nanoseconds: int) -> float:
    """Nanoseconds to seconds."""
    return nanoseconds / NS_PER_S


class Span:
    """A length of time as people write it: `"60s"`, `"15min"`, `"2takt"`, or a bare number of seconds.

    >>> Span.parse("2takt").ns(takt_s=60.0)
    120000000000
    >>> Span.parse("1.5min").ns(takt_s=None)
    90000000000
    """

    __slots__ = ("amount", "unit")

    def __init__(self, amount: float, unit: str) -> None:
        self.amount = amount
        self.unit = unit

    @classmethod
    def parse(cls, value: object) -> Span:
        """Read a span; ValueError says what to write instead."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            span = cls(float(value), "s")
        elif isinstance(value, str) and (match := SPAN.fullmatch(value)):
            span = cls(float(match[1]), match[2])
        else:
            message = f"{value!r} is not a time; write it like '60s', '15min' or '2takt'"
            raise ValueError(message)
        length_s = span.amount * UNITS_S.get(span.unit, 1.0)
        if not (math.isfinite(length_s) and 0 < length_s <= LONGEST_SPAN_S):
            message = f"{value!r} must be longer than nothing and at most 31 days"
            raise ValueError(message)
        return span

    @property
    def in_takts(self) -> bool:
        """Whether the length depends on the takt."""
        return self.unit == "takt"

    def ns(self, takt_s: float | None) -> int:
        """Length in nanoseconds; takts need `takt_s`, which `check` has made sure of."""
        if not self.in_takts:
            return to_ns(self.amount * UNITS_S[self.unit])
        if takt_s is None:
            message = f"'{self}' needs a takt, and the station has none"
            raise ValueError(message)
        return to_ns(self.amount * takt_s)

    def __str__(self) -> str:
        return f"{self.amount:g}{self.unit}"

    def __repr__(self) -> str:
        return f"Span({self})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and (self.amount, self.unit) == (other.amount, other.unit)

    def __hash__(self) -> int:
        return hash((self.amount, self.unit))


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """The three times of a station, never to be confused, all in seconds.

    Args:
        standard_cycle_s: standardized work: one person, one part, no trouble.
        takt_s: the customer's pace: net available time / demand.
        planned_cycle_s: what the line is set to run at, below takt to allow for loss.
    """

    standard_cycle_s: float
    takt_s: float | None = None
    planned_cycle_s: float | None = None

    @property
    def pace_s(self) -> float:
        """The takt where there is one, else the standard cycle."""
        return self.takt_s if self.takt_s is not None else self.standard_cycle_s


class Characteristic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A quality characteristic and its specification; a limit left out does not exist.

    Args:
        name: the word readings are reported under; the unit last: `bore_mm`.
        nominal: the target value.
        lower: lower specification limit, still good.
        upper: upper specification limit, still good.
    """

    name: str
    nominal: float | None = None
    lower: float | None = None
    upper: float | None = None

    @property
    def limited(self) -> bool:
        """Whether there is a limit that a value can be beyond."""
        return self.lower is not None or self.upper is not None

    def accepts(self, value: float) -> bool:
        """Whether `value` is inside the specification; a limit itself is still good."""
        return (self.lower is None or value >= self.lower) and (self.upper is None or value <= self.upper)


class Workplace(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a detector may know of its station: what should be, and which sensors speak of what."""

    standard: Standard
    characteristics: tuple[Characteristic, ...] = ()
    sources: tuple[Source, ...] = ()

    def characteristic(self, name: str) -> Characteristic:
        """The characteristic called `name`; KeyError where there is none."""
        for characteristic in self.characteristics:
            if characteristic.name == name:
                return characteristic
        raise KeyError(name)

    def cycle_sources(self) -> tuple[str, ...]:
        """Names of the sensors that see cycles."""
        return tuple(source.name for source in self.sources if source.sees in {"cycle", "work"})

    def reading_sources(self, characteristic: str) -> tuple[str, ...]:
        """Names of the sensors that measure `characteristic`."""
        return tuple(source.name for source in self.sources if source.characteristic == characteristic)
