"""In the guest, before its services: a simulated chip with a station's wires at rest, and a record of its lamps.

Standard library only: it runs with the system's own Python. `/run/wires/GPIO17` is the folder of a line, with `pull` to
drive it and `value` to read it; `/run/lamps` gets a line `NANOSECONDS NUMBER...` whenever other outputs are on.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

from tests.vm.chip import LINES, Chip

CYCLE, CORD, RESET = 17, 27, 22
RED, YELLOW, GREEN, WHITE, BUZZER = LAMPS = (23, 24, 25, 12, 16)
AT_REST = ((CYCLE, True), (CORD, False), (RESET, True))  # contacts open, but for the cord, which is normally closed
FOLDER, RECORD = Path("/run/wires"), Path("/run/lamps")
LOOK_S = 0.002  # shorter than any pattern of the stack by far; the guest has one processor


def main() -> None:
    """Make the chip, say that it is there, watch its lamps for ever."""
    chip = Chip()
    for number, high in AT_REST:
        chip.drive(number, high=high)
    FOLDER.mkdir()
    for number in range(LINES):
        (FOLDER / f"GPIO{number}").symlink_to(chip.lines / f"sim_gpio{number}")
    record = os.open(RECORD, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o644)
    tell_systemd()
    watch([os.open(chip.lines / f"sim_gpio{number}" / "value", os.O_RDONLY) for number in LAMPS], record)


def watch(files: list[int], record: int) -> None:
    """Write down each change of what is on."""
    seen = None
    while True:
        lit = [number for number, file in zip(LAMPS, files, strict=True) if os.pread(file, 1, 0) == b"1"]
        if lit != seen:
            seen = lit
            os.write(record, f"{time.monotonic_ns()} {' '.join(map(str, lit))}\n".encode())
        time.sleep(LOOK_S)


def tell_systemd() -> None:
    """The lines can be had from now on."""
    if address := os.environ.get("NOTIFY_SOCKET"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(b"READY=1", address.replace("@", "\0", 1) if address.startswith("@") else address)


if __name__ == "__main__":
    sys.exit(main())
