"""Run a command in the guest: this machine's own files and Python, read-only, on a kernel with simulated pins."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from tests.vm import kernel

ROOT = Path(__file__).parent.parent.parent
INIT = Path(__file__).with_name("init")
MEMORY = "512M"  # pytest and both processes of the agent need a third of it
LONGEST_S = 600.0


class GuestError(Exception):
    """The guest itself failed: it did not start, or did not end in time. The message has its last words."""


def run(command: list[str], *, time_travel: bool = False, longest_s: float = LONGEST_S) -> tuple[int, str]:
    """Start the guest, run `command` in the checkout, end it; the command's exit code and its output.

    Args:
        command: what to run; it may write under /run only.
        time_travel: sleeping takes no time: a day of timers passes in seconds. Nothing may poll there.
        longest_s: how long the guest may take.

    Raises:
        NoKernel: the kernel has not been built.
        GuestError: the guest did not do it.
    """
    linux = kernel.built()
    with tempfile.TemporaryDirectory(prefix="guest-") as job:
        script = f"export PYTHONDONTWRITEBYTECODE=1\ncd {shlex.quote(str(ROOT))}\nexec {shlex.join(command)}\n"
        Path(job, "command").write_text(script, encoding="utf-8")
        console = _boot(linux, Path(job), time_travel=time_travel, longest_s=longest_s)
        output, code = Path(job, "output"), Path(job, "code")
        said = output.read_text(encoding="utf-8", errors="replace") if output.exists() else console[-2000:]
        if not code.exists():
            message = f"the guest did not end its work within {longest_s:g} s:\n{said}"
            raise GuestError(message)
        return int(code.read_text(encoding="utf-8")), said


def _boot(linux: Path, job: Path, *, time_travel: bool, longest_s: float) -> str:
    """Be the machine until it is off; what its console said."""
    words = [
        *("root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", f"mem={MEMORY}", "quiet", "loglevel=3"),
        *("con=null", "con0=null,fd:1", f"init={INIT}", f"job={job}"),
    ]
    if time_travel:
        words.append("time-travel=inf-cpu")
    # glibc's registration for restartable sequences ends this kernel at its start
    environment = {**os.environ, "GLIBC_TUNABLES": "glibc.pthread.rseq=0"}
    machine = subprocess.Popen(
        [linux, *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        said, _ = machine.communicate(timeout=longest_s)
    except subprocess.TimeoutExpired:
        os.killpg(machine.pid, 9)  # the kernel's processes are its children
        said, _ = machine.communicate()
    return said.decode(errors="replace")
