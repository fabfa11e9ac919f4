"""Which machine this is and which run of it: what tells two stations with one identity apart."""

from __future__ import annotations

import hashlib
from pathlib import Path

SERIAL = Path("/proc/device-tree/serial-number")  # a Raspberry Pi's own; a copied card does not copy it
MACHINE_ID = Path("/etc/machine-id")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
UNKNOWN = "unknown"


def serial() -> str:
    """The board's serial number, else one made from the machine id, else `unknown`."""
    if board := _read(SERIAL).strip("\0"):
        return board
    machine = _read(MACHINE_ID)  # confidential by its own manual, so only a hash of it goes out
    return hashlib.sha256(f"andon {machine}".encode()).hexdigest()[:16] if machine else UNKNOWN


def boot() -> str:
    """The kernel's identity of this run of the system, new at each power-on."""
    return _read(BOOT_ID) or UNKNOWN


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
