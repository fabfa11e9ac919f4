"""A line into an observation: pure, and never a reading that is not a finite number."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Protocol

from edge_agent.observations import Heard, Judged, Reading, Unreadable
from edge_agent.sensors.profiles import Profile

GROUPS = frozenset({"value", "unit", "judge", "stable", "id"})
LONGEST_LINE = 256  # bytes a pattern is run on; more is no device's line
LONGEST_NUMBER = 32  # characters; a double has 17 digits
SHOWN = 40  # characters of an unreadable line that are passed on
FIGURE = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
BRACKETED = re.compile(r"\[([0-9])\]$")

Said = Reading | Judged | Heard | Unreadable


class Match(Protocol):
    """A line that a pattern fits."""

    def groupdict(self, default: str) -> dict[str, str]:
        """What each named group holds; `default` where it took no part."""


class Pattern(Protocol):
    """A compiled pattern of the configuration."""

    @property
    def groupindex(self) -> Mapping[str, int]:
        """Its named groups."""

    def fullmatch(self, text: str) -> Match | None:
        """The match, where the whole text fits."""


class LineRule:
    """How the lines of one device are read.

    Args:
        sensor, characteristic: names the observations carry.
        profile: pattern, words and what to ignore.
        unit: where given, a line whose group `unit` differs is unreadable: somebody switched the device to inch.

    Raises:
        ValueError: the pattern does not compile, lacks `value` and `judge`, or has groups nobody reads.
    """

    def __init__(self, sensor: str, characteristic: str, profile: Profile, unit: str | None = None) -> None:
        self._sensor = sensor
        self._characteristic = characteristic
        self._unit = unit
        self._profile = profile
        self._pattern = compiled("pattern", profile.pattern)
        self._ignore = None if profile.ignore is None else compiled("ignore", profile.ignore)
        _check_groups(self._pattern)
        if unit is not None and "unit" not in self._pattern.groupindex:
            message = f"unit = '{unit}' is given, but the pattern has no group (?P<unit>...) to compare it with"
            raise ValueError(message)

    @property
    def judges(self) -> bool:
        """Whether the device says by itself what is good."""
        return "judge" in self._pattern.groupindex

    def read(self, line: bytes, at_ns: int) -> Said:
        """Say what `line` means; `at_ns` is the instant its end was read.

        Ignored and unsettled lines are `Heard`; what no rule can read with certainty is `Unreadable`.
        """
        text = line.decode("latin-1").strip()
        if len(line) > LONGEST_LINE or not (text.isascii() and text.replace("\t", " ").isprintable()):
            return self._unreadable(line, at_ns)
        match = self._pattern.fullmatch(text)
        parts = {} if match is None else {name: part.strip() for name, part in match.groupdict("").items()}
        if self._is_ignored(text, parts):
            return Heard(at_ns, self._sensor)
        said = self._said(parts, at_ns) if match is not None else None
        return said or self._unreadable(line, at_ns)

    def _is_ignored(self, text: str, parts: dict[str, str]) -> bool:
        if self._ignore is not None and self._ignore.fullmatch(text):
            return True
        return "stable" in parts and parts["stable"] not in self._profile.stable

    def _said(self, parts: dict[str, str], at_ns: int) -> Reading | Judged | None:
        """The observation in a matched line; None where a part of it cannot be trusted."""
        if self._unit is not None and parts["unit"] != self._unit:
            return None
        judge = parts.get("judge", "")
        good = True if judge in self._profile.good else False if judge in self._profile.bad else None
        if judge and good is None:
            return None
        if parts.get("value"):
            value = number(parts["value"])
            return None if value is None else Reading(at_ns, self._sensor, self._characteristic, value, good)
        return None if good is None else Judged(at_ns, self._sensor, self._characteristic, good)

    def _unreadable(self, line: bytes, at_ns: int) -> Unreadable:
        return Unreadable(at_ns, self._sensor, printable(line))


def number(text: str) -> float | None:
    """Read a figure as scales write it; None for what is no finite number.

    >>> number("+   123.5[6]"), number("nan"), number("1e999")
    (123.56, None, None)
    """
    bare = BRACKETED.sub(r"\1", text.replace(" ", ""))
    if len(bare) > LONGEST_NUMBER or not FIGURE.fullmatch(bare):
        return None
    value = float(bare)
    return value if math.isfinite(value) else None


def printable(line: bytes) -> str:
    r"""Show the beginning of a line, other bytes as escapes: garbage tells a wrong baud rate from a wrong pattern.

    >>> printable(b"\xff\x001.5")
    '\\xff\\x001.5'
    """
    return repr(line[:SHOWN])[2:-1][:SHOWN]


def compiled(setting: str, pattern: str) -> Pattern:
    """Compile a pattern of the configuration; ValueError names the setting and the place.

    By RE2, whose time grows with the line and with nothing else: Python's own engine can take years over one line
    where a pattern repeats a repeat, and holds up every thread, the lamp's too, while it does.
    """
    import re2  # 3 MB, which a station without a serial line need not carry

    options = re2.Options()
    options.log_errors = False  # else it writes to stderr itself
    try:
        found: Pattern = re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        message = (
            f"{setting} is no regular expression: {why}; in TOML write it between single quotes, "
            "and without (?!...), (?<...) and back references, which can take for ever"
        )
        raise ValueError(message) from error
    return found


def _check_groups(pattern: Pattern) -> None:
    groups = set(pattern.groupindex)
    if not groups & {"value", "judge"}:
        message = "pattern needs a group (?P<value>...) for the number or (?P<judge>...) for good and bad"
        raise ValueError(message)
    if unknown := groups - GROUPS:
        message = f"pattern has the group '{min(unknown)}', which nobody reads; known are {', '.join(sorted(GROUPS))}"
        raise ValueError(message)
