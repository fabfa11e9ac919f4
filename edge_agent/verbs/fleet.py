"""`edge-agent fleet make`: from a list of stations to a folder for each card."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from edge_agent.verbs.arguments import Subparsers, add_verb


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "fleet",
        "make the cards of many stations from a list",
        "Write a folder for each line of a list: station.toml, user-data for cloud-init, append-to-config.txt with the "
        "lines that keep lamps off while the Pi starts, and credentials.txt, which says which secrets go where. The "
        "columns are the flags of `edge-agent init`, `name` and `standard` at least; an empty cell has the default, "
        "that of its board where it names one. A list with a mistake makes no folder at all.",
        config=False,
    )
    parser.add_argument("make", choices=["make"], help="what to do")
    parser.add_argument("stations", type=Path, metavar="STATIONS.CSV", help="a line a station, the first one names")
    parser.add_argument("--into", type=Path, default=Path("cards"), metavar="FOLDER", help="default: ./cards")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make all of them, or say what is wrong with the list; 1 where the folder is in use."""
    from edge_agent.card.fleet import cards, written_to

    made = cards(arguments.stations)
    folders = [arguments.into / card.folder for card in made]
    if there := [str(folder) for folder in folders if os.path.lexists(folder)]:
        sys.stderr.write(f"edge-agent: {', '.join(there)} is there already; name another folder with --into\n")
        return 1
    try:
        written_to(arguments.into, made)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        sys.stderr.write(
            f"edge-agent: {error.filename or arguments.into} cannot be written: {reason}; no folder is made\n"
        )
        return os.EX_NOPERM if isinstance(error, PermissionError) else 1
    count = "1 card" if len(made) == 1 else f"{len(made)} cards"
    sys.stdout.write(
        f"{count} in {arguments.into}: copy the files of each, and the bundle, to its card, and put the "
        "lines of append-to-config.txt at the end of its config.txt\n"
    )
    return os.EX_OK
