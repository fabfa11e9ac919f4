"""A Debian container with a systemd of its own, the station's units started by it, and what can be asked of them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "andon-edge-agent" / "container" / "root"
STATION, UPLINK = "edge-agent-station@st07", "edge-agent-uplink@st07"
CONFIG = "/etc/edge-agent/st07.toml"
WAIT_S = 120.0  # for anything in the container; seconds on a quiet machine, but a watchdog takes half a minute
LOOK_S = 0.2
TOOLS = ("systemd-nspawn", "nsenter")


class Container:
    """A container on a copy of `ROOT` in memory."""

    def __init__(self, log: Path) -> None:
        words = [
            "systemd-nspawn",
            "--quiet",
            f"--directory={ROOT}",
            "--volatile=overlay",
            "--private-network",
            "--boot",
        ]
        words += ["--register=no", "--keep-unit", "--console=read-only", f"--machine=andon-{os.getpid()}"]
        with log.open("wb") as said:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=said, stderr=said)

    def run(self, script: str, *, well: bool = True) -> str:
        """Run a shell script as root; what it printed. `well`: it must succeed."""
        self.until(self._first)
        words = ["nsenter", "--target", self._first(), "--mount", "--pid", "--uts", "--ipc", "--net", "--root", "--wd"]
        done = subprocess.run([*words, "sh", "-c", script], check=False, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0 or not well, f"{script}: {done.returncode} {done.stdout}{done.stderr}"
        return done.stdout.strip()

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

    def restarted(self, unit: str, before: int) -> float:
        """Wait until it is active with another process than `before`; the seconds it took."""
        return self.until(lambda: self.pid(unit) not in (0, before) and self.active(unit))

    def strike(self, unit: str, number: signal.Signals) -> float:
        """Send a signal to the main process of a unit, and wait for the next one; the seconds it took."""
        before = self.pid(unit)
        self.run(f"kill -{number.value} {before}")
        return self.restarted(unit, before)

    def status(self) -> dict[str, Any]:
        """What the station says of itself; empty while it cannot be asked."""
        said = self.run(f"edge-agent status {CONFIG} --json", well=False)
        return dict(json.loads(said)) if said else {}

    def log(self, unit: str = "edge-agent-*") -> str:
        """What its units have logged lately."""
        return self.run(f"journalctl --no-pager -o cat -n 40 -u '{unit}'", well=False)

    def _first(self) -> str:
        """The number, outside, of what is process 1 inside; empty before it is there."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return tasks.read_text(encoding="ascii").partition(" ")[0]

    def close(self) -> None:
        """End everything in it, as if the plug were pulled."""
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def booted(log: Path) -> Iterator[Container]:
    """A container in which both units are active."""
    container = Container(log)
    try:
        container.until(lambda: container.run("systemctl is-system-running", well=False) in ("running", "degraded"))
        container.until(container.active)
        yield container
    finally:
        container.close()


def missing() -> str:
    """What keeps a container from starting here; empty where nothing does."""
    if os.geteuid() != 0:
        return "a container is started as root: sudo .venv/bin/python -m tests.systemd"
    if tools := [tool for tool in TOOLS if shutil.which(tool) is None]:
        return f"{', '.join(tools)} missing: apt-get install systemd-container util-linux"
    return "" if ROOT.exists() else f"no {ROOT}: tests/systemd/build makes it, in two minutes"
