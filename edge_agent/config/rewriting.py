"""Values changed in the text of a station's file: comments stay, and every line that holds nothing new."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path as File
from typing import Any, NoReturn

import msgspec
import tomli

from edge_agent.config import check
from edge_agent.config.complaint import Complaint, ConfigError
from edge_agent.config.lines import Path, line_map

Setting = float | int | str
MARK = "\ufeff"  # editors on Windows put it in front; it stays
VALUE = re.compile(r"(?P<until>(?P<indent>[ \t]*)(?P<key>\w+)[ \t]*=[ \t]*)(?:\"[^\"]*\"|'[^']*'|[^\s#]+)")


class Changed(msgspec.Struct, frozen=True):
    """One key of one table, `("sensor", 1)` or `("stack",)`, and its value from now on."""

    table: Path
    key: str
    value: Setting


def rewritten(file: File, changes: Iterable[Changed]) -> str:
    """The text of the file with every change.

    Raises:
        ConfigError: it is not written with a key a line.
    """
    text = file.read_bytes().decode("utf-8")
    ends = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    document = tomli.loads(text.removeprefix(MARK))
    for each in changes:
        text = with_value(file, text, each)
        inside: Any = document
        for part in each.table:
            inside = inside[part]
        inside[each.key] = each.value
    if tomli.loads(text.removeprefix(MARK)) != document:
        refuse(file, 1, "the values cannot be changed line by line; write each table with its header, a key a line")
    return text.replace("\n", ends)


def with_value(file: File, text: str, change: Changed) -> str:
    """The text with one value replaced in place, or a line for it added under the table's `kind`, or its header."""
    lines = text.split("\n")
    places = line_map(text.removeprefix(MARK))
    place = places.get((*change.table, change.key))
    if place is not None:
        match = VALUE.match(lines[place - 1])
        if match is None or match["key"] != change.key:
            refuse(file, place, f"'{change.key}' shares its line with something else; write a key a line")
        lines[place - 1] = match["until"] + toml(change.value) + lines[place - 1][match.end() :]
        return "\n".join(lines)
    kind = places.get((*change.table, "kind"))
    above = kind or places[change.table]  # the table is there, or the file would not have been loaded
    match = VALUE.match(lines[above - 1])
    if kind is not None and (match is None or match["key"] != "kind"):
        refuse(
            file, above, "'kind' shares its line with something else; write each table with its header, a key a line"
        )
    lines.insert(above, f"{match['indent'] if match else ''}{change.key} = {toml(change.value)}")
    return "\n".join(lines)


def replace(file: File, changes: Iterable[Changed]) -> list[Complaint]:
    """Put the changed text in the file's place, at once and only if `check` has no error in it; its warnings.

    Raises:
        ConfigError: what the changed file would have wrong, or why it cannot be written; the file is as it was.
    """
    text, new = rewritten(file, changes), file.with_name(f".{file.name}.new")
    try:
        with new.open("w", encoding="utf-8", newline="") as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        config, complaints = check(new)
        told = [msgspec.structs.replace(each, file=str(file)) for each in complaints]
        if config is None:
            raise ConfigError(told)
        shutil.copymode(file, new)
        with contextlib.suppress(PermissionError):  # only root may give it to another; then its owner stays ours
            shutil.chown(new, file.stat().st_uid, file.stat().st_gid)
        new.replace(file)
    except OSError as error:
        refuse(file, 0, f"cannot be written: {(error.strerror or str(error)).lower()}; run this as its owner, or root")
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
    return told


def toml(value: Setting) -> str:
    """A value as TOML has it.

    >>> toml("observe"), toml(7.36), toml(0)
    ('"observe"', '7.36', '0')
    """
    return f'"{value}"' if isinstance(value, str) else repr(value)


def refuse(file: File, line: int, text: str) -> NoReturn:
    """Say what keeps the file from being written."""
    raise ConfigError([Complaint(file=str(file), line=line, text=text)])
