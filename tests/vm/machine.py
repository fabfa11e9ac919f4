"""A machine of its own: Debian under its own systemd on the kernel with simulated pins, given orders from outside."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.vm import kernel

ROOT = Path(__file__).parent.parent.parent
MEMORY = "768M"  # a Pi Zero 2 W has 512; here the broker and the wires are in it too
WAIT_S = 120.0  # for anything that is waited for: seconds on a quiet machine, but not where seven share two cores
LOOK_S = 0.2


class MachineError(Exception):
    """The machine did not do what it was told; the message has its words."""


class Machine:
    """A machine, from its start until its plug is pulled.

    Args:
        disk: its first disk.
        folder: where it may write, and where its console's words go.
        keep: what it writes to its first disk stays there; else that goes into `folder`, and the disk is as it was.
        disks: further disks, which it writes to: /dev/ubdb and so on.
        words: more for the kernel's command line.
    """

    def __init__(
        self, disk: Path, folder: Path, *, keep: bool = False, disks: tuple[Path, ...] = (), words: tuple[str, ...] = ()
    ) -> None:
        self.folder = folder
        self._orders, self._begun, self._done = 0, time.monotonic(), set[str]()
        self._heard = b""
        to_guest, self._to_guest = os.pipe()
        self._from_guest, from_guest = os.pipe()
        first = str(disk) if keep else f"{folder}/disk.cow,{disk}"
        plugged = [f"ubd{number}={more}" for number, more in enumerate((first, *disks))]
        command = [
            *("setpriv", "--pdeathsig", "KILL", "--"),  # whatever ends who started it ends it
            *(str(kernel.built()), *plugged, "root=/dev/ubda", "rw", f"mem={MEMORY}"),
            *("con=null", "con0=null,fd:1", "ssl=null", f"ssl0=fd:{to_guest},fd:{from_guest}", "loglevel=4"),
            *(
                "systemd.show_status=0",
                "systemd.getty_auto=0",
                "dummy.numdummies=0",
                f"checkout={ROOT}",
                f"job={folder}",
                *words,
            ),
        ]
        # glibc's registration for restartable sequences ends this kernel at its start
        environment = {**os.environ, "GLIBC_TUNABLES": "glibc.pthread.rseq=0"}
        with (folder / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                pass_fds=(to_guest, from_guest),
                start_new_session=True,
            )
        os.close(to_guest)
        os.close(from_guest)
        self._wait_for("up", WAIT_S)

    def run(self, script: str, *, well: bool = True, wait_s: float = WAIT_S) -> str:
        """Run a shell script in it as root; what it printed. `well`: it must succeed."""
        return self.ended(self.begin(script), well=well, wait_s=wait_s)

    def begin(self, script: str) -> str:
        """Let it begin a shell script; returns the name of this order."""
        self._orders += 1
        name = f"order{self._orders}"
        (self.folder / name).write_text(script, encoding="utf-8")
        os.write(self._to_guest, f"{name}\n".encode())
        return name

    def ended(self, name: str, *, well: bool = True, wait_s: float = WAIT_S) -> str:
        """Wait for the end of an order; what it printed."""
        self._wait_for(name, wait_s)
        said, wrong, code = ((self.folder / f"{name}.{part}").read_text("utf-8") for part in ("out", "err", "code"))
        if well and int(code) != 0:
            message = f"{(self.folder / name).read_text('utf-8')[:200]!r}: exit code {code.strip()}\n{said}{wrong}"
            raise MachineError(message)
        return said.strip()

    def until(self, wanted: Callable[[], object], wait_s: float = WAIT_S) -> float:
        """Wait until `wanted` is true, looked at again and again; the seconds it took."""
        began_s = time.monotonic()
        while not wanted():
            if time.monotonic() > began_s + wait_s:
                message = f"not within {wait_s:.0f} s\n{self.log()}"
                raise MachineError(message)
            time.sleep(LOOK_S)
        return time.monotonic() - began_s

    def log(self, unit: str = "edge-agent-*", lines: int = 40) -> str:
        """What units have logged lately."""
        return self.run(f"journalctl --no-pager -o cat -n {lines} -u '{unit}'", well=False)

    def shut_down(self) -> None:
        """Let it end in good order."""
        self.begin("systemctl poweroff --no-block")
        self._process.wait(WAIT_S)

    def pull_the_plug(self) -> None:
        """End it as a power cut does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # the kernel's processes are its children
        self._process.wait()

    def close(self) -> None:
        """Be sure that nothing of it is left."""
        self.pull_the_plug()
        for end in (self._to_guest, self._from_guest):
            with contextlib.suppress(OSError):
                os.close(end)

    def _wait_for(self, word: str, wait_s: float) -> None:
        """Wait until it has said this word on its serial line."""
        late_s = time.monotonic() + wait_s
        while word not in self._done:
            if self._process.poll() is not None or time.monotonic() > late_s:
                what = "has ended" if self._process.poll() is not None else f"has not said so for {wait_s:.0f} s"
                message = f"waiting for {word!r}, the machine {what}:\n{self.console()}"
                raise MachineError(message)
            if select.select([self._from_guest], [], [], 1.0)[0]:
                *words, self._heard = (self._heard + os.read(self._from_guest, 4096)).split(b"\n")
                self._done.update(word.decode(errors="replace").strip() for word in words)

    def console(self) -> str:
        """The last words of its kernel and its first process."""
        return (self.folder / "console.log").read_text(encoding="utf-8", errors="replace")[-3000:]


@contextlib.contextmanager
def booted(
    disk: Path, *, keep: bool = False, disks: tuple[Path, ...] = (), words: tuple[str, ...] = ()
) -> Iterator[Machine]:
    """A machine for the length of a test, in a folder of its own; see `Machine`."""
    with tempfile.TemporaryDirectory(prefix="machine-") as folder:
        machine = Machine(disk, Path(folder), keep=keep, disks=disks, words=words)
        try:
            yield machine
        finally:
            machine.close()
