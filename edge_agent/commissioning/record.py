"""The commissioning record: what was tested when, by whom, with which file, and what was found; a JSON file."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

import edge_agent
from edge_agent import clock
from edge_agent.commissioning.result import Part, Result
from edge_agent.config import Config
from edge_agent.signals import machine

SUFFIX = ".commissioning.json"  # beside the journal, and named like it
LARGEST_BYTES = 1_000_000  # a station of 50 wires has 20 kB


class RecordError(Exception):
    """The record cannot be read or written; the message says why and what to do."""


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """One part as it was tested last.

    Args:
        time: RFC 3339 in UTC, by the station's clock; `synchronised` whether that followed a time server.
        configuration: SHA-256 of what the file said of this part, so that a later change is seen.
        unattended: nobody looked.
        mended: what was written into the file, a sentence each.
    """

    time: str
    synchronised: bool
    who: str
    configuration: str
    unattended: bool
    results: tuple[Result, ...]
    mended: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """All parts of one station, each as it was tested last; `serial` is the machine's."""

    station: str
    serial: str
    agent: str
    parts: dict[Part, Tested] = {}


def place(config: Config) -> Path:
    """Where the record of a station lies."""
    return Path(config.journal.path).with_suffix(SUFFIX)


def fingerprint(config: Config, part: Part) -> str:
    """Of all in a configuration that a part depends on: a takt that is changed asks for no new lamp test."""
    document = config.document
    sensors = document.get("sensor", [])
    tables: dict[Part, object] = {
        "lamps": document.get("stack"),
        "inputs": [table for table in sensors if "port" not in table],
        "serial": [table for table in sensors if "port" in table],
        "mqtt": document.get("mqtt"),
    }
    known = [document.get("station", {}).get("board"), tables[part]]
    return hashlib.sha256(msgspec.json.encode(known, order="sorted", enc_hook=str)).hexdigest()


def read(path: Path, config: Config) -> Record:
    """The record so far, an empty one where there is none yet.

    Raises:
        RecordError: what is there is no record.
    """
    empty = Record(station=config.identity().path, serial=machine.serial(), agent=edge_agent.__version__)
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(LARGEST_BYTES), type=Record)
    except FileNotFoundError:
        return empty
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}; run this as root, or name another with --record"
        raise RecordError(message) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        message = f"{path} is no commissioning record ({error}); move it away, or name another with --record"
        raise RecordError(message) from error


def can_be_written(path: Path) -> None:
    """Make sure of it before anybody walks.

    Raises:
        RecordError: it cannot.
    """
    if not os.access(path.parent, os.W_OK | os.X_OK):
        message = f"{path} cannot be written by this user; run this as root, or name another with --record"
        raise RecordError(message)


def added(record: Record, config: Config, part: Part, tested: Tested) -> Record:
    """The record with one part tested anew, on the machine and with the agent it was tested with."""
    return msgspec.structs.replace(
        record,
        station=config.identity().path,
        serial=machine.serial(),
        agent=edge_agent.__version__,
        parts={**record.parts, part: tested},
    )


def tested_now(
    config: Config, part: Part, who: str, results: Iterable[Result], *, unattended: bool, mended: Iterable[str]
) -> Tested:
    """What was found, with when and with which file: the one that runs, not what has been mended in it since."""
    return Tested(
        time=clock.wall_text(clock.wall_ns()),
        synchronised=clock.synchronised(),
        who=who,
        configuration=fingerprint(config, part),
        unattended=unattended,
        results=tuple(results),
        mended=tuple(mended),
    )


def write(path: Path, record: Record) -> None:
    """Put it in its place at once: a power cut leaves the old one or the new one.

    Raises:
        RecordError: it cannot be written.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        message = f"{path} cannot be written: {error.strerror}; run this as root, or name another with --record"
        raise RecordError(message) from error
