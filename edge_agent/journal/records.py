"""The journal's words: its settings, what goes in, what comes out, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

from edge_agent.events import Event

TimeQuality = Literal["synced", "unsynced", "corrected"]

Ranges = Iterable[tuple[int, int]]
"""First and last number of each range, both included."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of `[journal]`.

    Args:
        path: the file; its folder is made where it is missing.
        recording_days: how long every observation is kept for `replay`; 0 records none.
        most_mb: how large the file and its log become together, in MiB. 256 hold several years of unsent events at a
            thousand a day beside ten weeks of a recording, and are a hundredth of a 32 GB card; with less than 16
            the log's reserve would leave little for the events.
    """

    path: str
    recording_days: Annotated[float, msgspec.Meta(ge=0, le=366, description="days kept for replay; 0 is off")] = 0.0
    most_mb: Annotated[
        int, msgspec.Meta(ge=16, le=65_536, description="MiB of file and log; then the least is given up")
    ] = 256


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What the clocks say at one instant, so that a monotonic stamp can be given a wall time."""

    now_ns: int
    wall_ns: int
    time_quality: Literal["synced", "unsynced"]

    def wall_at(self, at_ns: int) -> int:
        """Wall time in ns of the instant `at_ns` of this boot."""
        return self.wall_ns - (self.now_ns - at_ns)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What one turn of the station leaves behind, kept or lost as a whole.

    Args:
        events: what was said, only events with `KEPT` data.
        memory: JSON of what the station must know after a restart, where it has changed.
        turn: a line of the recording.
    """

    events: tuple[Event, ...] = ()
    memory: bytes | None = None
    turn: bytes | None = None


class Memory(msgspec.Struct, frozen=True):
    """What the station remembered last: its JSON, the boot it was saved in and the wall time of saving."""

    data: bytes
    boot: str
    wall_ns: int


class JournalError(Exception):
    """The journal cannot be used as it is; the message says what a person must do."""


class JournalMissing(JournalError):  # noqa: N818 - reads as what it is: there is none
    """There is no journal to read, not yet or no longer; ask again, and for its epoch first."""


class Row(msgspec.Struct, frozen=True):
    """A recorded event: `at_ns` of CLOCK_MONOTONIC in `boot`, wall time in ns, its type and its data as JSON.

    `corrected`: recorded without a time server, and dated by the first anchor that the same boot has after it.
    """

    seq: int
    at_ns: int
    boot: str
    wall_ns: int
    time_quality: TimeQuality
    type: str
    data: bytes
