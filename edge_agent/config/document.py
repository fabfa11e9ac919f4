"""From a file to a TOML document and the lines of its keys; whatever is in the file, it is that or a complaint."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any, NoReturn

import tomli

from edge_agent.config import lines
from edge_agent.config.complaint import Complaint, ConfigError

LARGEST_BYTES = 256 * 1024  # a station of 20 sensors with comments has 8 kB; larger is some other file
OWN = Path("/etc/edge-agent/station.toml")  # where an installed station has its
TOO_LARGE = "this is no station's configuration"
ALLOWED = (
    "run this with sudo, or join the group it belongs to, of an installed station once: "
    "sudo usermod -aG edge-agent $USER, and log in again"
)
MARK = b"\xef\xbb\xbf"  # editors on Windows put it in front; tomli does not want it
POSITION = re.compile(r" \(at (line \d+, column \d+|end of document)\)$")

DIGITS = re.compile(r"[0-9_]{4300,}")  # sys.get_int_max_str_digits() as Python ships it
REMEDIES = {
    "Invalid value": "text must be in quotes",
    "Cannot overwrite a value": "this is there already; a table that may be there several times has [[two brackets]]",
}


def parse(path: Path) -> tuple[dict[str, Any], dict[lines.Path, int]]:
    """The document in `path`, and the line of each of its keys.

    Raises:
        ConfigError: with one complaint, where the file cannot be read or is no TOML.
    """
    text = decode(str(path), content(path))
    try:
        return tomli.loads(text), lines.line_map(text)
    except tomli.TOMLDecodeError as error:
        refuse(str(path), min(error.lineno, last_line(text)), in_words(error))
    except RecursionError:
        refuse(str(path), 1, "nested too deeply to be a station; the deepest table there is has two names")
    except ValueError as error:  # what Python has against a number or a date that the grammar allows
        refuse(str(path), line_of_digits(text), f"a value cannot be read: {str(error).partition(';')[0]}")


def content(path: Path, missing: str | None = None, too_large: str = TOO_LARGE) -> bytes:
    """The bytes of the file; a pipe or a device, on which one could wait for ever, is refused.

    Args:
        missing, too_large: what to do where there is no such file, None for that of a configuration; and what one so
            large cannot be.
    """
    try:
        there, regular = path.exists(), path.is_file()
        with path.open("rb") if regular else io.BytesIO() as file:
            found = file.read(LARGEST_BYTES + 1)
    except PermissionError:
        refuse(str(path), 0, f"cannot be read: permission denied; {ALLOWED}")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        refuse(str(path), 0, f"cannot be read: {reason}; look at it: ls -l {path}")
    if not regular:
        refuse(str(path), 0, "is no file" if there else f"no such file; {missing or instead()}")
    if len(found) > LARGEST_BYTES:
        refuse(str(path), 0, f"larger than {LARGEST_BYTES // 1024} kB; {too_large}")
    return found


def instead() -> str:
    """What to do where the configuration that was named is not there."""
    return f"this machine's is {OWN}" if os.access(OWN, os.F_OK) else "write one with: edge-agent init"


def decode(file: str, found: bytes) -> str:
    """Text with plain line ends."""
    found = found.removeprefix(MARK)
    try:
        return found.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = found.count(b"\n", 0, error.start) + 1
        text = f"byte 0x{found[error.start]:02x} is not UTF-8; save the file with the encoding UTF-8"
        refuse(file, min(line, last_line(found.decode(errors="replace"))), text)


def last_line(text: str) -> int:
    """How many lines the text has; a line end at its end begins no further one."""
    return max(1, text.count("\n") + (not text.endswith("\n")))


def line_of_digits(text: str) -> int:
    """The line of a number so long that Python refuses it: the one error that tells no place."""
    match = DIGITS.search(text)
    return text.count("\n", 0, match.start()) + 1 if match else 1


def in_words(error: tomli.TOMLDecodeError) -> str:
    """The parser's message, without the line it repeats and with a remedy where the slip is a common one."""
    place = "the end of the file" if error.pos >= len(error.doc) else f"column {error.colno}"
    slip = POSITION.sub("", str(error)).strip()
    remedy = REMEDIES.get(slip)
    return f"not TOML at {place}: {slip[:1].lower()}{slip[1:]}{f'; {remedy}' if remedy else ''}"


def refuse(file: str, line: int, text: str) -> NoReturn:
    """Say the one thing that keeps the file from being looked at."""
    raise ConfigError([Complaint(file=file, line=line, text=text)])
