"""Readings that come too fast for one line each: blocks of equally spaced samples, from a file, a pipe or a port.

One thread for each stream reads what is there, cuts it into samples and posts them by the block, stamped with the
instant the block's last byte was read. A stream that is over is opened again, with growing pauses.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from edge_agent.observations import MOST_SAMPLES, Source
from edge_agent.sensors.sample_formats import CODES, SHORTEST_LINE, Binary, Decoder, Format, Framed, Text
from edge_agent.sensors.wire import Post, Settings, Wire

if TYPE_CHECKING:
    from gpiozero.pins import Factory

HEARD_AT_LEAST_S = 5.0  # as for a polled gauge: a shorter silence is a hiccup
HEARD_BLOCKS = 3
MOST_BLOCKS_PER_S = 100  # each is judged by every detector in turn; more would leave the station little time for edges
Number = Annotated[float, Meta(ge=-1e12, le=1e12)]


class SampleSettings(Settings, frozen=True, kw_only=True):
    """What all streams of samples share: format, rate, scale, block."""

    characteristic: Annotated[
        str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}$", description="what is measured, the unit last: pressure_bar")
    ]
    format: Annotated[Format, Meta(description="how a sample is written: little-endian, or one number a line")]
    rate_hz: Annotated[float, Meta(ge=0.001, le=100_000, description="samples a second")]
    scale: Annotated[Number, Meta(description="value = sample * scale + offset")] = 1.0
    offset: Annotated[Number, Meta(description="see scale")] = 0.0
    block: Annotated[int, Meta(ge=1, le=MOST_SAMPLES, description="samples that are judged at once")] = 256

    def __post_init__(self) -> None:
        """Refuse what cannot be read or judged: complaints name the setting and what to write instead."""
        if not self.scale:
            message = "scale = 0 makes all samples alike; write scale = 1.0 where they are in the right unit already"
            raise ValueError(message)
        blocks_per_s = self.fastest_hz() / self.block
        if blocks_per_s > MOST_BLOCKS_PER_S:
            least = math.ceil(self.fastest_hz() / MOST_BLOCKS_PER_S)
            remedy = f"write block = {least} or more" if least <= MOST_SAMPLES else "write a lower speed"
            message = f"block = {self.block} makes {blocks_per_s:.0f} blocks a second; {remedy}"
            raise ValueError(message)

    def fastest_hz(self) -> float:
        """Samples a second that this stream is allowed to give."""
        return self.rate_hz

    def sample_bytes(self) -> int:
        """Bytes of a sample, at the least."""
        return SHORTEST_LINE if self.format == "text" else struct.calcsize(CODES[self.format])

    def decoder(self) -> Decoder:
        """How its bytes are read, from the beginning of a stream."""
        return Text() if self.format == "text" else Binary(self.format)

    def source(self) -> Source:
        """It sees readings, and is heard within three blocks, and never in less than 5 s."""
        within_s = max(HEARD_AT_LEAST_S, HEARD_BLOCKS * self.block / min(self.rate_hz, self.fastest_hz()))
        return Source(name=self.name, sees="reading", characteristic=self.characteristic, heard_within_s=within_s)


class SampleFile(SampleSettings, frozen=True, kw_only=True, tag="sample_file"):
    """A file, a named pipe or a character device of samples.

    A regular file is played at `rate_hz` times `speed`, once; then the sensor is gone. A pipe or a device is taken
    at arrival; when its writer goes the sensor is gone until samples come again.
    """

    path: Annotated[str, Meta(min_length=1, max_length=4096, description="file, pipe (mkfifo) or device")]
    speed: Annotated[float, Meta(ge=0.001, le=10_000, description="2.0 plays a regular file twice as fast")] = 1.0

    def fastest_hz(self) -> float:
        """A file may be played faster, and slower, than it was recorded."""
        return self.rate_hz * self.speed

    def open(self, post: Post, pins: Factory) -> Wire:  # noqa: ARG002 - a file needs no pins
        """Begin to read; a file that is not there is posted as gone and waited for, and raises nothing."""
        # here, so that `check` needs no pyserial, and the thread's file can import the settings
        from edge_agent.sensors.sample_reader import SampleReader
        from edge_agent.sensors.sample_streams import FileStream

        return SampleReader(self, lambda: FileStream(self.path), post, self.speed)


class SerialBlock(SampleSettings, frozen=True, kw_only=True, tag="serial_block"):
    """A device that streams samples over a serial port, as bytes or as lines.

    With `sync`, each frame of `block` samples follows these bytes: then a lost byte costs one frame. Without it, bytes
    that were lost shift all that follow until the device pauses for half a second.
    """

    port: Annotated[
        str, Meta(min_length=1, max_length=255, description="path of the port, best under /dev/serial/by-id")
    ]
    sync: Annotated[
        Annotated[str, Meta(pattern=r"^([0-9A-Fa-f]{2}){2,8}$")] | None,
        Meta(description="2 to 8 bytes before each frame of `block` samples, in hex: aa55; left out: no frames"),
    ] = None
    baud: Annotated[int, Meta(ge=50, le=4_000_000, description="bits a second on the wire")] = 115_200
    bytesize: Annotated[Literal[7, 8], Meta(description="bits of a byte; 7 for text only")] = 8
    parity: Annotated[Literal["none", "even", "odd"], Meta(description="check bit of a byte")] = "none"
    stopbits: Annotated[Literal[1, 2], Meta(description="stop bits of a byte")] = 1

    def __post_init__(self) -> None:
        """Refuse also what the wire cannot carry."""
        super().__post_init__()
        if self.format == "text" and self.sync is not None:
            message = "sync is for samples as bytes, and lines need none; take sync out, or write another format"
            raise ValueError(message)
        if self.format != "text" and self.bytesize != 8:  # noqa: PLR2004 - the bits of a byte
            message = f"bytesize = {self.bytesize} carries text only; write bytesize = 8"
            raise ValueError(message)
        needed = self.rate_hz * self.sample_bytes() * (1 + self.bytesize + self.stopbits + (self.parity != "none"))
        if needed > self.baud:
            remedy = "write the device's baud, a lower rate_hz or take shorter samples"
            message = f"rate_hz = {self.rate_hz:g} of {self.format} needs baud = {needed:.0f} or more; {remedy}"
            raise ValueError(message)

    def decoder(self) -> Decoder:
        """How its bytes are read, with frames where there is a `sync`."""
        if self.sync is None or self.format == "text":
            return super().decoder()
        return Framed(self.format, bytes.fromhex(self.sync), self.block)

    def open(self, post: Post, pins: Factory) -> Wire:  # noqa: ARG002 - a serial port needs no pins
        """Begin to read; a port that is not there is posted as gone and waited for, and raises nothing."""
        from edge_agent.sensors.sample_reader import SampleReader
        from edge_agent.sensors.sample_streams import PortStream

        return SampleReader(self, lambda: PortStream(self), post)
