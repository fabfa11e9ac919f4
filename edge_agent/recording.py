"""A recording: every step the station took, in order, as JSON lines; the same steps give the same events.

The first line of each run is a `begin`: when the station was made and what it remembered. Each further line
is one call of `Station.step`: the time it was told and what was seen, or nothing where a deadline had come.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from edge_agent.events.data import UNDECODABLE
from edge_agent.observations import Observation

# A begin with 200 open calls has 60 kB, the books with 100 calls of an hour 20 kB, and what is learned comes to it;
# anything longer is no recording of ours.
LONGEST_LINE = 256 * 1024


class Begin(msgspec.Struct, frozen=True, tag="begin", tag_field="turn"):
    """The station was made at `now_ns`, with `memory` (as the journal kept it) or with none."""

    now_ns: int
    station: str
    version: str
    memory: msgspec.Raw = msgspec.Raw(b"null")


class Turn(msgspec.Struct, frozen=True, tag="step", tag_field="turn", omit_defaults=True):
    """One call of `Station.step`."""

    now_ns: int
    seen: Observation | None = None


class RecordingError(ValueError):
    """The file is no recording; says which line and why."""


ENCODE = msgspec.json.Encoder().encode
DECODE = msgspec.json.Decoder(Begin | Turn).decode


def read(path: Path) -> Iterator[Begin | Turn]:
    """The lines of a recording, one at a time, so that a long one needs no memory.

    Raises:
        RecordingError: with file and line, where a line cannot be read.
    """
    with path.open("rb") as lines:
        number = 0
        while line := lines.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                message = f"{path}:{number}: longer than {LONGEST_LINE} bytes; this is no recording"
                raise RecordingError(message)
            try:
                yield DECODE(line)
            except UNDECODABLE as error:
                form = "a recording has one JSON object a line, as `edge-agent replay --steps` prints it"
                message = f"{path}:{number}: {error}; {form}"
                raise RecordingError(message) from error
