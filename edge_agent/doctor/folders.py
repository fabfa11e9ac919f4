"""The folders the agent works in: there, its own, and on something that keeps what is written."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from pathlib import Path

from edge_agent.control import socket_path
from edge_agent.control.place import SYSTEM_FOLDER
from edge_agent.doctor.case import SERVICE_USER, Case
from edge_agent.doctor.finding import Finding, failed, ok, unknown, warning
from edge_agent.doctor.mounts import mount_of
from edge_agent.doctor.versions import version_of

FORGETS = {"tmpfs", "ramfs", "overlay", "zram"}  # what is written there is gone with the power


def examine(case: Case) -> Iterator[Finding]:
    """Of the journal, of the control socket, and the working directory where a driver writes into it."""
    if case.config is None:
        return
    journal = Path(case.config.journal.path).parent
    yield _of_journal(case, journal)
    mount = mount_of(case, journal)
    if mount is not None and mount.kind in FORGETS:
        text = f"{journal} lies on {mount.kind}: what is recorded is lost with the power"
        yield failed("journal folder", text, "put [journal] path on a partition of its own that keeps it")
    socket = socket_path(case.config.journal.path, case.config.station.name)
    folder = SYSTEM_FOLDER if SYSTEM_FOLDER.is_dir() else socket.parent
    if folder.is_dir():
        yield ok("runtime folder", f"the control socket is looked for in {folder}")
    else:
        yield failed("runtime folder", f"there is no {folder}", "systemd makes it: RuntimeDirectory= of the unit")
    if not version_of("gpiod") and version_of("lgpio"):
        yield _of_lgpio()


def _of_journal(case: Case, folder: Path) -> Finding:
    if not folder.is_dir():
        remedy = f"sudo install -d -o {SERVICE_USER} -g {SERVICE_USER} -m 750 {folder}"
        return failed("journal folder", f"there is no {folder}", remedy)
    try:
        owner = pwd.getpwuid(folder.stat().st_uid).pw_name
    except KeyError:
        owner = str(folder.stat().st_uid)
    expected = SERVICE_USER if _is_known(SERVICE_USER) else pwd.getpwuid(os.geteuid()).pw_name
    if owner == expected or os.access(folder, os.W_OK):
        return ok("journal folder", f"{folder} is {owner}'s")
    if case.status is not None and "journal" not in case.status.degraded:
        return ok("journal folder", f"{folder} is {owner}'s, and the station writes there")
    return failed("journal folder", f"{folder} is {owner}'s, not {expected}'s", f"sudo chown -R {expected}: {folder}")


def _of_lgpio() -> Finding:
    """The library writes a pipe into its working directory and dies where it may not."""
    folder = os.environ.get("LG_WD")
    if folder is None:
        return unknown(
            "working directory", "lgpio writes a pipe where the agent is started", "set LG_WD=/run/edge-agent"
        )
    if os.access(folder, os.W_OK):
        return ok("working directory", f"lgpio writes into {folder}")
    return warning("working directory", f"lgpio may not write into {folder}", "set LG_WD to a folder it may write to")


def _is_known(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
