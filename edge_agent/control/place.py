"""Where a station's control socket lies, for the one who opens it and for those who look for it."""

from __future__ import annotations

import os
from pathlib import Path

from edge_agent.control.words import ControlError

LONGEST_PATH = 107  # bytes: sun_path of unix(7) has 108 with its closing zero
GROUP = "edge-agent"  # of the units
SYSTEM_FOLDER = Path("/run/edge-agent")  # RuntimeDirectory of the units, which a shell does not have in its environment


def socket_path(journal: Path | str, station: str) -> Path:
    """Where the station's socket lies: `$RUNTIME_DIRECTORY`, else `$XDG_RUNTIME_DIR`, else beside the journal.

    Raises:
        ControlError: the path is longer than the system allows.
    """
    folders = [os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0], os.environ.get("XDG_RUNTIME_DIR", "")]
    folder = Path(next(filter(None, folders), Path(journal).parent))
    path = folder / f"edge-agent-{station}.sock"
    length = len(os.fsencode(path))
    if length > LONGEST_PATH:
        message = (
            f"the control socket {path} has a path of {length} bytes, and {LONGEST_PATH} is the most; "
            "set RUNTIME_DIRECTORY to a folder with a shorter path"
        )
        raise ControlError(message)
    return path


def find_socket(journal: Path | str, station: str) -> Path:
    """The socket of a running station wherever it was started: by systemd, in a session, or beside its journal.

    Raises:
        PermissionError: there is none where we may look, and a place where we may not.
    """
    usual = socket_path(journal, station)
    barred = []
    for path in (usual, SYSTEM_FOLDER / usual.name, Path(journal).parent / usual.name):
        try:
            if path.is_socket():
                return path
        except PermissionError:
            barred.append(path)
    if barred:
        raise PermissionError(not_allowed(barred[0]))
    return usual


def not_allowed(path: Path) -> str:
    """Who may speak to a station, said to somebody who may not."""
    return (
        f"the station's control socket {path} is for root and the group {GROUP}; run this with sudo, "
        f"or join the group once: sudo usermod -aG {GROUP} $USER, and log in again"
    )
