"""A configuration that was refused is not tried again before it is another one: a service manager starts for ever.

Each start costs a processor second and lines in the log. Without a service manager nothing is waited for: whoever sits
at the terminal has just been told.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from edge_agent import clock
from edge_agent.signals.watchdog import Watchdog

LOOK_S = 0.5  # a mended file is seen soon
LONGEST_S = 30.0  # then it is tried all the same: what was wrong may not be in the file, like a missing time zone


def wait(config: str | None, process: str) -> None:
    """Wait while this file is the one that was refused, for `LONGEST_S` at most.

    Args:
        config: the file, as it was named; None where it is to be found.
        process: `station` or `uplink`: one may refuse what the other takes.
    """
    mark, waited_s = _mark(config, process), 0.0
    while mark is not None and waited_s < LONGEST_S and _read(mark) == _looks(config):
        if not waited_s:
            with contextlib.closing(Watchdog()) as manager:
                manager.say(f"{config} was refused and is unchanged: edge-agent check {config}")
        clock.pause(LOOK_S)
        waited_s += LOOK_S


def note(config: str | None, process: str, *, refused: bool) -> None:
    """Keep for the next start what came of this one."""
    if (mark := _mark(config, process)) is not None:
        with contextlib.suppress(OSError):  # cannot be kept: then the next start does not wait
            mark.write_text(_looks(config) if refused else "", encoding="utf-8")


def _mark(config: str | None, process: str) -> Path | None:
    """Where it is kept; None where nobody starts us for ever."""
    folder = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    if not (config and folder and os.environ.get("NOTIFY_SOCKET")):
        return None
    return Path(folder) / f"{Path(config).stem}-{process}.refused"


def _read(mark: Path) -> str:
    try:
        return mark.read_text(encoding="utf-8")
    except OSError:
        return ""


def _looks(config: str | None) -> str:
    """What tells one version of the file from another, or of the program that judges it."""
    try:
        found = Path(config or "").stat()
    except OSError as error:
        return str(error)
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns} {os.path.realpath(sys.prefix)}"
