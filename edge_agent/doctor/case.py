"""What is examined: one station's file and one machine, each as far as it can be had."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from edge_agent import config as configuration
from edge_agent.config import Complaint, Config
from edge_agent.control import Client, ControlError, NotRunning, Request, find_socket
from edge_agent.state import Status

LONGEST_RUN_S = 10.0  # systemctl and vcgencmd answer in milliseconds; a bus that hangs must not hang us
LARGEST_BYTES = 65_536  # of a file of /proc or /sys
SERVICE_USER = "edge-agent"  # of the units

Run = Callable[[Sequence[str]], str | None]
"""What a program says on its standard output, None where it is not there or fails."""


def run(command: Sequence[str]) -> str | None:
    """Run a program of this machine."""
    try:
        done = subprocess.run(  # noqa: S603 - the doctor's own commands
            command, capture_output=True, text=True, timeout=LONGEST_RUN_S, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is known before anything is examined.

    Args:
        path: of the configuration; None where none was named and none is in its place.
        config: None where it cannot be used; `complaints` all there is to say about it.
        status: the running station's; None where it cannot be asked, and `away` says why.
        running: whether something listens at its socket, answer or not.
        root: where the machine's files are: `/`, or a copy of them.
        run: how programs are asked.
    """

    path: Path | None
    config: Config | None
    complaints: tuple[Complaint, ...] = ()
    status: Status | None = None
    away: str = ""
    running: bool = False
    root: Path = Path("/")
    run: Run = run

    def there(self, name: str) -> Path:
        """A file of the machine, by its absolute name."""
        return self.root / name.lstrip("/")

    def read(self, name: str) -> str | None:
        """What a file of the machine says; None where it cannot be read."""
        try:
            with self.there(name).open("rb") as file:
                return file.read(LARGEST_BYTES).decode(errors="replace").strip("\0\n ")
        except OSError:
            return None

    @property
    def station(self) -> str:
        """The name its units have: that of its file."""
        return "NAME" if self.path is None else self.path.stem


def opened(name: str | None, *, root: Path = Path("/"), run: Run = run) -> Case:
    """The case of a station, by its file; the station is asked if it runs."""
    try:
        path = configuration.find(name)
    except configuration.ConfigError as error:
        return Case(path=None, config=None, complaints=error.complaints, root=root, run=run, away="no configuration")
    found, complaints = configuration.check(path)
    status, away, running = _asked(found)
    return Case(
        path=path,
        config=found,
        complaints=tuple(complaints),
        status=status,
        away=away,
        running=running,
        root=root,
        run=run,
    )


def _asked(config: Config | None) -> tuple[Status | None, str, bool]:
    if config is None:
        return None, "the configuration cannot be used", False
    try:
        client = Client(find_socket(config.journal.path, config.station.name))
        return client.ask(Request(do="status")).status, "", True
    except NotRunning as error:
        return None, str(error), False
    except (ControlError, PermissionError) as error:
        return None, str(error), True
