"""Settings changed in the text of a station's file: comments stay, and every line that holds nothing new."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import tomli

from edge_agent.config import ConfigError, check
from edge_agent.config.complaint import Complaint
from edge_agent.config.lines import line_map
from edge_agent.tune.records import Advice, Setting

MARK = "\ufeff"  # editors on Windows put it in front; it stays
VALUE = re.compile(r"(?P<until>(?P<indent>[ \t]*)(?P<key>\w+)[ \t]*=[ \t]*)(?:\"[^\"]*\"|'[^']*'|[^\s#]+)")


def write(path: Path, advice: Iterable[Advice], target: Path, *, force: bool) -> None:
    """Write the file at `path` with every proposal into `target`, checked as `edge-agent check` does.

    Raises:
        ConfigError: `target` is there and may not be replaced, or the result cannot be used.
    """
    if target.exists() and not force:
        refuse(target, 0, "is there already; give --force to replace it, or move it away")
    text = rewritten(path, advice)
    try:
        target.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        refuse(target, 0, f"cannot be written: {(error.strerror or str(error)).lower()}")
    config, complaints = check(target)
    if config is None:
        raise ConfigError(complaints)


def rewritten(path: Path, advice: Iterable[Advice]) -> str:
    """The text of the file with every proposal taken.

    Raises:
        ConfigError: a table is not written as `[[detect]]` with a key a line.
    """
    text = path.read_bytes().decode("utf-8")
    ends = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    document = tomli.loads(text.removeprefix(MARK))
    for each in advice:
        for key, value in each.changed.items():
            text = with_setting(path, text, each.index, key, value)
            document["detect"][each.index][key] = value
    if tomli.loads(text.removeprefix(MARK)) != document:
        refuse(path, 1, "the settings cannot be changed line by line; write each detector as [[detect]], a key a line")
    return text.replace("\n", ends)


def with_setting(path: Path, text: str, index: int, key: str, value: Setting) -> str:
    """The text with one key of one `[[detect]]` set: its value replaced in place, or a line added under `kind`."""
    lines = text.split("\n")
    places = line_map(text.removeprefix(MARK))
    place = places.get(("detect", index, key))
    if place is not None:
        match = VALUE.match(lines[place - 1])
        if match is None or match["key"] != key:
            refuse(path, place, f"'{key}' shares its line with something else; write a key a line")
        lines[place - 1] = match["until"] + toml(value) + lines[place - 1][match.end() :]
    else:
        kind = places["detect", index, "kind"]  # without it, the file would not have been loaded
        match = VALUE.match(lines[kind - 1])
        if match is None or match["key"] != "kind":
            refuse(
                path,
                kind,
                "'kind' shares its line with something else; write each detector as [[detect]], a key a line",
            )
        lines.insert(kind, f"{match['indent']}{key} = {toml(value)}")
    return "\n".join(lines)


def toml(value: Setting) -> str:
    """A value as TOML has it.

    >>> toml("observe"), toml(7.36), toml(0)
    ('"observe"', '7.36', '0')
    """
    return f'"{value}"' if isinstance(value, str) else repr(value)


def refuse(path: Path, line: int, text: str) -> NoReturn:
    """Say what keeps the file from being written."""
    raise ConfigError([Complaint(file=str(path), line=line, text=text)])
