"""What is wrong with a configuration, said to the person who can mend it: file, line, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Literal

import msgspec

from edge_agent.config.lines import Path


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong; `line` counts from 1 and is 0 where the file itself cannot be read.

    >>> str(Complaint(file="station.toml", line=13, text="unknown key 'tolerence'; did you mean 'tolerance'?"))
    "station.toml:13: unknown key 'tolerence'; did you mean 'tolerance'?"
    """

    file: str
    line: int
    text: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {'warning: ' if self.severity == 'warning' else ''}{self.text}"


class ConfigError(ValueError):
    """The configuration cannot be used; `complaints` holds all of them, its text the errors."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("\n".join(str(each) for each in self.complaints if each.severity == "error"))


class Complaints:
    """Gathers everything wrong with one file; what is not written there is said at the table it belongs in."""

    def __init__(self, file: str, lines: dict[Path, int]) -> None:
        self.file = file
        self.lines = lines
        self.found: list[Complaint] = []
        self.count = 0  # errors so far; warnings forbid nothing

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest table around it; 1 for a table that is not there."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return 1

    def error(self, path: Path, text: str) -> None:
        """The agent cannot work like this."""
        self.count += 1
        self.found.append(Complaint(file=self.file, line=self.line(path), text=text))

    def warn(self, path: Path, text: str) -> None:
        """The agent can work like this, but someone will regret it."""
        self.found.append(Complaint(file=self.file, line=self.line(path), text=text, severity="warning"))

    def listed(self) -> list[Complaint]:
        """Each once, in the order of the file."""
        return sorted(set(self.found), key=lambda each: (each.line, each.severity, each.text))


def meant(word: str, known: Iterable[str]) -> str:
    """The end of a complaint about an unknown word: the nearest known one, or all of them.

    >>> meant("tolerence", ["name", "tolerance"])
    "did you mean 'tolerance'?"
    >>> meant("purple", ["red", "green"])
    'write one of: red, green'
    """
    words = [str(each) for each in known]
    near = difflib.get_close_matches(word[:64], words, n=1)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"write one of: {', '.join(words)}" if words else "there is none to choose from"


def shown(value: object) -> str:
    """A value as a complaint quotes it: short, and true to what stands in the file.

    >>> shown("fast"), shown(True), shown({"a": 1})
    ("'fast'", 'true', 'a table')
    """
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 128:  # noqa: PLR2004 - 38 digits; str() of thousands is refused
        return "so large a number"
    text = repr(value) if isinstance(value, (str, float, int)) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - a line of a terminal has 80 columns
