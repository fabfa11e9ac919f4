"""Run a command in the guest: this machine's own files and Python, read-only, on a kernel with simulated pins."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import string
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.vm import kernel

ROOT = Path(__file__).parent.parent.parent
INIT = Path(__file__).with_name("init")
MEMORY = "512M"  # pytest and both processes of the agent need a third of it
LONGEST_S = 600.0


class GuestError(Exception):
    """The guest itself failed: it did not start, or did not end in time. The message has its last words."""


def run(
    command: list[str],
    *,
    time_travel: bool = False,
    longest_s: float = LONGEST_S,
    disks: Sequence[Path] = (),
    job: Path | None = None,
) -> tuple[int, str]:
    """Start the guest, run `command` in the checkout, end it; the command's exit code and its output.

    Args:
        command: what to run; it may write under /run only.
        time_travel: sleeping takes no time: a day of timers passes in seconds. Nothing may poll there.
        longest_s: how long the guest may take.
        disks, job: see `started`.

    Raises:
        NoKernel: the kernel has not been built.
        GuestError: the guest did not do it.
    """
    with tempfile.TemporaryDirectory(prefix="guest-") as scratch:
        folder = job or Path(scratch)
        machine = started(command, folder, time_travel=time_travel, disks=disks)
        try:
            console, _ = machine.communicate(timeout=longest_s)
        except subprocess.TimeoutExpired:
            console = killed(machine)
        output, code = folder / "output", folder / "code"
        said = (output.read_bytes() if output.exists() else console[-2000:]).decode(errors="replace")
        if not code.exists():
            message = f"the guest did not end its work within {longest_s:g} s:\n{said}"
            raise GuestError(message)
        return int(code.read_text(encoding="utf-8")), said


def started(
    command: list[str], job: Path, *, time_travel: bool = False, disks: Sequence[Path] = ()
) -> subprocess.Popen[bytes]:
    """The guest as a running machine, which ends with the command.

    Args:
        command, time_travel: as for `run`.
        job: a folder of this machine that is the guest's /run/job: it writes there what must outlive it.
        disks: files that are its disks, /dev/ubda and on.

    Raises:
        NoKernel: the kernel has not been built.
    """
    script = f"export PYTHONDONTWRITEBYTECODE=1\ncd {shlex.quote(str(ROOT))}\nexec {shlex.join(command)}\n"
    (job / "command").write_text(script, encoding="utf-8")
    (job / "code").unlink(missing_ok=True)
    words = [
        *("root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", f"mem={MEMORY}", "quiet", "loglevel=3"),
        *("con=null", "con0=null,fd:1", f"init={INIT}", f"job={job}"),
        *(f"ubd{letter}={disk}" for letter, disk in zip(string.ascii_lowercase, disks, strict=False)),
    ]
    if time_travel:
        words.append("time-travel=inf-cpu")
    # glibc's registration for restartable sequences ends this kernel at its start
    environment = {**os.environ, "GLIBC_TUNABLES": "glibc.pthread.rseq=0"}
    return subprocess.Popen(
        [kernel.built(), *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def killed(machine: subprocess.Popen[bytes]) -> bytes:
    """Take its power away; what its console said."""
    with contextlib.suppress(ProcessLookupError):  # it is off already
        os.killpg(machine.pid, signal.SIGKILL)  # the kernel's processes are its children
    said, _ = machine.communicate()
    return said
