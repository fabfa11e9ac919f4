"""Cords and call buttons: what their contacts mean to the calls, and when one that stands pulled can call nobody.

A momentary cord comes back by itself: each pull is one, the second resolves. A latching one stays pulled until
somebody pushes it back, and that is its second pull. One that stays pulled although its call is over is lost: the
next pull could not be heard. Its wire is cut, or it hangs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from edge_agent.andon.calls import Calls
from edge_agent.andon.life import By, Signal
from edge_agent.observations import Pull, Raised, Released, Source
from edge_agent.standard import to_ns
from edge_agent.station.planned import Planned

STANDS = "stands"  # the ground on which such a cord is lost
PATIENCE_NS = to_ns(10.0)  # a hand holds a cord for a second or two, and needs a few to push one back after a reset
WHY = "it stands pulled, and its call is over: push it back; if it is at rest, its wire is cut"

AT_THE_STATION = By(via="local")


class Cords:
    """The contacts that call, of one station; `raised` is told each new call, `lose` and `find` of sensors lost."""

    def __init__(
        self,
        sources: Iterable[Source],
        calls: Calls,
        planned: Planned,
        raised: Callable[[Raised], None],
        lose: Callable[[str, str, int, str], None],
        find: Callable[[str, str, int], None],
    ) -> None:
        self._latching = frozenset(source.name for source in sources if source.latching)
        self._calls = calls
        self._planned = planned
        self._raised, self._lose, self._find = raised, lose, find
        self.tested = False  # the wires are tested: none is lost for standing pulled
        self._stands: dict[str, int] = {}  # since when, of those that stand pulled and are not lost for it yet

    def take(self, seen: Pull | Released) -> None:
        """A first pull raises a call, a second one withdraws or resolves it; one found pulled is no second pull."""
        call = self._calls.from_source(seen.sensor)
        latching = seen.sensor in self._latching
        self._stands.pop(seen.sensor, None)
        self._find(seen.sensor, STANDS, seen.at_ns)
        if isinstance(seen, Pull):
            self._stands[seen.sensor] = seen.at_ns
            if call is None:
                self._call(seen)
            elif not (latching or seen.standing):
                self._calls.signal(call, Signal.SECOND_PULL, seen.at_ns, AT_THE_STATION)
        elif call is not None and latching:
            self._calls.signal(call, Signal.SECOND_PULL, seen.at_ns, AT_THE_STATION)

    def resume(self, touched: Mapping[str, Pull | None], now_ns: int) -> None:
        """Hear them again after a test; one that was `touched` is at rest now (None), or its pull stands and calls."""
        for sensor, pull in touched.items():
            if pull is not None:
                self.take(msgspec.structs.replace(pull, at_ns=now_ns, standing=True))
            else:
                self._stands.pop(sensor, None)
                self._find(sensor, STANDS, now_ns)

    def due_ns(self) -> int | None:
        """When the first that stands has done so for too long."""
        return min(self._lost_ns().values(), default=None) if self._stands and not self.tested else None

    def advance(self, now_ns: int) -> None:
        """Lose those that stand for too long."""
        for sensor, lost_ns in self._lost_ns().items() if not self.tested else ():
            if lost_ns <= now_ns:
                del self._stands[sensor]
                self._lose(sensor, STANDS, now_ns, WHY)

    def _lost_ns(self) -> dict[str, int]:
        """Those that stand without a call of their own, and when that is too long."""
        ended_ns = self._calls.ended_ns
        return {
            sensor: max(since_ns, ended_ns.get(sensor, since_ns)) + PATIENCE_NS
            for sensor, since_ns in self._stands.items()
            if self._calls.from_source(sensor) is None
        }

    def _call(self, pull: Pull) -> None:
        call = self._calls.pulled(pull, self._planned.slot_end_ns(pull.at_ns), self._planned.cycles.recent_s())
        if call is not None:
            self._raised(Raised(call.raised_ns, call.kind, call.source, call.call))
