"""`./dev flash lines`: from a blank card to green on a kernel's own pins, and with the plug pulled meanwhile."""

from __future__ import annotations

import fcntl
import itertools
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.systemd.container import CONFIG, HERE, STATION, UPLINK, bundle_for
from tests.systemd.readme import commands
from tests.vm import image, kernel, machine

PARTS_S = 2.0  # between two closures of the contact; the standard is 55 s
GREEN, TIERS = "/run/wires/GPIO25/value", ("GPIO23", "GPIO24", "GPIO25")


def blank_to_green(suite: str, tar: Path) -> str:
    """The commands of the page, as written; the lamps light; green after parts, and not before."""
    with machine.booted(image.build(suite)) as guest:
        began_s = time.monotonic()
        flash(guest, tar)
        for command in commands("install"):
            guest.run(command)
        guest.until(lambda: active(guest))
        took_s = time.monotonic() - began_s
        assert guest.run(f"cat {GREEN}") == "0", "green before anything was seen"
        parts = produced(guest)
        seen = {line.partition(" ")[2] for line in guest.run("cat /run/lamps").splitlines()}
        assert {"23", "24", "25", "23 24 25 12"} <= seen, seen  # tier by tier, and the sign of the card
        guest.run(f"edge-agent status {CONFIG}")
        before = guest.run("readlink /opt/edge-agent/current")
        assert "nothing is changed" in guest.run(commands("install")[-1])
        assert before == guest.run("readlink /opt/edge-agent/current")
    return f"installed in {took_s:.0f} s, green after {parts} parts"


def plug_pulled(suite: str, tar: Path, seconds: tuple[float, ...]) -> str:
    """The plug is pulled while it installs, again and again; with the power the same command goes on and ends it."""
    with tempfile.TemporaryDirectory(dir=kernel.folder()) as folder:
        disk = Path(folder) / "card.img"
        subprocess.run(["cp", "--sparse=always", image.build(suite), disk], check=True)
        for place, pulled_s in enumerate(seconds):
            with machine.booted(disk, keep=True) as guest:
                if place == 0:
                    flash(guest, tar)
                    for command in commands("install")[:-1]:
                        guest.run(command)
                    guest.run("sync")
                guest.begin(commands("install")[-1])
                began_s = time.monotonic()
                guest.until(lambda: time.monotonic() > began_s + pulled_s)  # noqa: B023 - called at once
            let_go(disk)
        with machine.booted(disk, keep=True) as guest:
            said = guest.run(commands("install")[-1])
            guest.until(lambda: active(guest))
            produced(guest)
    return f"pulled after {', '.join(f'{each:g} s' for each in seconds)}; then: {said.splitlines()[-1]}"


def let_go(disk: Path) -> None:
    """Wait until the last process of a machine that was killed has let go of its disk."""
    with disk.open("r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)


def flash(guest: machine.Machine, tar: Path) -> None:
    """Put the two files on the boot partition."""
    guest.run(f"mkdir -p /boot/firmware && cp /run/outside{tar} /boot/firmware")
    guest.run(f"cp /run/outside{HERE / 'station.toml'} /boot/firmware")


def active(guest: machine.Machine) -> bool:
    """Whether both units are."""
    return guest.run(f"systemctl is-active {STATION} {UPLINK}", well=False).split() == ["active", "active"]


def produced(guest: machine.Machine) -> int:
    """Make parts until the lamp is green; how many."""
    for part in itertools.count(1):
        guest.run("echo pull-down >/run/wires/GPIO17/pull; sleep 0.2; echo pull-up >/run/wires/GPIO17/pull")
        guest.run(f"sleep {PARTS_S}")
        if guest.run(f"cat {GREEN}") == "1":
            return part
        assert part < 20, guest.run(f"edge-agent status {CONFIG}", well=False)
    raise AssertionError


def well(suite: str, *, short: bool) -> bool:
    """Go from a blank card to green; without `short` once more with the plug pulled."""
    tar = Path(shutil.copy(bundle_for(suite), kernel.folder()))
    scenarios = [lambda: blank_to_green(suite, tar)]
    if not short:
        scenarios.append(lambda: plug_pulled(suite, tar, (3.0, 10.0, 20.0)))
    for scenario in scenarios:
        began_s = time.monotonic()
        try:
            said = scenario()
        except Exception as error:  # noqa: BLE001 - told, and the other suite is still of interest
            sys.stdout.write(f"{suite} on a kernel's lines: FAILED: {error!r}\n")
            return False
        sys.stdout.write(f"{suite} on a kernel's lines ({time.monotonic() - began_s:.0f} s): {said}\n")
        sys.stdout.flush()
    return True
