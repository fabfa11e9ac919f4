"""What comes over wires: lines of gauges, frames and numbers of streams."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from edge_agent.observations import Heard, Judged, Reading, Samples, Unreadable
from edge_agent.sensors.framing import LONGEST, Framing
from edge_agent.sensors.line_rule import SHOWN, LineRule
from edge_agent.sensors.profiles import PROFILES
from edge_agent.sensors.sample_block import LARGEST as LARGEST_VALUE
from edge_agent.sensors.sample_block import Gathering
from edge_agent.sensors.samples import SampleFile, SampleSettings, SerialBlock
from edge_agent.standard import to_ns
from tests.fuzz.target import BEGUN_NS, UNTOUCHED, Target, green, must

LOWER, UPPER = 24.98, 25.02  # of the bore, as the station has it
LONGEST_SAID = 160  # characters of what is told of unreadable samples
PORT: dict[str, Any] = {"name": "it", "characteristic": "bore_mm", "rate_hz": 1000.0, "port": "/dev/null", "block": 16}
FILE: dict[str, Any] = {"name": "it", "characteristic": "bore_mm", "rate_hz": 1000.0, "path": "/dev/null", "block": 16}
STREAMS: tuple[SampleSettings, ...] = (
    *(SampleFile(format=format_, **FILE) for format_ in ("f64", "f32", "i16", "text")),
    SerialBlock(format="i16", sync="aa55", baud=115_200, **PORT),
    SerialBlock(format="f32", sync="55555555", baud=115_200, scale=-1e12, offset=1e12, **PORT),
)
NAMES = tuple(PROFILES)
RULES = tuple(LineRule("gauge", "bore_mm", profile) for profile in PROFILES.values())


def lines(data: bytes) -> None:
    """The first byte chooses the device, the second how many bytes come at once, the rest is what it sends.

    Nothing but a reading outside its limits, or a part judged bad, may light the lamp.
    """
    if len(data) < 2:
        return
    which, size = data[0] % len(NAMES), 1 + data[1]
    framing, station, reason = Framing(PROFILES[NAMES[which]].terminator), green(), False
    for now_ns, line in stamped(framing, pieces(data[2:], size)):
        must(len(line) <= LONGEST, "a line longer than its bound")
        said = RULES[which].read(line, now_ns)
        match said:
            case Reading(value=value, good=good):
                must(math.isfinite(value), "a reading that is no number")
                reason = reason or good is False or not LOWER <= value <= UPPER
            case Judged(good=good):
                reason = reason or not good
            case Unreadable(raw=raw):
                must(len(raw) <= SHOWN and raw.isprintable(), "more of a line passed on than is safe to show")
            case Heard():
                pass
        station.step(said, now_ns)
        must(reason or station.stack(now_ns).sign in UNTOUCHED, "garbage has lit the lamp")
        must(reason or not station.calls.open, "garbage has called somebody")


def samples(data: bytes) -> None:
    """The first byte chooses the stream, the second how many bytes come at once, the rest is what it sends."""
    if len(data) < 2:
        return
    settings, size = STREAMS[data[0] % len(STREAMS)], 1 + data[1]
    decoder, gathering, count = settings.decoder(), Gathering(settings, to_ns(0.001)), 0
    runs = (run for number, piece in enumerate(pieces(data[2:], size)) for run in decoder.feed(piece, number))
    for run in (*runs, *decoder.pause(len(data)), *decoder.end(len(data))):
        for said in gathering.take(run):
            count += told(said, settings)
    count += sum(told(said, settings) for said in gathering.flush())
    must(count <= len(data), "more samples than bytes")
    must(not list(decoder.end(len(data))), "a decoder that has ended still holds something")


def told(said: Samples | Unreadable, settings: SampleSettings) -> int:
    """How many samples were passed on, each of which must be a number that can be reckoned with."""
    if isinstance(said, Unreadable):
        must(len(said.raw) <= LONGEST_SAID and said.raw.isprintable(), "more passed on than is safe to show")
        return 0
    must(0 < len(said.values) <= settings.block, "a block beyond its bound")
    must(all(abs(value) <= LARGEST_VALUE for value in said.values), "a sample that is no number")
    return len(said.values)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """The bytes as they are read, so many at a time."""
    return (data[first : first + size] for first in range(0, len(data), size))


def stamped(framing: Framing, chunks: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that the chunks complete, one chunk a millisecond."""
    for number, chunk in enumerate(chunks, start=1):
        for line in framing.feed(chunk):
            yield BEGUN_NS + number * to_ns(0.001), line


TARGETS = (
    Target(
        "lines",
        "lines of a gauge on a serial port",
        lines,
        tuple(
            bytes([which, size]) + b"".join(sample.line for sample in profile.samples)
            for which, profile in enumerate(PROFILES.values())
            for size in (0, 6, 255)
        ),
    ),
    Target(
        "samples",
        "streams of samples, as bytes, frames and lines",
        samples,
        (
            b"\x00\x08" + bytes(64),
            b"\x01\xff" + b"\x00\x00\x80\x3f" * 20,
            b"\x02\x00" + bytes(range(64)),
            b"\x03\x04" + b"1.5\n-2e3\r\nten\n4",
            b"\x04\x10" + (b"\xaa\x55" + bytes(32)) * 3,
            b"\x05\x01" + (b"\x55" * 4 + b"\x00\x00\x80\x7f" * 16) * 2,
        ),
    ),
)
