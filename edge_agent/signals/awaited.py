"""Events sent and in no consumer's books yet, as far as it said: which are sent again, and when.

A consumer's acknowledgement is cumulative: everything up to `upto` but `missing` is in its books. It is believed of
what this process has offered, and of nothing beyond: after a restart all that is unconfirmed is offered again, and a
consumer that has it already says so again. What it misses is sent again at once, the first time. After that, and where
nothing is acknowledged at all, patience: the oldest few are sent again after a wait that doubles, with jitter, until
the lowest number that is not in the books moves.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

import msgspec

from edge_agent.events.data import UNDECODABLE
from edge_agent.signals.contract import Row
from edge_agent.signals.payloads import Ack
from edge_agent.signals.spans import Span, Spans, taken
from edge_agent.standard import to_ns

AHEAD = 1_000  # sent and not acknowledged: mosquitto queues as many for a slow subscriber, and drops what is more
SLICE = 200  # sent again for one acknowledgement: at five of them a second 1,000 a second
OLDEST = 20  # sent again after a wait: one window finds out whether the consumer is back
READ = 100  # rows read from the journal at once
SHORTEST_S = 5.0  # the reference consumer acknowledges within a second
LONGEST_S = 300.0  # a consumer back after a week-end is noticed within five minutes, or by its own acknowledgement
DOUBLINGS = 6  # 5 s x 2^6 is beyond the longest
RANGES = 10_000  # of numbers remembered: 1 MB; only a consumer that mislays every second event comes near
LARGEST_ACK = 8_192  # bytes; with 100 ranges of the largest numbers it has 4,300

ACK = msgspec.json.Decoder(Ack)
R = TypeVar("R", bound=Row)


class Kept(Protocol[R]):
    """What is asked of the journal; raises what it raises when it cannot be read."""

    def range(self, first: int, last: int, limit: int) -> list[R]:
        """Rows from `first` to `last`, in order, delivered or not."""


class Awaited(Generic[R]):
    """What is awaited from the consumer; told the time.

    `ignored` counts acknowledgements that changed nothing, by reason. `chance` gives numbers in [0, 1).
    """

    def __init__(self, journal: Kept[R], chance: Callable[[], float]) -> None:
        self.journal = journal
        self.ignored: Counter[str] = Counter()
        self.sent = Spans()  # taken by the broker, acknowledged by nobody
        self.booked = Spans()  # in the consumer's books by its last word
        self.highest = 0  # the highest number that may have been sent
        self._chance = chance
        self._again = Spans()
        self._rows: deque[R] = deque()
        self._tried = Spans()  # sent again because they were missed, since the last wait was over
        self._probed = 0  # everything up to here was sent before the oldest few were sent again
        self._floor = 0  # below it everything is in the books
        self._waits = 0
        self._due_ns: int | None = None

    def renew(self, highest: int) -> None:
        """Another journal, of which numbers up to `highest` may have been sent by an earlier process."""
        for spans in (self.sent, self.booked, self._again, self._tried):
            spans.clear()
        self._rows.clear()
        self.highest = highest
        self._floor = self._probed = self._waits = 0
        self._due_ns = None

    @property
    def overdue(self) -> bool:
        """Whether the consumer has let more than one wait pass."""
        return self._waits > 1 and len(self.sent) > 0

    @property
    def full(self) -> bool:
        """Whether no more can be remembered."""
        return len(self.sent) >= RANGES

    @property
    def far_ahead(self) -> bool:
        """Whether so much is unacknowledged that more would only be lost between the broker and the consumer."""
        return self.sent.total >= AHEAD

    def offered(self, seq: int) -> None:
        """One is on its way."""
        self.highest = max(self.highest, seq)
        self.sent.drop(seq, seq)

    def landed(self, seq: int, now_ns: int) -> None:
        """The broker has taken it."""
        if seq in self.booked:  # its acknowledgement was faster
            return
        self.sent.add(seq, seq)
        if self._due_ns is None:
            self._due_ns = now_ns + self._wait_ns()

    def read(self, payload: bytes, *, retained: bool, epoch: str) -> Ack | None:
        """The acknowledgement in a message; None where it is not one for this journal (see `ignored`)."""
        why, ack = "", None
        try:
            ack = ACK.decode(payload) if len(payload) <= LARGEST_ACK else None
        except UNDECODABLE:
            why = "unreadable"
        if ack is None:
            why = why or "too large"
        elif retained:
            why = "retained"
        elif any(not 1 <= first <= last <= ack.upto for first, last in ack.missing):
            why = "missing ranges that are none"
        elif ack.epoch != epoch:
            why = "of another journal"
        elif ack.upto > self.highest:
            why = "of events never sent"
        if why:
            self.ignored[why] += 1
            return None
        return ack

    def take(self, ack: Ack, now_ns: int, offered: int) -> list[Span]:
        """The ranges newly in the consumer's books; what it misses is sent again.

        Args:
            ack: from `read`.
            now_ns: the present.
            offered: the last number taken from the journal for the first time; later ones come by themselves, and
                nothing is believed of them yet.
        """
        upto = min(ack.upto, offered)
        missing = Spans(ack.missing)
        missing.drop(upto + 1, missing.last)
        for first, last in missing:
            self.booked.drop(first, last)
        booked = list(missing.gaps(1, upto))
        new = [span for first, last in booked for span in self.booked.gaps(first, last)]
        for first, last in booked:
            self.booked.add(first, last)
            self.sent.drop(first, last)
            self._again.drop(first, last)
        self._progress(missing.first or upto + 1, now_ns)
        missing.add(upto + 1, self._probed)
        self._miss(missing, offered)
        return new

    def next(self, now_ns: int) -> R | None:
        """The row to send again now, or None; raises what the journal raises."""
        if self._due_ns is not None and now_ns >= self._due_ns:
            self._wait_over(now_ns)
        while True:
            while self._rows:
                if (row := self._rows.popleft()).seq not in self.booked:
                    return row
            if not self._again:
                return None
            self._read()

    def _progress(self, floor: int, now_ns: int) -> None:
        if floor <= self._floor:
            return
        self._floor = floor
        self._waits = 0
        self._tried.drop(1, floor - 1)
        self._due_ns = now_ns + self._wait_ns() if self.sent else None

    def _miss(self, missing: Spans, offered: int) -> None:
        """Send again what is missed, but not what was sent again just now or comes by itself."""
        missing.drop(offered + 1, max(offered + 1, missing.last))
        fresh = (span for first, last in missing for span in self._tried.gaps(first, last))
        for first, last in taken(fresh, SLICE):
            self._again.add(first, last)
            self._tried.add(first, last)
        if len(self._tried) > RANGES:
            self._tried.clear()

    def _wait_over(self, now_ns: int) -> None:
        self._waits = min(self._waits + 1, DOUBLINGS)
        self._tried.clear()
        self._probed = self.sent.last
        for first, last in taken(self.sent, OLDEST):
            self._again.add(first, last)
        self._due_ns = now_ns + self._wait_ns() if self.sent else None

    def _read(self) -> None:
        first, last = next(iter(self._again))
        rows = self.journal.range(first, last, READ)
        last = rows[-1].seq if len(rows) == READ else last
        self._again.drop(first, last)
        for gone in Spans((row.seq, row.seq) for row in rows).gaps(first, last):
            self.sent.drop(*gone)  # the journal has them no more: nothing can be awaited
        self._rows.extend(rows)

    def _wait_ns(self) -> int:
        longest_s = min(LONGEST_S, SHORTEST_S * 2.0**self._waits)
        return to_ns(longest_s * (0.5 + 0.5 * self._chance()))
