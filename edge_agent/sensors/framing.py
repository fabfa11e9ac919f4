"""Bytes into lines, within a bound: pure, so that a port that drips, floods or never ends a line is harmless.

pyserial's own `readline` splits on LF alone, so that a gauge that ends its lines with CR looks dead, and waits
for each byte anew, so that a dripping port holds it for ever.
"""

from __future__ import annotations

import re

from edge_agent.sensors.profiles import Terminator

LONGEST = 4096  # bytes kept without a terminator: far above any device's line, nothing to a Pi
ENDS: dict[Terminator, re.Pattern[bytes]] = {
    "cr": re.compile(rb"\r"),
    "lf": re.compile(rb"\n"),
    "crlf": re.compile(rb"\r\n"),
    "etx": re.compile(rb"\x03"),
    "auto": re.compile(rb"[\r\n\x03]"),
}
STX = b"\x02"


class Framing:
    r"""Collects the bytes of one port.

    >>> Framing("cr").feed(b"01A+0000.123\r01A")
    [b'01A+0000.123']

    A line longer than `LONGEST` is handed over once, cut to that length, and dropped up to the next terminator.
    """

    def __init__(self, terminator: Terminator) -> None:
        self._end = ENDS[terminator]
        self._kept = b""
        self._dropping = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take what was read; give the lines it completes, without NUL, STX and terminator, empty ones left out."""
        *ended, rest = self._end.split(self._kept + chunk)
        lines = [line for line in (self._bare(line) for line in ended) if line]
        if len(rest) > LONGEST:
            if not self._dropping:
                lines.append(rest[:LONGEST])
            self._dropping = True
            rest = rest[-1:]  # it may be the first half of CR LF
        self._kept = rest
        return lines

    def _bare(self, line: bytes) -> bytes:
        """One line without its frame; nothing where it is the tail of one that was too long."""
        if self._dropping:
            self._dropping = False
            return b""
        return line.rpartition(STX)[2].replace(b"\0", b"").strip()[:LONGEST]
