"""Where in a TOML file each key stands: tomli gives values without lines, and a complaint needs one.

The scanner reads text that tomli has accepted already, so it only has to find its way, never to judge. A path
is what leads to a value: `("sensor", 1, "pin")` is the pin of the second `[[sensor]]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import tomli

Path = tuple[str | int, ...]

DEEPEST = (
    8  # parts of a path worth remembering; the deepest key of a station has six: response.call[0].escalate[0].after
)
TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # up to two quotes may stand before the closing three
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|\n"
    r"|[\[\]{},=.]"
    r"|[^\s\[\]{},=.\#\"']+",
    re.DOTALL,
)


def marks(text: str) -> Iterator[tuple[str, int]]:
    """Each token with the line it begins on, counted from 1; blanks and comments are left out."""
    line, counted = 1, 0
    for match in TOKEN.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        if not match[0].startswith("#"):
            yield match[0], line


def spoken(key: str) -> str:
    """A key without its quotes.

    >>> spoken('"a b"')
    'a b'
    """
    return next(iter(tomli.loads(f"{key} = 0"))) if key[:1] in {'"', "'"} else key


def line_map(text: str) -> dict[Path, int]:
    r"""The line of every key, table and array element of `text`, which tomli has accepted.

    >>> line_map("[stack]\nred = 'GPIO23'")
    {('stack',): 1, ('stack', 'red'): 2}
    """
    scan = Scan()
    for mark, line in marks(text):
        scan.take(mark, line)
    return scan.lines


class Scan:
    """One pass over the tokens of a file.

    `inside` holds the brackets of values that are open, innermost last, each with its path and, for an array,
    the index of the element to come. Outside of them a line break ends what was being read.
    """

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.repeats: dict[Path, int] = {}  # arrays of tables: how many headers so far
        self.inside: list[tuple[str, Path, int]] = []
        self.table: Path = ()
        self.key: tuple[str, ...] = ()
        self.value: Path | None = None  # the path of the value being read; None while a key is
        self.brackets = 0  # of the header being read

    def take(self, mark: str, line: int) -> None:
        """Move on by one token."""
        if mark == "\n":
            self.end_line()
        elif self.value is not None:
            self.take_value(mark, line)
        elif mark == "=":
            self.value = self.note(self.table if not self.inside else self.inside[-1][1], self.key, line)
        elif mark == "[":
            self.brackets += 1
        elif mark == "]":
            self.end_header(line)
        elif mark == "}":
            self.leave()
        elif mark not in {".", ","}:
            self.key += (spoken(mark),)

    def end_line(self) -> None:
        """A line break ends a statement, but not a value whose bracket is open."""
        if not self.inside:
            self.key, self.value, self.brackets = (), None, 0

    def end_header(self, line: int) -> None:
        """`[a.b]` and `[[a.b]]`: what follows belongs there. A second closing bracket finds no key and says nothing."""
        if not self.key:
            return
        path = self.resolve(self.key)
        if self.brackets > 1:
            self.remember(path, line)
            index = self.repeats.get(path, 0)
            self.repeats[path] = index + 1
            path = (*path, index)
        self.table = self.note((), path, line)
        self.key = ()

    def resolve(self, key: tuple[str, ...]) -> Path:
        """A header's path: every array of tables on the way to it stands for its last element."""
        path: Path = ()
        for part in key[:-1]:
            path = (*path, part)
            if path in self.repeats:
                path = (*path, self.repeats[path] - 1)
            if len(path) > DEEPEST:
                break
        return (*path, key[-1])

    def take_value(self, mark: str, line: int) -> None:
        """Part of a value: a bracket, a comma within one, or a scalar, which has its line already."""
        if mark in {"[", "{"}:
            self.enter(mark, line)
        elif mark in {"]", "}"}:
            self.leave()
        elif mark == "," and self.inside:
            self.next_element()
        else:
            self.remember(self.value or (), line)

    def enter(self, bracket: str, line: int) -> None:
        """An array or an inline table begins."""
        path = self.value or ()
        self.remember(path, line)
        self.inside.append((bracket, path, 0))
        self.key = ()
        self.value = (*path[:DEEPEST], 0) if bracket == "[" else None

    def next_element(self) -> None:
        """After a comma: the next element of an array, the next key of an inline table."""
        bracket, path, index = self.inside.pop()
        self.inside.append((bracket, path, index + 1))
        self.key = ()
        self.value = (*path[:DEEPEST], index + 1) if bracket == "[" else None

    def leave(self) -> None:
        """The innermost bracket closes; what it closes was a value."""
        if self.inside:
            _, self.value, _ = self.inside.pop()

    def note(self, start: Path, rest: Path, line: int) -> Path:
        """Remember the line of `rest` seen from `start`, and of every table it implies; return the whole path."""
        path = start
        for part in rest[: DEEPEST + 1]:
            path = (*path[:DEEPEST], part)
            self.remember(path, line)
        return path

    def remember(self, path: Path, line: int) -> None:
        """The first line that names a path is its line."""
        if len(path) <= DEEPEST:
            self.lines.setdefault(path, line)
