"""`edge-agent rollback`: back to the version before, by the installer that put this one here."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from edge_agent.verbs.arguments import Subparsers, add_verb

INSTALLER = "install.sh"


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "rollback",
        "go back to the version that was installed before",
        "Start what runs with the version before this one; journal and open calls stay. Should that not come up, "
        "this one is started again. The lamps are dark for the seconds of a start. Needs root.",
        config=False,
    )
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Become the installer of this version; 77 without root, 69 where no installer has put this version here."""
    if os.geteuid() != 0:
        sys.stderr.write("edge-agent: this restarts the station, so it needs root: sudo edge-agent rollback\n")
        return os.EX_NOPERM
    installer = Path(sys.prefix) / INSTALLER
    if installer.exists():
        sys.stdout.flush()
        os.execv(installer, [str(installer), "--back"])  # noqa: S606 - our own file, without a shell
    sys.stderr.write(
        f"edge-agent: {sys.prefix} was not made by the installer of a bundle, so there is no version before it; "
        "on a station the command is /usr/local/bin/edge-agent\n"
    )
    return os.EX_UNAVAILABLE
