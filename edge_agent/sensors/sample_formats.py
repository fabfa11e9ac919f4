"""Bytes into samples, within a bound: pure, and nothing incomplete or out of step is ever taken for a value."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from edge_agent.arrays import np
from edge_agent.sensors.framing import Framing
from edge_agent.sensors.line_rule import number, printable

if TYPE_CHECKING:
    from numpy.typing import NDArray

Format = Literal["f64", "f32", "i16", "text"]
CODES = {"f64": "<d", "f32": "<f", "i16": "<h"}  # as struct and numpy write them
SHORTEST_LINE = 2  # bytes: a digit and its end


class Run(msgspec.Struct, frozen=True):
    """Samples that follow one another, as they were sent.

    Args:
        raw: float64, shape (n,); nan in place of each that could not be read.
        at_ns: when the last byte of the last one was read.
        odd: what the first unreadable one looked like, printable; empty where it was a number.
        whole: the device itself ends a block here.
    """

    raw: NDArray[np.float64]
    at_ns: int
    odd: str = ""
    whole: bool = False

    def parts(self, most: int) -> Iterator[Run]:
        """The same in runs of at most `most` samples."""
        for first in range(0, len(self.raw), most):
            yield msgspec.structs.replace(self, raw=self.raw[first : first + most])


class Decoder(Protocol):
    """The format of one stream; it keeps what is not complete yet, and never more than a frame or a line."""

    def feed(self, chunk: bytes, at_ns: int) -> Iterator[Run]:
        """What the bytes read at `at_ns` complete."""
        ...

    def pause(self, at_ns: int) -> Iterator[Run]:
        """What is to be said when a line that may lose bytes has fallen quiet."""
        ...

    def end(self, at_ns: int) -> Iterator[Run]:
        """What is to be said when no more will come."""
        ...


class Text:
    r"""One number a line, ended by CR, LF, both, or ETX; a line that is none is one unreadable sample.

    >>> [run.raw.tolist() for run in Text().feed(b"1.5\n-2e3\nten\n4", 0)]
    [[1.5, -2000.0, nan]]
    """

    def __init__(self) -> None:
        self._framing = Framing("auto")

    def feed(self, chunk: bytes, at_ns: int) -> Iterator[Run]:
        """What the bytes read at `at_ns` complete."""
        lines = self._framing.feed(chunk)
        numbers = [number(line.decode("latin-1")) for line in lines]
        if lines:
            odd = next((printable(line) for line, each in zip(lines, numbers, strict=True) if each is None), "")
            yield Run(np.array([math.nan if each is None else each for each in numbers]), at_ns, odd)

    def pause(self, at_ns: int) -> Iterator[Run]:  # noqa: ARG002 - a line is over when its end comes, however late
        """Nothing: the rest of the line may come yet."""
        yield from ()

    def end(self, at_ns: int) -> Iterator[Run]:
        """A line without its end is unreadable: the half of a number is a number too."""
        for line in self._framing.feed(b"\n"):
            yield unreadable(at_ns, printable(line))


class Binary:
    r"""Numbers of one size, one after the other, little-endian.

    >>> [run.raw.tolist() for run in Binary("i16").feed(b"\x01\x00\xff\xff\x07", 0)]
    [[1.0, -1.0]]
    """

    def __init__(self, format_: Format) -> None:
        self._code = CODES[format_]
        self._size = struct.calcsize(self._code)
        self._kept = b""

    def feed(self, chunk: bytes, at_ns: int) -> Iterator[Run]:
        """What the bytes read at `at_ns` complete."""
        data = self._kept + chunk
        cut = len(data) - len(data) % self._size
        self._kept = data[cut:]
        if cut:
            yield Run(numbers(data[:cut], self._code), at_ns)

    def pause(self, at_ns: int) -> Iterator[Run]:
        """A part of a number is unreadable: a byte was lost, and after the pause a number begins anew."""
        yield from self.end(at_ns)

    def end(self, at_ns: int) -> Iterator[Run]:
        """A part of a number is unreadable."""
        rest, self._kept = self._kept, b""
        if rest:
            yield unreadable(at_ns, printable(rest))


class Framed:
    """Frames of `block` numbers of one size, each after the bytes `sync`.

    A frame counts when the next `sync` follows it, or a pause does. So one lost byte costs one frame and never
    shifts the numbers after it, and a `sync` by chance among garbage is no frame.
    """

    def __init__(self, format_: Format, sync: bytes, block: int) -> None:
        self._code = CODES[format_]
        self._sync = sync
        self._length = len(sync) + block * struct.calcsize(self._code)
        self._kept = b""
        self._whole_ns: int | None = None  # when the last byte of the frame at the beginning of `_kept` was read

    def feed(self, chunk: bytes, at_ns: int) -> Iterator[Run]:
        """What the bytes read at `at_ns` complete and confirm; bytes outside of frames are one unreadable sample."""
        data, sync, length = self._kept + chunk, self._sync, self._length
        held_ns, self._whole_ns = self._whole_ns, None
        place = skipped = 0
        while (start := data.find(sync, place)) >= 0 and len(data) >= start + length + len(sync):
            if not data.startswith(sync, start + length):
                place = start + 1  # the true one may begin inside
                continue
            yield from self._outside(data[skipped:start], at_ns)
            yield self._frame(data[start : start + length], at_ns if start or held_ns is None else held_ns)
            place = skipped = start + length
        # Without any sync in sight, its first bytes may still be the last of what has come.
        keep = start if start >= 0 else max(place, len(data) - len(sync) + 1)
        yield from self._outside(data[skipped:keep], at_ns)
        self._kept = data[keep:]
        if len(self._kept) >= length:
            self._whole_ns = at_ns if keep or held_ns is None else held_ns

    def pause(self, at_ns: int) -> Iterator[Run]:  # noqa: ARG002 - a frame has the stamp of its last byte
        """A frame that is all there, and nothing more."""
        if len(self._kept) == self._length and self._whole_ns is not None:
            yield self._frame(self._kept, self._whole_ns)
            self._kept, self._whole_ns = b"", None

    def end(self, at_ns: int) -> Iterator[Run]:
        """The same; a part of a frame is unreadable."""
        yield from self.pause(at_ns)
        yield from self._outside(self._kept, at_ns)
        self._kept, self._whole_ns = b"", None

    def _frame(self, data: bytes, at_ns: int) -> Run:
        return Run(numbers(data[len(self._sync) :], self._code), at_ns, whole=True)

    @staticmethod
    def _outside(data: bytes, at_ns: int) -> Iterator[Run]:
        if data:
            yield unreadable(at_ns, f"outside of frames: {printable(data)}", whole=True)


def unreadable(at_ns: int, odd: str, *, whole: bool = False) -> Run:
    """One sample that is no number, and what it looked like."""
    return Run(np.array([math.nan]), at_ns, odd, whole)


def numbers(data: bytes, code: str) -> NDArray[np.float64]:
    """Numbers of the machine, shape (n,); a signalling nan is a nan as any other."""
    with np.errstate(invalid="ignore"):
        return np.frombuffer(data, dtype=code).astype(np.float64)
