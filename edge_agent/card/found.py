"""Which file on the boot partition is the configuration: one, of the right name, or a complaint with what to do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

FOLDERS = (Path("/boot/firmware"), Path("/boot"))  # Raspberry Pi OS since Bookworm, and before it
NAME = "station.toml"
ENABLED = Path("/etc/systemd/system/multi-user.target.wants")  # where systemd keeps what starts with the machine
UNIT = "edge-agent-station@"


class CardError(ValueError):
    """What is on the card cannot be taken; the text says what to do."""


def found(folders: Iterable[Path]) -> Path | None:
    """The configuration on the card, None where there is none.

    Raises:
        CardError: there are several, one that is called otherwise, or a folder.
    """
    files = [file for folder in folders if folder.is_dir() for file in sorted(folder.iterdir()) if _meant(file)]
    if len(files) > 1:
        names = " and ".join(str(file) for file in files)
        message = f"there are {len(files)} configurations: {names}; leave the one that is meant, as {NAME}"
        raise CardError(message)
    if files and files[0].name.lower() != NAME:  # FAT keeps capitals, and does not care
        message = f"{files[0].name} is not called {NAME}: rename it; Windows may hide the end of its name"
        raise CardError(message)
    if files and files[0].is_dir():
        message = (
            f"{files[0].name} is a folder: take the file out of it, and put it beside bundle and config.txt as {NAME}"
        )
        raise CardError(message)
    return files[0] if files else None


def _meant(file: Path) -> bool:
    """Whether somebody meant this as a configuration: `station.toml.txt`, `station (1).toml`."""
    return file.name.lower().startswith("station") and ".toml" in file.name.lower()


def alone(name: str, enabled: Path) -> None:
    """See that no other station starts with this machine.

    Raises:
        CardError: one does; two of them would want the same pins.
    """
    others = [file.name for file in enabled.glob(f"{UNIT}*.service") if file.stem != f"{UNIT}{name}"]
    if others:
        message = (
            f"{others[0]} starts with this machine already, and two stations want the same pins; "
            f"sudo systemctl disable --now {others[0]} if the one on the card is meant"
        )
        raise CardError(message)
