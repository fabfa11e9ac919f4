"""Where samples come from: a file, a pipe, a device or a serial port, read without ever waiting long."""

from __future__ import annotations

import errno
import os
import select
import stat
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, Self

import serial

from edge_agent.sensors.serial_reader import PARITIES, READ_WAIT_S
from edge_agent.sensors.serial_reader import why as port_why

if TYPE_CHECKING:
    from edge_agent.sensors.samples import SerialBlock

MS_PER_S = 1000


class Stream(AbstractContextManager["Stream"], Protocol):
    """An open stream.

    Attributes:
        lossy: bytes may be lost on the way, so that the rest of a sample after a pause is none.
        recorded: it lies there as a whole, and is played rather than heard.
    """

    lossy: bool
    recorded: bool

    def read(self, most: int) -> bytes:
        """At least one and at most `most` bytes; none where nothing came for 0.2 s; EOFError where it is over."""
        ...


class FileStream:
    """A regular file, a named pipe or a character device."""

    lossy = False

    def __init__(self, path: str) -> None:
        # not blocking, so that a pipe opens before its writer comes; and no terminal becomes the agent's own
        self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        self.recorded = stat.S_ISREG(os.fstat(self._fd).st_mode)
        self._ready = select.poll()
        self._ready.register(self._fd, select.POLLIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)

    def read(self, most: int) -> bytes:
        """See `Stream`; a pipe is over when its last writer has gone, and not before the first has come."""
        if not self._ready.poll(READ_WAIT_S * MS_PER_S):
            return b""
        chunk = os.read(self._fd, most)
        if not chunk:
            raise EOFError
        return chunk


class PortStream:
    """A serial port, for this process alone."""

    lossy = True
    recorded = False

    def __init__(self, settings: SerialBlock) -> None:
        self._port = serial.Serial(
            settings.port,
            baudrate=settings.baud,
            bytesize=settings.bytesize,
            parity=PARITIES[settings.parity],
            stopbits=settings.stopbits,
            timeout=READ_WAIT_S,
            exclusive=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._port.close()

    def read(self, most: int) -> bytes:
        """See `Stream`; a port that is unplugged raises an OSError."""
        chunk: bytes = self._port.read(1)
        if chunk:
            chunk += self._port.read(min(self._port.in_waiting, most - 1))
        return chunk


def why(error: Exception, place: str, *, is_port: bool) -> str:
    """Say what is wrong with a stream, and what to do."""
    if is_port:
        return port_why(error, place)
    if isinstance(error, EOFError):
        return f"the writer of {place} has gone: start it again"
    code = getattr(error, "errno", None)
    if code == errno.ENOENT:
        return f"no such file {place}: correct path, or make the pipe with mkfifo {place}"
    if code in {errno.EACCES, errno.EPERM}:
        return f"no permission to read {place}: let the agent's user read it (chmod, or its group)"
    if code == errno.EISDIR:
        return f"{place} is a folder: write the file in it as path"
    return f"{place} cannot be read: {type(error).__name__}: {error}"
