"""What the journal itself has to say upstream: of what it gave up, and of the clock it labels with."""

from __future__ import annotations

from typing import Literal

from edge_agent.events.data import Data

DropReason = Literal["confirmed", "telemetry", "repeats", "oldest"]


class JournalDropped(Data, frozen=True, kw_only=True):
    """The journal has given up events because its bound was near: a hole that this explains.

    Of the numbers `first` to `last`, `count` are gone; the others are there or have been sent. Who has heard every
    event but the ones given up lacks, in the ranges of all reasons but `confirmed`, just the sum of their counts.
    """

    TYPE = "andon.journal.dropped.v1"
    CAUSE = "The journal is nearly as large as `[journal] most_mb` allows: the plant has not taken events for long."
    RESPONSE = "See why nothing is delivered; `oldest` means that more than repeats and telemetry was lost."

    first: int
    last: int
    count: int
    reason: DropReason


class ClockAnchor(Data, frozen=True, kw_only=True):
    """The wall clock can be trusted from here on: the same instant on both clocks, to date what came before.

    An event of the same `boot` with `timequality` `unsynced` happened at `wall` minus (`at_ns` - its `atns`) ns.
    Take the first anchor whose `at_ns` is not before the event's.
    """

    TYPE = "andon.clock.anchor.v1"
    CAUSE = "A time server was heard after events had been labelled without one, or it has set the clock."
    RESPONSE = "None: who keeps events corrects the time of those it has."

    boot: str
    at_ns: int
    wall: str
    source: Literal["synchronised", "stepped"]
