"""The configuration of a station: one TOML file, checked as a whole before anything starts.

`check` says everything that is wrong at once; `load` is for those who cannot go on without a sound file. A
record of the agent is the schema: its fields are the keys of its table, see `tables`. What one table alone
cannot know is checked by `rules`.
"""

from __future__ import annotations

from pathlib import Path

from edge_agent.config.complaint import Complaint, ConfigError
from edge_agent.config.document import OWN, parse
from edge_agent.config.draft import Identity
from edge_agent.config.station import Config, examined

__all__ = ["Complaint", "Config", "ConfigError", "Identity", "check", "find", "load"]

PLACES = (Path("station.toml"), OWN)


def find(path: str | Path | None) -> Path:
    """The file meant: the one named, else `./station.toml`, else `/etc/edge-agent/station.toml`.

    Raises:
        ConfigError: none was named and neither exists.
    """
    if path is not None:
        return Path(path)
    for place in PLACES:
        if _may_be_there(place):
            return place
    text = f"not found, nor {PLACES[1]}; name the file, or write one: edge-agent init"
    raise ConfigError([Complaint(file=str(PLACES[0]), line=0, text=text)])


def _may_be_there(place: Path) -> bool:
    try:
        return place.exists()
    except PermissionError:  # in a folder we may not look into; who reads it says so, with a remedy
        return True


def load(path: Path) -> Config:
    """The configuration in `path`.

    Raises:
        ConfigError: with every complaint, warnings included, where there is an error among them.
    """
    config, complaints = check(path)
    if config is None:
        raise ConfigError(complaints)
    return config


def check(path: Path) -> tuple[Config | None, list[Complaint]]:
    """The configuration in `path`, None where it cannot be used, and all there is to say about it."""
    try:
        document, lines = parse(path)
    except ConfigError as error:
        return None, list(error.complaints)
    return examined(path, document, lines)
