"""How far a long task has come, drawn on a terminal; nothing where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self, TextIO, TypeVar

Item = TypeVar("Item")

WIDTH = 40  # of the bar; with its label it stays on a line of 80 columns
STRIDE = 1_000  # items between two looks at the bar: its cost cannot be measured


class Progress:
    """A bar of plain characters on stderr, drawn anew at each per cent, wiped at the end; silent when piped.

    Args:
        label: what is being done.
        total: items to come, as far as one knows; not used unless `shown`.
        stream: where to draw; stderr where left out.
    """

    def __init__(self, label: str, total: int = 0, stream: TextIO | None = None) -> None:
        self.label = label
        self.total = max(1, total)
        self.stream = sys.stderr if stream is None else stream
        self.shown = self.stream.isatty()
        self._drawn = -1

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, counted as they pass; the bar is wiped after the last, and when the task fails."""
        if not self.shown:
            yield from items
            return
        with self:
            for number, item in enumerate(items):
                if number % STRIDE == 0:
                    self.draw(number)
                yield item

    def draw(self, done: int) -> None:
        """Show that `done` of the items are done."""
        percent = min(100, 100 * done // self.total)
        if not self.shown or percent == self._drawn:
            return
        self._drawn = percent
        filled = WIDTH * percent // 100
        self.stream.write(f"\r{self.label} [{'#' * filled}{'.' * (WIDTH - filled)}] {percent:3d} %")
        self.stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn >= 0:
            self.stream.write("\r" + " " * (len(self.label) + WIDTH + 9) + "\r")
            self.stream.flush()
