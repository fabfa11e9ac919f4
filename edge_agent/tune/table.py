"""A CSV of cycle times or of readings, as the steps a station would have taken."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from edge_agent.observations import CycleEnd, CycleStart, Reading, Source
from edge_agent.recording import Begin, RecordingError, Turn
from edge_agent.rerun import Step
from edge_agent.standard import LONGEST_SPAN_S, NS_PER_S, Workplace, to_ns

CYCLE, AT, VALUE = "cycle_s", "at", "value"
LONGEST_LINE = 4096  # a line has two numbers; a longer one is no table
LARGEST = 1e100  # of a reading, as the detectors have it
FORMS = f"a table has one column {CYCLE}, or two: {AT} and the name of a characteristic (or '{VALUE}')"


def steps(path: Path, workplace: Workplace) -> Iterator[Step]:
    """One run of a station that saw what stands in the table, which has a header.

    `cycle_s`: the length of each cycle in s, one following the other. `at` with a characteristic: when each reading
    was taken, in seconds or as a date and time (ISO 8601; UTC where it names no zone), and its value. Columns are
    parted by comma, semicolon or tab; with the latter two a decimal comma is understood.

    Raises:
        RecordingError: with file, line and remedy, where the table cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _Table(path, workplace).steps(_lines(file, path))
    except OSError as error:
        message = f"{path}: {error.strerror}; name a journal (.db), a file of JSON lines, or a table (.csv)"
        raise RecordingError(message) from error
    except UnicodeDecodeError as error:
        message = f"{path}: not UTF-8 at byte {error.start}; save the table as CSV in UTF-8"
        raise RecordingError(message) from error


def _lines(file: Iterator[str], path: Path) -> Iterator[str]:
    for number, line in enumerate(file, start=1):
        if len(line) > LONGEST_LINE:
            message = f"{path}:{number}: longer than {LONGEST_LINE} characters; {FORMS}"
            raise RecordingError(message)
        yield line


class _Table:
    """One table being read; `line` is where."""

    def __init__(self, path: Path, workplace: Workplace) -> None:
        self.path = path
        self.workplace = workplace
        self.line = 1
        self.decimal = "."

    def steps(self, lines: Iterator[str]) -> Iterator[Step]:
        header = next(lines, "")
        parted = next((mark for mark in ";\t" if mark in header), ",")
        self.decimal = "." if parted == "," else ","
        rows = csv.reader(lines, delimiter=parted)
        columns = [name.strip().strip('"') for name in header.strip().split(parted)]
        yield Begin(0, "", "")
        if CYCLE in columns and AT not in columns:
            yield from self._cycles(rows, columns.index(CYCLE))
        elif AT in columns and CYCLE not in columns:
            yield from self._readings(rows, columns)
        else:
            self.refuse(f"the columns are {', '.join(columns) or 'missing'}; {FORMS}")

    def _cycles(self, rows: Iterator[list[str]], column: int) -> Iterator[Step]:
        source = self._source()
        now_ns = 0
        yield self._pulse(source, now_ns)
        for row in self._filled(rows):
            cycle_s = self._number(row, column, CYCLE)
            if not 0 < cycle_s <= LONGEST_SPAN_S:
                self.refuse(f"{CYCLE} is {cycle_s:g}; a cycle takes more than 0 s and at most 31 days")
            now_ns += to_ns(cycle_s)
            yield Turn(now_ns, CycleEnd(now_ns, source.name))
            if source.sees == "work":
                yield self._pulse(source, now_ns)

    def _pulse(self, source: Source, at_ns: int) -> Turn:
        """Where a cycle begins: an edge of its own, or the end of the one before."""
        seen = CycleStart(at_ns, source.name) if source.sees == "work" else CycleEnd(at_ns, source.name)
        return Turn(at_ns, seen)

    def _readings(self, rows: Iterator[list[str]], columns: list[str]) -> Iterator[Step]:
        name, column = self._characteristic(columns)
        sensor = next(iter(self.workplace.reading_sources(name)), name)
        began_s, now_ns = math.nan, 0
        for row in self._filled(rows):
            at_s, value = self._instant(row, columns.index(AT)), self._number(row, column, name)
            began_s = at_s if math.isnan(began_s) else began_s
            at_ns = round((at_s - began_s) * NS_PER_S)
            if at_ns < now_ns:
                self.refuse(f"{AT} goes back; sort the table by time")
            now_ns = at_ns
            yield Turn(at_ns, Reading(at_ns, sensor, name, value))

    def _filled(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        """The rows that are not blank; a quoted line break is no number, so lines and rows count the same."""
        try:
            for row in rows:
                self.line += 1
                if any(cell.strip() for cell in row):
                    yield row
        except csv.Error as error:
            self.refuse(f"{error}; save the table as CSV anew")

    def _number(self, row: list[str], column: int, name: str) -> float:
        text = self._cell(row, column, name)
        try:
            number = float(text.replace(self.decimal, ".") if self.decimal == "," else text)
        except ValueError:
            self.refuse(f"{name} is {text[:40]!r}, which is no number; correct or delete the line")
        if not abs(number) <= LARGEST:
            self.refuse(f"{name} is {text[:40]}; only finite numbers can be judged: correct or delete the line")
        return number

    def _instant(self, row: list[str], column: int) -> float:
        """Seconds, on whatever axis the table has."""
        text = self._cell(row, column, AT)
        try:
            when = datetime.fromisoformat(text)
            return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
        except ValueError:
            return self._number(row, column, AT)

    def _cell(self, row: list[str], column: int, name: str) -> str:
        if column >= len(row) or not row[column].strip():
            self.refuse(f"there is no {name}; give it or delete the line")
        return row[column].strip()

    def _source(self) -> Source:
        """The one sensor whose cycles they can be."""
        found = [source for source in self.workplace.sources if source.sees in {"cycle", "work"}]
        if len(found) != 1:
            self.refuse(f"the station has {len(found)} sensors of cycles, and a table fits one only")
        return found[0]

    def _characteristic(self, columns: list[str]) -> tuple[str, int]:
        """The characteristic that was measured, and its column."""
        known = [each.name for each in self.workplace.characteristics]
        named = [name for name in columns if name in known]
        if not named and VALUE in columns and len(known) == 1:
            return known[0], columns.index(VALUE)
        if len(named) != 1:
            choice = f"name one column after it: {', '.join(known)}" if known else "and this station has none"
            self.refuse(f"the columns {', '.join(columns)} do not say which characteristic was measured; {choice}")
        return named[0], columns.index(named[0])

    def refuse(self, text: str) -> NoReturn:
        message = f"{self.path}:{self.line}: {text}"
        raise RecordingError(message) from None
