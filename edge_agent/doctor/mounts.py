"""Which file system a folder lies on, by the kernel's table."""

from __future__ import annotations

from pathlib import Path

import msgspec

from edge_agent.doctor.case import Case


class Mount(msgspec.Struct, frozen=True):
    """One file system: its device, where it is, of what kind, and whether it is read-only."""

    device: str
    place: Path
    kind: str
    read_only: bool


def mount_of(case: Case, folder: Path) -> Mount | None:
    """The file system of a folder; None where the kernel does not tell."""
    table = case.read("/proc/self/mounts") or case.read("/proc/mounts")
    real = folder.resolve()
    found: Mount | None = None
    for words in (line.split() for line in (table or "").splitlines()):
        if len(words) < 4:  # noqa: PLR2004 - device, place, kind, options
            continue
        place = Path(words[1].encode().decode("unicode_escape"))
        if real.is_relative_to(place) and (found is None or len(place.parts) >= len(found.place.parts)):
            found = Mount(words[0], place, words[2], "ro" in words[3].split(","))
    return found
