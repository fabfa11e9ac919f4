"""What a station knew before its start, from what the journal kept: at once, or once the disk lets it be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec

from edge_agent import clock
from edge_agent.journal import Memory as Kept
from edge_agent.signals import machine
from edge_agent.station.memory import Memory

if TYPE_CHECKING:
    from edge_agent.station.station import Station

DECODE = msgspec.json.Decoder(Memory).decode
T = TypeVar("T")
EARLIEST = 1_000_000_000  # the number of a call made without a memory, on a clock that begins in 1970


class Remembered(msgspec.Struct, frozen=True):
    """What was known before the start can be read only now: `again` makes a station that knows it, or says why not."""

    again: Callable[[Memory], tuple[Station | None, str]]


def understood(kept: Kept, now_ns: int, wall_ns: int) -> Memory:
    """The memory on the clock of this boot; an error of `data.UNDECODABLE` where it is not one.

    Args:
        now_ns, wall_ns: the same instant on both clocks.
    """
    memory = DECODE(kept.data)
    if kept.boot == machine.boot():
        return memory
    slept_ns = max(0, wall_ns - kept.wall_ns)  # a wall clock that went back cannot make a call younger
    return memory.moved(now_ns - slept_ns - memory.kept_ns)


def unknown(wall_ns: int) -> Memory:
    """The memory of a station that cannot read its own: its calls get numbers that none before it has had."""
    return Memory(next_call=max(EARLIEST, wall_ns // clock.NS_PER_S))


def joined(earlier: Memory, present: Memory) -> Memory:
    """What was known before the start and what has happened since, where the one could be read only now.

    Open calls are of both. Of a detector or a shelf that both know, what was said since the start holds; a baseline and
    the books are those from before, which hold more.
    """
    return msgspec.structs.replace(
        present,
        calls=(*earlier.calls, *present.calls),
        next_call=max(earlier.next_call, present.next_call),
        learned=_both(present.learned, earlier.learned, lambda each: (each.detector, each.product)),
        books=earlier.books or present.books,
        waiting=_both(earlier.waiting, present.waiting, lambda each: each.detector),
        shelved=_both(earlier.shelved, present.shelved, lambda each: each.source),
        overlay=earlier.overlay.joined(present.overlay),
        in_force=earlier.in_force or present.in_force,
        out=_both(earlier.out, present.out, lambda each: each.detector),
        counted=_both(earlier.counted, present.counted, lambda each: (each.detector, each.of)),
    )


def _both(weaker: tuple[T, ...], stronger: tuple[T, ...], key: Callable[[T], object]) -> tuple[T, ...]:
    """One of each key, the stronger's where both have it."""
    return tuple({key(each): each for each in (*weaker, *stronger)}.values())
