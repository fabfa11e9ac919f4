"""The demo's gauge: a pseudo-terminal behind a link, as a USB gauge is behind its by-id link."""

from __future__ import annotations

import contextlib
import os
import tty
from pathlib import Path


class Gauge:
    """Sends readings as a Mitutoyo gauge does; unplugged and plugged in again it has another number."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self._ends: tuple[int, int] | None = None
        self.plug()

    def plug(self) -> None:
        """Put it in, where it is not."""
        if self._ends is not None:
            return
        device, port = os.openpty()
        tty.setraw(port)  # a terminal would echo what it is sent, and turn CR into LF
        os.set_blocking(device, False)
        self.link.symlink_to(os.ttyname(port))
        self._ends = (device, port)  # the port is held: one that nobody holds reads as unplugged

    def unplug(self) -> None:
        """Pull it out; its link goes with it."""
        if self._ends is None:
            return
        self.link.unlink()
        for end in self._ends:
            os.close(end)
        self._ends = None

    def measure(self, value: float) -> None:
        """Send one reading in mm; unplugged, or with nobody reading its 4 KB, it is lost, as on a real cable.

        Length of a line: three characters, sign and eight digits, CR.
        """
        if self._ends is not None:
            with contextlib.suppress(BlockingIOError):
                os.write(self._ends[0], f"01A{value:+09.3f}\r".encode())
