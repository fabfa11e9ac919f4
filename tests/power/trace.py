"""System calls of a traced process that change files, as data, in the order they were made."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.power.station import NOTICES

CALLS = (
    "openat,creat,pwrite64,write,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range"
)
NAMES = "unlink,unlinkat,rename,renameat,renameat2,link,linkat"
LONGEST = 1_000_000  # bytes of a write that strace prints: far beyond a page
LINE = re.compile(r"(\d+\.\d+) (\w+)\((.*)\) += (-?\d+)")
FILE = re.compile(r"\d+<([^>]*)>")
TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Create(msgspec.Struct, frozen=True):
    """A name that was not there has a file now."""

    name: str


class Write(msgspec.Struct, frozen=True):
    """Bytes from an offset on."""

    name: str
    offset: int
    data: bytes


class Truncate(msgspec.Struct, frozen=True):
    """The file ends at `size`."""

    name: str
    size: int


class Sync(msgspec.Struct, frozen=True):
    """Everything written to the file before is on the disk; of the folder (`name` empty), every name."""

    name: str


class Unlink(msgspec.Struct, frozen=True):
    """The name is no more."""

    name: str


class Recorded(msgspec.Struct, frozen=True):
    """The writer has said that every event up to `seq` is recorded."""

    seq: int


Call = Create | Write | Truncate | Sync | Unlink | Recorded


class TraceError(Exception):
    """The trace has something in it that the model of the disk does not know; a green result would prove nothing."""


def traced(folder: Path, synchronous: str) -> list[Call]:
    """Run the writer in `folder` under strace, and return what it did to the files there."""
    disk, out = folder / "disk", folder / "trace"
    disk.mkdir()
    strace = ["strace", "-ff", "--seccomp-bpf", "-qq", "-xx", "-y", "-s", str(LONGEST), "--timestamps=unix,ns"]
    station = [sys.executable, "-m", "tests.power.station", str(disk), synchronous]
    subprocess.run(
        [*strace, "-e", f"trace={CALLS},{NAMES}", "-o", str(out), *station],
        check=True,
        timeout=300,
        stdout=subprocess.DEVNULL,
    )
    lines = [line for path in folder.glob("trace.*") for line in path.read_text(encoding="ascii").splitlines()]
    return list(calls(lines, str(disk)))


def calls(lines: list[str], disk: str) -> Iterator[Call]:
    """The calls that concern files in `disk`; lines of all threads, in any order."""
    known: set[str] = set()
    found = (LINE.match(line) for line in lines)
    for _, call, arguments, result in sorted(match.groups() for match in found if match is not None):
        if int(result) < 0:
            continue
        for change in _changes(call, arguments, disk):
            if isinstance(change, Create) and change.name in known:
                continue
            if isinstance(change, Create):
                known.add(change.name)
            if isinstance(change, Unlink):
                known.discard(change.name)
            yield change


def _changes(call: str, arguments: str, disk: str) -> Iterator[Call]:
    """What one call changes: nothing, where it concerns other files or what is not kept over a power cut."""
    texts = [_bytes(text) for text in TEXT.findall(arguments)]
    paths = [*map(_plain, FILE.findall(arguments)), *(text.decode(errors="replace") for text in texts)]
    path = next((path for path in paths if path == disk or path.startswith(f"{disk}/")), None)
    if path is None or path.endswith((".lock", "-shm")):  # the lock ends with its process; shared memory is made anew
        return
    name = path[len(disk) + 1 :]
    numbers = [int(number) for number in re.findall(r", (\d+)", TEXT.sub("", arguments))]
    match call:
        case "openat" if "O_CREAT" in arguments and name != NOTICES:
            yield Create(name)
        case "openat":
            return
        case "write" if name == NOTICES:
            yield Recorded(int(texts[-1]))
        case "pwrite64":
            yield Write(name, numbers[-1], texts[-1])
        case "ftruncate":
            yield Truncate(name, numbers[-1])
        case "fsync" | "fdatasync":
            yield Sync(name)
        case "unlink":
            yield Unlink(name)
        case _:
            message = f"the model of the disk does not know {call}({arguments[:200]})"
            raise TraceError(message)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", "")) if text.startswith("\\x") else text.encode()


def _plain(path: str) -> str:
    return _bytes(path).decode() if path.startswith("\\x") else path
