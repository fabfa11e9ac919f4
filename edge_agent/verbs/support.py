"""`edge-agent support`: one file for whoever helps, without secrets."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from edge_agent.verbs.arguments import Subparsers, add_verb, print_json


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "support",
        "write one file for whoever helps, without secrets",
        "Gather the configuration, what check and doctor say, status, versions, counts of the journal, the "
        "commissioning record and the last lines of the log into one tar file. Secrets are taken out; look it through "
        "before you hand it on. Only its owner may read it.",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to; default: here, named by station and time")
    parser.add_argument("--json", action="store_true", help="one JSON object: what was written, what is missing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write it and say where it is, and what is not in it."""
    from edge_agent.doctor.case import opened
    from edge_agent.support.bundle import BundleError, named, write

    case = opened(arguments.config)
    try:
        written = write(case, arguments.out or named(case, Path.cwd()))
    except BundleError as error:
        sys.stderr.write(f"edge-agent: {error}\n")
        return 1
    if arguments.json:
        print_json(written)
        return 0
    lines = [f"{written.path}: {len(written.files)} files, {written.redacted} secrets taken out"]
    lines += [f"  without {name}: {why}" for name, why in written.missing.items()]
    sys.stdout.write("\n".join([*lines, "look it through before you hand it on"]) + "\n")
    return 0
