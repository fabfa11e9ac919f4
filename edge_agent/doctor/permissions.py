"""Whether the user of the agent may use its devices: by the groups that the devices belong to."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path

from edge_agent.doctor.case import SERVICE_USER, Case
from edge_agent.doctor.finding import Finding, failed, ok, unknown

MOST = 8  # devices: one chip and some ports


def examine(case: Case) -> Iterator[Finding]:
    """Each device that the configuration uses."""
    name, groups = user(case)
    devices = list(_devices(case))
    if not devices:
        yield unknown("permissions", "there is no device of this station to look at")
    for path in devices[:MOST]:
        yield _one(path, name, groups)


def user(case: Case) -> tuple[str, set[int]]:
    """Who runs the agent, and their groups: the service's user where the machine has one, else who runs this."""
    try:
        known = pwd.getpwnam(SERVICE_USER)
    except KeyError:
        return pwd.getpwuid(os.geteuid()).pw_name, {*os.getgroups(), os.getegid()}
    given = case.run(
        ["systemctl", "show", f"edge-agent-station@{case.station}", "-p", "SupplementaryGroups", "--value"]
    )
    named = {
        each.gr_gid for each in grp.getgrall() if SERVICE_USER in each.gr_mem or each.gr_name in (given or "").split()
    }
    return SERVICE_USER, {known.pw_gid, *named}


def _devices(case: Case) -> Iterator[Path]:
    if case.config is None:
        return
    if case.config.wires():
        yield from sorted(case.there("/dev").glob("gpiochip*"))
    for sensor in case.config.sensors:
        port = getattr(sensor, "port", None)
        if port is not None and case.there(str(port)).exists():
            yield case.there(str(port))


def _one(path: Path, name: str, groups: set[int]) -> Finding:
    found = path.stat()
    what = f"permission for {path}"
    try:
        group = grp.getgrgid(found.st_gid).gr_name
    except KeyError:
        group = str(found.st_gid)
    owned = name == "root" or found.st_uid == _uid(name)
    both = stat.S_IRGRP | stat.S_IWGRP
    if owned or (found.st_gid in groups and found.st_mode & both == both):
        return ok(what, f"{name} may use it" + ("" if owned else f", by the group {group}"))
    if found.st_mode & both != both:
        remedy = "udev gives it its group and its mode: install the rules of hw/udev, then replug it or restart"
        return failed(what, f"its group {group} may not read and write it", remedy)
    return failed(
        what, f"{name} is not in the group {group}", f"sudo usermod -aG {group} {name}; then restart the agent"
    )


def _uid(name: str) -> int:
    return pwd.getpwnam(name).pw_uid
