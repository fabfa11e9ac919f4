"""A small Debian with a systemd of its own and no network, in a container; what it has written outlives a power cut."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from systemd import bundle

HERE = Path(__file__).parent
STATION, UPLINK = "edge-agent-station@station", "edge-agent-uplink@station"
CONFIG = "/etc/edge-agent/station.toml"
WAIT_S = 120.0  # for anything in the container; seconds on a quiet machine, but a watchdog takes half a minute
LOOK_S = 0.2
TOOLS = ("systemd-nspawn", "nsenter", "mmdebstrap")
PACKAGES = ("systemd-sysv", "dbus", "procps", "mosquitto", "mosquitto-clients", "openssh-server", "cloud-init")
CLOUD_UNITS = ("cloud-init-local", "cloud-init", "cloud-config", "cloud-final", "cloud-init-main", "cloud-init-network")
SUITES = {"bookworm": "3.11", "trixie": "3.13"}  # with their Python
# A container has no pins of its own; everything else is as on a Pi.
MOCK_PINS = "[Service]\nEnvironment=GPIOZERO_PIN_FACTORY=mock\n"


class Container:
    """A machine that was just written to its card: nothing but Debian, `folder/root` its card."""

    def __init__(self, folder: Path, suite: str) -> None:
        self.suite, self.folder, self.root = suite, folder, folder / "root"
        self.root.mkdir()
        subprocess.run(["tar", "-xf", debian(suite), "-C", self.root], check=True)
        for unit in ("edge-agent-station@.service.d", "edge-agent-card.service.d"):
            self.write(f"etc/systemd/system/{unit}/pins.conf", MOCK_PINS)
        for name in ("mosquitto", "ssh", *CLOUD_UNITS):
            (self.root / f"etc/systemd/system/{name}.service").symlink_to("/dev/null")
        (self.root / "boot/firmware").mkdir()
        self.process: subprocess.Popen[bytes] | None = None

    def write(self, place: str, content: str | bytes) -> None:
        """Put a file on its card."""
        file = self.root / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def boot(self) -> None:
        """Switch it on, and wait until it has started."""
        words = ["systemd-nspawn", "--quiet", f"--directory={self.root}", "--private-network", "--boot"]
        words += ["--register=no", "--keep-unit", "--console=read-only", f"--machine=andon-{os.getpid()}"]
        with (self.folder / "console.log").open("ab") as said:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        self.until(lambda: self.run("systemctl is-system-running", well=False) in ("running", "degraded"))

    def cut(self) -> None:
        """Cut its power."""
        if self.process is not None:
            with contextlib.suppress(ValueError, ProcessLookupError):  # it had not begun, or has ended
                os.kill(int(self._first()), signal.SIGKILL)  # with the first one, all of them
            self.process.kill()
            self.process.wait()
            self.process = None

    def run(self, script: str, *, well: bool = True) -> str:
        """Run a shell script as root; what it printed. `well`: it must succeed."""
        done = self.tried(script)
        assert done.returncode == 0 or not well, f"{script}: {done.returncode} {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def tried(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a shell script as root; all that came of it."""
        return subprocess.run(self.inside("sh", "-c", script), check=False, capture_output=True, text=True, timeout=600)

    def inside(self, *words: str) -> list[str]:
        """The command that runs another one in it."""
        self.until(self._first)
        ways = ("--mount", "--pid", "--uts", "--ipc", "--net", "--root", "--wd")
        return ["nsenter", "--target", self._first(), *ways, *words]

    def until(self, wanted: Callable[[], object], wait_s: float = WAIT_S) -> float:
        """Wait until `wanted` is true, looked at again and again; the seconds it took."""
        began_s = time.monotonic()
        while not wanted():
            assert time.monotonic() < began_s + wait_s, f"not within {wait_s:.0f} s\n{self.log()}"
            time.sleep(LOOK_S)
        return time.monotonic() - began_s

    def of(self, unit: str, name: str) -> str:
        """A property of a unit."""
        return self.run(f"systemctl show --value -p {name} {unit}")

    def pid(self, unit: str) -> int:
        """Its main process, 0 where there is none."""
        return int(self.of(unit, "MainPID"))

    def active(self, *units: str) -> bool:
        """Whether all of them are."""
        return all(self.of(unit, "ActiveState") == "active" for unit in units or (STATION, UPLINK))

    def status(self) -> dict[str, Any]:
        """What the station says of itself; empty while it cannot be asked."""
        said = self.run(f"edge-agent status {CONFIG} --json", well=False)
        return dict(json.loads(said)) if said else {}

    def log(self, unit: str = "edge-agent-*") -> str:
        """What its units have logged lately."""
        return self.run(f"journalctl --no-pager -o cat -n 40 -u '{unit}'", well=False)

    def _first(self) -> str:
        """The number, outside, of what is process 1 inside; empty before it is there."""
        assert self.process is not None, "it is switched off"
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return tasks.read_text(encoding="ascii").partition(" ")[0]


@contextlib.contextmanager
def fresh(suite: str) -> Iterator[Container]:
    """A machine that was never switched on; afterwards it is gone."""
    with tempfile.TemporaryDirectory(prefix="andon-container-", ignore_cleanup_errors=True) as folder:
        guest = Container(Path(folder), suite)
        try:
            yield guest
        finally:
            guest.cut()


def debian(suite: str, architecture: str = "amd64", packages: tuple[str, ...] = PACKAGES) -> Path:
    """Debian as a tar, made once."""
    words = [str(HERE / "debian"), suite, architecture, *packages]
    return Path(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.strip())


def bundle_for(suite: str) -> Path:
    """The bundle of this checkout for that Debian, on a machine like the one at hand."""
    return bundle.made(Path(tempfile.gettempdir()), platform.machine(), SUITES[suite])


def unpacked(tar: Path, into: Path) -> Path:
    """The folder in a bundle."""
    subprocess.run(["tar", "-xf", tar, "-C", into], check=True)
    return into / tar.stem


def missing() -> str:
    """What keeps a container from starting here; empty where nothing does."""
    if os.geteuid() != 0:
        return "a container is started as root: sudo ./dev flash"
    tools = [tool for tool in TOOLS if shutil.which(tool) is None]
    return f"{', '.join(tools)} missing: apt-get install systemd-container util-linux mmdebstrap" if tools else ""
