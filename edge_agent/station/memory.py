"""What a station must not forget over a restart: kept beside its events, in one piece."""

from __future__ import annotations

import msgspec

from edge_agent.andon.fold import Folded
from edge_agent.andon.gate import Waiting
from edge_agent.andon.life import Call
from edge_agent.andon.nuisance import Kept
from edge_agent.andon.shelf import OutOfService, Shelved
from edge_agent.detect.baseline import Learned
from edge_agent.detect.counted import Counted
from edge_agent.pace.tally import Account
from edge_agent.state import InTest
from edge_agent.station.in_force import Figure
from edge_agent.station.overlay import Overlay


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What a station must not forget over a restart; stamps are of the boot in which it was kept, at `kept_ns`."""

    calls: tuple[Call, ...] = ()
    next_call: int = 1
    kept_ns: int = 0
    learned: tuple[Learned, ...] = ()
    books: Account | None = None
    waiting: tuple[Waiting, ...] = ()
    shelved: tuple[Shelved, ...] = ()
    out: tuple[OutOfService, ...] = ()
    nuisance: Kept = Kept()
    in_force: dict[str, Figure] = {}
    overlay: Overlay = Overlay()
    folded: tuple[Folded, ...] = ()
    test: InTest | None = None
    counted: tuple[Counted, ...] = ()

    def moved(self, by_ns: int) -> Memory:
        """The same on a clock that reads `by_ns` more: CLOCK_MONOTONIC begins anew with each boot."""
        calls = tuple(_moved(call, by_ns) for call in self.calls)
        return msgspec.structs.replace(
            self,
            calls=calls,
            kept_ns=self.kept_ns + by_ns,
            books=self.books and self.books.moved(by_ns),
            waiting=tuple(each.moved(by_ns) for each in self.waiting),
            shelved=tuple(each.moved(by_ns) for each in self.shelved),
            out=tuple(each.moved(by_ns) for each in self.out),
            nuisance=self.nuisance.moved(by_ns),
            overlay=self.overlay.moved(by_ns),
            folded=tuple(each.moved(by_ns) for each in self.folded),
            test=self.test and self.test.moved(by_ns),
            counted=tuple(each.moved(by_ns) for each in self.counted),
        )


STAMPS = ("raised_ns", "acknowledged_ns", "attended_ns", "escalated_ns", "fixed_ns")


def _moved(call: Call, by_ns: int) -> Call:
    stamps = {name: stamp + by_ns for name in STAMPS if (stamp := getattr(call, name)) is not None}
    return msgspec.structs.replace(call, **stamps)
