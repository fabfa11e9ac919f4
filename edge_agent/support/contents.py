"""What is in the bundle, one file each: a line in `CONTENTS`, and a function that gives its text or says why not."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from edge_agent.commissioning import record
from edge_agent.doctor import examined
from edge_agent.doctor.case import Case
from edge_agent.doctor.journal_file import opened, statistics
from edge_agent.doctor.versions import told
from edge_agent.journal import JournalError

LOG_LINES = 2_000  # of both units: a day that was quiet, an hour that was not
LARGEST_CHARACTERS = 1_000_000  # of one file


class NotThereError(Exception):
    """Why a file of the bundle is not in it."""


def configuration(case: Case) -> str:
    """The file as it is written."""
    if case.path is None:
        message = "no configuration was found"
        raise NotThereError(message)
    return case.path.read_text(encoding="utf-8", errors="replace")


def complaints(case: Case) -> str:
    """What `check` says of it."""
    return "\n".join(map(str, case.complaints)) or "no complaint"


def doctor(case: Case) -> str:
    """Every finding."""
    return _pretty(list(examined(case)))


def status(case: Case) -> str:
    """What the running station says."""
    if case.status is None:
        raise NotThereError(case.away)
    return _pretty(case.status)


def versions(case: Case) -> str:
    """What runs here."""
    return told(case).replace("; ", "\n").replace(", ", "\n")


def journal(case: Case) -> str:
    """How much is recorded, by type; no event itself."""
    if case.config is None:
        message = "the configuration cannot be used"
        raise NotThereError(message)
    path = Path(case.config.journal.path)
    with contextlib.closing(opened(path)) as connection:
        return _pretty(statistics(connection, path))


def commissioning(case: Case) -> str:
    """What was tested, and when."""
    if case.config is None:
        message = "the configuration cannot be used"
        raise NotThereError(message)
    return record.place(case.config).read_text(encoding="utf-8", errors="replace")


def log(case: Case) -> str:
    """The last lines that both units wrote."""
    units = [word for kind in ("station", "uplink") for word in ("-u", f"edge-agent-{kind}@{case.station}")]
    command: Sequence[str] = ("journalctl", *units, "-n", str(LOG_LINES), "--no-pager", "-o", "short-iso")
    found = case.run(command)
    if found is None:
        message = "journalctl does not answer here; run this as root, or a member of the group systemd-journal"
        raise NotThereError(message)
    return found


def system(case: Case) -> str:
    """Mounts and the kernel's words on the card and the supply."""
    lines = (case.run(["dmesg", "--level=err,warn"]) or "dmesg may not be read").splitlines()[-200:]
    return "\n".join(["mounts:", case.read("/proc/self/mounts") or "unknown", "", "kernel:", *lines])


CONTENTS: tuple[tuple[str, Callable[[Case], str]], ...] = (
    ("station.toml", configuration),
    ("check.txt", complaints),
    ("doctor.json", doctor),
    ("status.json", status),
    ("versions.txt", versions),
    ("journal.json", journal),
    ("commissioning.json", commissioning),
    ("log.txt", log),
    ("system.txt", system),
)


def text_of(make: Callable[[Case], str], case: Case) -> tuple[str, str]:
    """The text of one file and "", or "" and why there is none."""
    try:
        return make(case)[-LARGEST_CHARACTERS:], ""
    except (NotThereError, JournalError, OSError, sqlite3.Error, ValueError) as error:
        return "", str(error) or type(error).__name__


def _pretty(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"
