"""The card: room on it, writable, and what the kernel and the card itself say of their health."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, failed, ok, unknown, warning
from edge_agent.doctor.mounts import Mount, mount_of

MB = 1024 * 1024
LEAST_MB, FEW_MB = 64, 512  # the journal's log needs 8; an upgrade beside the running version about 200
FEW_INODES = 1_000
WORN = 9  # JEDEC JESD84-B51, DEVICE_LIFE_TIME_EST: 0x0A is 90 to 100 %, 0x0B beyond


def examine(case: Case) -> Iterator[Finding]:
    """The file system of the journal, and the device under it."""
    if case.config is None:
        return
    folder = Path(case.config.journal.path).parent
    while not folder.is_dir():
        folder = folder.parent
    yield from _room(folder, case.config.journal.most_mb)
    mount = mount_of(case, folder)
    if mount is None:
        yield unknown("card", "the kernel does not tell what the journal lies on")
        return
    if mount.read_only:
        text = f"{mount.place} is mounted read-only: nothing is recorded"
        yield failed("card", text, "dmesg says why; a card that turned read-only is at its end: replace it")
    yield _errors(case, mount)
    yield _wear(case, mount)


def _room(folder: Path, most_mb: int) -> Iterator[Finding]:
    found = os.statvfs(folder)
    free_mb = found.f_bavail * found.f_frsize // MB
    remedy = "make room: sudo apt clean; sudo journalctl --vacuum-size=50M; or a smaller [journal] most_mb"
    if free_mb < LEAST_MB:
        yield failed("free space", f"{free_mb} MB free at {folder}", remedy)
    elif free_mb < FEW_MB:
        yield warning("free space", f"{free_mb} MB free at {folder}; the journal may grow to {most_mb} MB", remedy)
    else:
        yield ok("free space", f"{free_mb} MB free at {folder}")
    if found.f_files > 0 and found.f_favail < FEW_INODES:
        yield failed("free space", f"only {found.f_favail} files more can be made at {folder}", remedy)


def _errors(case: Case, mount: Mount) -> Finding:
    """What ext4 has counted since the file system was made, or last checked."""
    device = Path(mount.device).name if mount.device.startswith("/dev/") else ""
    if device in {"", "root"}:
        device = _root_device(case)
    count = case.read(f"/sys/fs/ext4/{device}/errors_count") if device else None
    if count is None:
        return unknown("card", f"{mount.kind} on {mount.device} does not count its errors", "dmesg | grep -i error")
    if count != "0":
        return failed(
            "card", f"the kernel has counted {count} errors on {device}", "copy what is there; replace the card"
        )
    return ok("card", f"the kernel has counted no error on {device}")


def _root_device(case: Case) -> str:
    """The device of the root file system, which the kernel's table calls /dev/root."""
    words = (case.read("/proc/cmdline") or "").split()
    root = next((word.removeprefix("root=") for word in words if word.startswith("root=/dev/")), "")
    return Path(root).name


def _wear(case: Case, mount: Mount) -> Finding:
    """What the memory says of its own wear: eMMC does, SD cards hardly ever do."""
    name = Path(mount.device).name.partition("p")[0]
    told = case.read(f"/sys/block/{name}/device/life_time") if name.startswith("mmcblk") else None
    worn = [int(word, 16) for word in (told or "").split() if word.startswith("0x")]
    if not worn or max(worn) == 0:
        return unknown(
            "wear", "the memory does not say how worn it is", "an SD card of an industrial sort lasts longer"
        )
    if max(worn) > WORN:
        return failed("wear", f"{10 * max(worn)} % or more of its life is used", "copy what is there; replace it soon")
    return ok("wear", f"at most {10 * max(worn)} % of its life is used")
