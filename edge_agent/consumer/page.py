"""One journal of one station in the books: what is there, what to acknowledge, what to ask for again, told the time.

A number is settled when its event is in the books, or when the station has said that it will never come.
"""

from __future__ import annotations

from edge_agent.signals.payloads import Ack
from edge_agent.signals.spans import Span, Spans
from edge_agent.standard import to_ns

MOST_MISSING = 100  # ranges in an acknowledgement, as the contract has it
MOST_ASKED = 1_000  # numbers in one `replay`, as the contract has it
GRACE_NS = to_ns(5.0)  # what was acknowledged as missing is mostly there by itself by then
QUIET_NS = to_ns(10.0)  # without an event: then the last numbers the station speaks of do not come by themselves
LONGEST_NS = to_ns(300.0)  # between two tries: a station that was switched off is found again within five minutes


class Page:
    """What the books have of one epoch; `number` is its key in the file.

    Args:
        number: the key.
        station: its path, `enterprise/site/area/line/station`.
        epoch: which journal.
        have: numbers in the books.
        closed: numbers that will never come.
        recorded: the last number the station has spoken of.
    """

    def __init__(self, number: int, station: str, epoch: str, have: Spans, closed: Spans, recorded: int) -> None:
        self.number = number
        self.station = station
        self.epoch = epoch
        self.have = have
        self.recorded = max(recorded, have.last)
        self._settled = Spans([*have, *closed])
        self._heard_ns: int | None = None
        self._hole = 0  # the first number missing, 0 for none
        self._asked = 0  # the last number asked for
        self._due_ns = 0
        self._wait_ns = GRACE_NS

    def keep(self, seq: int, now_ns: int) -> None:
        """An event is in the books, or was already."""
        self.have.add(seq, seq)
        self._settled.add(seq, seq)
        self.recorded = max(self.recorded, seq)
        self._heard_ns = now_ns

    def close(self, first: int, last: int) -> None:
        """These will never come."""
        self._settled.add(first, last)

    def open_within(self, first: int, last: int) -> list[Span]:
        """Ranges of these that are neither in the books nor explained."""
        return list(self._settled.gaps(first, last))

    def ack(self) -> Ack:
        """What the books have, as the station is told."""
        missing = list(self._settled.gaps(1, self.have.last))
        if len(missing) <= MOST_MISSING:
            return Ack(epoch=self.epoch, upto=self.have.last, missing=tuple(missing))
        upto = missing[MOST_MISSING][0] - 1
        return Ack(epoch=self.epoch, upto=upto, missing=tuple(missing[:MOST_MISSING]))

    def holes(self) -> list[Span]:
        """Ranges neither in the books nor explained, up to the last number the station has spoken of."""
        return self.open_within(1, self.recorded)

    def ask(self, now_ns: int) -> Span | None:
        """The range to ask for now; None where nothing is missing, or it may still come by itself."""
        hole = self._settled.past(1)
        if hole > self.recorded:
            self._hole = 0
            return None
        if hole != self._hole:
            went_well = self._hole and hole > self._asked > 0
            self._hole, self._asked, self._wait_ns = hole, 0, GRACE_NS
            self._due_ns = now_ns + (0 if went_well else GRACE_NS)
        if now_ns < self._due_ns or (hole > self.have.last and not self._quiet(now_ns)):
            return None
        self._due_ns = now_ns + self._wait_ns
        self._wait_ns = min(2 * self._wait_ns, LONGEST_NS)
        self._asked = min(hole + MOST_ASKED - 1, self.recorded)
        return hole, self._asked

    def _quiet(self, now_ns: int) -> bool:
        if self._heard_ns is None:
            self._heard_ns = now_ns  # since we listen
        return now_ns - self._heard_ns >= QUIET_NS
