"""A machine with the agent on it as install.sh leaves it, and what can be asked of its units, lamps and events."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import signal
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from systemd import bundle
from tests.vm import image, kernel, machine
from tests.vm.machine import Machine
from tests.vm.wires import BUZZER, CORD, CYCLE, GREEN, RED, RESET, WHITE, YELLOW

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
STATION, UPLINK = UNITS = ("edge-agent-station@station", "edge-agent-uplink@station")
CONFIG, FOLDER, BUNDLE = "/etc/edge-agent/station.toml", "/var/lib/edge-agent", "/bundle"
JOURNAL_MB = 48  # the disk of the journal: its own, so that it can be full or read-only while the machine lives
TIERS = ("red", "yellow", "green", "white", "buzzer")  # in the order of the lamp test
LAMPS = {RED: "red", YELLOW: "yellow", GREEN: "green", WHITE: "white", BUZZER: "buzzer"}
SUITES = {"bookworm": "3.11", "trixie": "3.13"}  # with their Python

Lit = tuple[str, ...]


class Guest(Machine):
    """The machine of one station."""

    plugged = False  # its gauge's adapter
    passed = 0  # events that were heard before this scenario began

    # -- its units -----------------------------------------------------------------------------------------

    def of(self, unit: str, name: str) -> str:
        """A property of a unit."""
        return self.run(f"systemctl show --value -p {name} {unit}")

    def pid(self, unit: str) -> int:
        """Its main process, 0 where there is none."""
        return int(self.of(unit, "MainPID"))

    def active(self, *units: str) -> bool:
        """Whether all of them are."""
        return all(self.of(unit, "ActiveState") == "active" for unit in units or UNITS)

    def restarted(self, unit: str, before: int) -> float:
        """Wait until it is active with another process than `before`; the seconds it took."""
        return self.until(lambda: self.pid(unit) not in (0, before) and self.active(unit))

    def strike(self, unit: str, number: signal.Signals) -> float:
        """Send a signal to the main process of a unit, and wait for the next one; the seconds it took."""
        before = self.pid(unit)
        self.run(f"kill -{number.value} {before}")
        return self.restarted(unit, before)

    def status(self) -> dict[str, Any]:
        """What the station says of itself, as soon as it can be asked."""
        said: list[str] = []
        self.until(lambda: said.append(self.run(f"edge-agent status {CONFIG} --json", well=False)) or said[-1])
        return dict(json.loads(said[-1]))

    def cycles(self) -> int:
        """How many parts it has counted since it started."""
        return int(self.status()["state"]["cycles"])

    def sensor(self, name: str) -> str:
        """Whether it is heard."""
        return next(str(each["state"]) for each in self.status()["state"]["sensors"] if each["name"] == name)

    def calls(self) -> list[int]:
        """The numbers of its open calls."""
        return [each["call"] for each in self.status()["state"]["calls"]]

    # -- its wires -----------------------------------------------------------------------------------------

    def drive(self, number: int, *, high: bool) -> None:
        """Put a level on an input."""
        self.run(f"echo pull-{'up' if high else 'down'} >/run/wires/GPIO{number}/pull")

    def press(self, number: int) -> None:
        """Close a contact for as long as it takes to count."""
        line = f"/run/wires/GPIO{number}/pull"
        self.run(f"echo pull-down >{line}; sleep 0.1; echo pull-up >{line}; sleep 0.1")

    def shown(self, since: int = 0) -> list[tuple[int, Lit]]:
        """What was lit, change after change, from the one numbered `since` on: (ns of the guest's clock, names)."""
        changes = [[int(word) for word in line.split()] for line in self.run("cat /run/lamps").splitlines()]
        return [(at_ns, tuple(LAMPS[number] for number in lit)) for at_ns, *lit in changes[since:]]

    def now(self) -> int:
        """How many changes there were: what `shown` and `sees` begin from."""
        return len(self.shown())

    def sees(self, *steps: Lit, since: int = 0) -> int:
        """Wait until these were lit one after another, others between them or not; when the last one was, in ns."""
        found: list[int] = []

        def there() -> bool:
            rest = iter(self.shown(since))
            found[:] = [next((at_ns for at_ns, lit in rest if lit == step), 0) for step in steps]
            return all(found)

        self.until(there)
        return found[-1]

    def tested(self, since: int = 0) -> set[str]:
        """Wait for the end of a lamp test: each tier alone, from the top; those seen, a busy machine may miss one."""
        self.sees(("red",), ("buzzer",), since=since)
        lit = [names[0] for _, names in self.shown(since) if len(names) == 1]
        test = lit[lit.index("red") : lit.index("buzzer") + 1]
        assert [tier for tier in TIERS if tier in test] == test, lit
        return set(test)

    def works(self) -> None:
        """Make parts and measure them until it is green: a sensor that was lost is believed at its second word."""
        if not self.plugged:
            self.plug()

        def green() -> bool:
            self.press(CYCLE)
            self.measures("25.004")
            self.run("sleep 0.5")
            return self.shown()[-1][1] == ("green",)

        self.until(green)

    def adapter(self, deed: str, what: str) -> None:
        """Plug an adapter in, or pull it out."""
        self.run(f"sh /run/checkout/tests/units/adapter {deed} {what}")

    def plug(self) -> None:
        """Plug the gauge's adapter in, and wait until the station has opened it."""
        self.adapter("plug", "gauge")
        self.plugged = True
        self.until(lambda: self.sensor("gauge") != "lost")

    def measures(self, mm: str) -> None:
        """Let the gauge send a value."""
        self.run(f"printf '01A+00{mm}\\r' >/dev/ttyGS0")

    def attended(self) -> int:
        """Pull the cord, and let somebody come: steady yellow, until it is let go; the number of the call."""
        since = self.now()
        self.drive(CORD, high=True)
        call = int(self.hears("call.raised", kind="help")["data"]["call"])
        self.run(f"edge-agent calls arrive {call} --config {CONFIG}")
        self.hears("call.attended", call=call)
        self.sees(("yellow",), since=since)
        return call

    def let_go(self, call: int) -> None:
        """Push the cord back, restore, and make a part: as before."""
        self.drive(CORD, high=False)
        self.press(RESET)
        self.hears("call.cleared", call=call)
        self.works()

    # -- its events ----------------------------------------------------------------------------------------

    def plant(self) -> None:
        """Bring the plant's network, its broker and a listener up, where they are not yet."""
        self.run("[ -e /run/plant ] || sh /run/checkout/tests/units/plant")

    def heard(self, kind: str = "event") -> list[dict[str, Any]]:
        """What the listener at the broker has received of a kind of topic, in order."""
        lines = [line.partition(" ") for line in self.run("cat /run/heard 2>/dev/null", well=False).splitlines()]
        return [json.loads(payload) for topic, _, payload in lines if topic.endswith(f"/{kind}") and payload]

    def hears(self, name: str, /, **data: object) -> dict[str, Any]:
        """Wait for an event of this type in this scenario, with such data; the last one."""

        def matching() -> list[dict[str, Any]]:
            said = [event for event in self.heard()[self.passed :] if event["type"] == f"andon.{name}.v1"]
            return [event for event in said if data.items() <= event["data"].items()]

        self.until(matching)
        return matching()[-1]


# -- made and booted ---------------------------------------------------------------------------------------


def installed(suite: str) -> Path:
    """The Debian of this suite with this checkout's bundle as install.sh leaves it; made where there is none.

    Raises:
        NoImage: there is no Debian for the guest.
    """
    debian = image.built(suite)
    with tempfile.TemporaryDirectory(prefix="bundle-") as folder:
        made = bundle.made(Path(folder), platform.machine(), SUITES[suite])
        with tarfile.open(made) as tar:  # the sums of what is in it: its own bytes have the time of the commit
            sums = next(tar.extractfile(each) for each in tar if each.name.endswith("/SHA256SUMS")).read()
        told = hashlib.sha256(debian.name.encode() + sums + (HERE / "station.toml").read_bytes())
        disk = kernel.folder() / f"installed-{suite}-{told.hexdigest()[:12]}.img"
        if not disk.exists():
            for older in kernel.folder().glob(f"installed-{suite}-*"):
                older.unlink(missing_ok=True)
            new = disk.with_suffix(f".{os.getpid()}")
            try:
                install(debian, made, new)
                new.rename(disk)
            finally:
                new.unlink(missing_ok=True)
    return disk


def install(debian: Path, tar: Path, disk: Path) -> None:
    """Run the installer in a machine on a copy of the Debian, without a network; `disk` is what it leaves."""
    done("cp", "--sparse=always", str(debian), str(disk))
    with machine.booted(disk, keep=True) as fresh:
        fresh.run(f"mkdir -p /etc/edge-agent {BUNDLE}; cp /run/checkout/tests/units/station.toml {CONFIG}")
        fresh.run(f"tar -xf /run/outside{tar} -C {BUNDLE} --strip-components=1")
        fresh.run(f"{BUNDLE}/install.sh", wait_s=900)
        fresh.run(f"echo '/dev/ubdb {FOLDER} ext4 noatime,errors=remount-ro 0 2' >>/etc/fstab")
        fresh.shut_down()


@contextlib.contextmanager
def started(disk: Path) -> Iterator[Guest]:
    """A station that is switched on: its own disk for the journal, nothing plugged in, no network."""
    with tempfile.TemporaryDirectory(prefix="station-") as folder:
        journal = Path(folder) / "journal"
        done("truncate", f"--size={JOURNAL_MB}M", str(journal))
        done("mkfs.ext4", "-q", str(journal))
        guest = Guest(disk, Path(folder), disks=(journal,), words=("dummy_hcd.num=2",))
        try:
            yield guest
        finally:
            guest.close()


def done(*command: str) -> None:
    """Run it here; it must succeed."""
    subprocess.run(
        command, check=True, cwd=ROOT, env={**os.environ, "PATH": image.PATH}, capture_output=True, text=True
    )
