"""What is sent next of the backlog the journal still holds, and of what was asked for again.

Three rules. What was in flight or set aside when a connection ended is offered first on the next one, in order.
What the broker refuses is set aside, so that it never holds up the rest, and offered again slowly. And nobody is
told anything out of order because they came late: until an event of this connection was heard, one at a time is
tried, the oldest, once a second; as soon as somebody listens all follow in order.
All parts are told the time and know no broker; the backlog reads the journal it is given.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import Generic, Literal, Protocol, TypeVar

from edge_agent.signals.awaited import Awaited
from edge_agent.signals.contract import Row
from edge_agent.signals.spans import Span, Spans, taken
from edge_agent.signals.window import WINDOW
from edge_agent.standard import to_ns

READ = 100  # rows read from the journal at once: 100 kB at most, 5 windows
ASIDE = 10_000  # remembered numbers of events set aside: 1 MB; beyond it nobody is listening and nothing new is offered
UNTOLD = 10_000  # ranges delivered, and the station not yet told so: 1 MB; beyond it sending waits for the station
TOLD = 5_000  # numbers told at once: more would hold up the station's next commit
AGAIN = 20  # events set aside that are tried again at once: one window
REPLAYS = 4  # ranges asked for and not yet sent: four commands of at most 1,000 events
AGAIN_NS = to_ns(60.0)  # how often: seen within a minute, and no load on a broker that refuses
PACE_NS = to_ns(1.0)  # a window in this, where the consumer has not acknowledged what is far ahead already
LISTEN_NS = to_ns(1.0)  # how often it is tried whether somebody listens: a board that starts waits no longer
REFUSED_FROM = 0x80  # MQTT 5 reason codes from here on are failures
NO_SUBSCRIBER = 0x10  # the broker took it, and threw it away

Why = Literal["unheard", "refused", "too_large", "unreadable"]  # of the last two, trying again changes nothing

R = TypeVar("R", bound=Row)


class Journal(Protocol[R]):
    """What the backlog asks of the journal; all may raise what the journal raises when it cannot be read."""

    def unconfirmed(self, after_seq: int, limit: int) -> list[R]:
        """Rows above `after_seq` not marked as delivered, in order."""

    def range(self, first: int, last: int, limit: int) -> list[R]:
        """Rows from `first` to `last`, in order, delivered or not."""

    def gone(self, first: int, last: int) -> list[Span]:
        """Ranges of `first` to `last` recorded once and there no more."""


class Backlog(Generic[R]):
    """Recorded events and how far they have come.

    `aside` counts events set aside by reason; `full` names the bound that holds sending up, empty where none. With
    `awaited` an event is delivered when a consumer has acknowledged it, without when the broker has taken it.
    """

    def __init__(self, journal: Journal[R], awaited: Awaited[R] | None = None) -> None:
        self.journal = journal
        self.awaited = awaited
        self.aside: Counter[Why] = Counter()
        self._aside: dict[int, Why] = {}  # in the order they are tried again
        self._flying: set[int] = set()
        self._left: deque[int] = deque()  # in flight or aside when the last connection ended
        self._untold = Spans()
        self._waiting: deque[R] = deque()
        self._again: deque[int] = deque()
        self._again_ns: int | None = None
        self._heard = False  # somebody listens, as far as is known
        self._trying: int | None = None  # the event that finds out
        self._listen_ns = 0
        self._pace_ns, self._paced = 0, 0
        self._cursor = 0
        self._hungry = True

    def open(self) -> None:
        """A new connection: what is not known to have arrived comes first."""
        self._left = deque(sorted({*self._left, *self._flying, *self._aside}))
        self._flying.clear()
        self._aside.clear()
        self.aside.clear()
        self._again.clear()
        self._again_ns = None
        self._heard, self._trying, self._listen_ns = False, None, 0
        self._hungry = True

    def renew(self, highest: int = 0) -> None:
        """A new journal has taken the old one's place: what was delivered of the old one concerns nobody.

        Args:
            highest: the last of its numbers that an earlier process may have sent.
        """
        self._untold.clear()
        self._waiting.clear()
        self.open()
        self._left.clear()
        self._cursor = 0
        if self.awaited is not None:
            self.awaited.renew(highest)

    def nudge(self) -> None:
        """Something may have been recorded."""
        self._hungry = True

    @property
    def unheard(self) -> bool:
        """Whether the broker's last word was that nobody subscribes."""
        return not self._heard and self._listen_ns > 0

    @property
    def full(self) -> str:
        """Which bound holds sending up; empty where none does."""
        if len(self._untold) >= UNTOLD:
            return f"{UNTOLD} ranges delivered and the station cannot be told"
        if len(self._aside) >= ASIDE:
            return f"{ASIDE} events set aside"
        if self.awaited is not None and self.awaited.full:
            return "too many holes in what the consumer acknowledges"
        return ""

    def next(self, now_ns: int) -> R | None:
        """The event to send now, or None; raises what the journal raises."""
        if len(self._untold) >= UNTOLD:
            return None
        row = self._next_heard(now_ns) if self._heard else self._next_trial(now_ns)
        if row is not None:
            self._flying.add(row.seq)
            if self.awaited is not None:
                self.awaited.offered(row.seq)
        return row

    def _next_heard(self, now_ns: int) -> R | None:
        row = self._next_left() or self._next_again(now_ns)
        if row is None and self.awaited is not None:
            row = self.awaited.next(now_ns)
            while row is not None and (row.seq in self._flying or row.seq in self._aside):
                row = self.awaited.next(now_ns)
        return row or self._next_new(now_ns)

    def _next_trial(self, now_ns: int) -> R | None:
        """The oldest event, which finds out whether somebody listens."""
        if self._trying is not None or now_ns < self._listen_ns:
            return None
        unheard = [seq for seq, why in self._aside.items() if why == "unheard"]
        row = self._from_aside(min(unheard)) if unheard else self._next_left() or self._next_new(now_ns)
        self._trying = None if row is None else row.seq
        return row

    def _next_left(self) -> R | None:
        while self._left:
            rows = self.journal.range(self._left[0], self._left[0], 1)
            seq = self._left.popleft()
            if rows and not self._is_delivered(seq):
                return rows[0]
        return None

    def _next_again(self, now_ns: int) -> R | None:
        if self._again_ns is not None and now_ns >= self._again_ns:
            self._again_ns = now_ns + AGAIN_NS
            self._try("refused", AGAIN)
        while self._again:
            row = self._from_aside(self._again[0])
            self._again.popleft()
            if row is not None:
                return row
        return None

    def _from_aside(self, seq: int) -> R | None:
        """The row of an event set aside, which it no longer is; None where the journal has it no more."""
        if seq not in self._aside:
            return None
        rows = self.journal.range(seq, seq, 1)  # where this raises, it stays aside
        self.aside[self._aside.pop(seq)] -= 1
        return rows[0] if rows else None

    def _next_new(self, now_ns: int) -> R | None:
        if len(self._aside) >= ASIDE or not self._in_pace(now_ns):
            return None
        while True:
            while self._waiting:
                row = self._waiting.popleft()
                self._cursor = row.seq
                if not self._is_delivered(row.seq):
                    self._paced += 1
                    return row
            if not self._hungry:
                return None
            rows = self.journal.unconfirmed(self._past_delivered(), READ)
            self._hungry = len(rows) == READ
            self._waiting.extend(rows)

    def _in_pace(self, now_ns: int) -> bool:
        """Whether one more may be sent for the first time; a window a second where the consumer is far behind."""
        if self.awaited is None or not self.awaited.far_ahead:
            return True
        if now_ns >= self._pace_ns:
            self._pace_ns, self._paced = now_ns + PACE_NS, 0
        return self._paced < WINDOW and not self.awaited.full

    def _is_delivered(self, seq: int) -> bool:
        return seq in self._untold or (self.awaited is not None and seq in self.awaited.booked)

    def _past_delivered(self) -> int:
        """The last number of those delivered that follow the cursor: they need not be read."""
        past = self._untold.past(self._cursor + 1)
        return (past if self.awaited is None else self.awaited.booked.past(past)) - 1

    def land(self, seq: int, code: int, now_ns: int) -> None:
        """The broker has answered an event with an MQTT 5 reason code (0 always on 3.1.1)."""
        if code == NO_SUBSCRIBER:
            self._heard, self._listen_ns = False, now_ns + LISTEN_NS
            self.put_aside(seq, "unheard", now_ns)
        elif code >= REFUSED_FROM:
            self.put_aside(seq, "refused", now_ns)
        else:
            self._landed(seq)
            if self.awaited is None:
                self._untold.add(seq, seq)
            else:
                self.awaited.landed(seq, now_ns)
            if not self._heard:
                self._heard = True
                self._try("unheard", ASIDE)

    def put_aside(self, seq: int, why: Why, now_ns: int) -> None:
        """Let the rest go past an event that cannot be delivered now; the journal keeps it."""
        self._landed(seq)
        self._aside[seq] = why
        self.aside[why] += 1
        if why == "refused" and self._again_ns is None:
            self._again_ns = now_ns + AGAIN_NS

    def _landed(self, seq: int) -> None:
        self._flying.discard(seq)
        if seq == self._trying:
            self._trying = None

    def _try(self, reason: Why, most: int) -> None:
        """Mark those set aside to be sent next: refused ones that waited longest first, unheard ones in order."""
        waiting = [seq for seq, why in self._aside.items() if why == reason]
        self._again.extend((sorted(waiting) if reason == "unheard" else waiting)[:most])

    def acknowledge(self, payload: bytes, *, retained: bool, epoch: str, now_ns: int) -> None:
        """A consumer says what is in its books."""
        if self.awaited is None:
            return
        ack = self.awaited.read(payload, retained=retained, epoch=epoch)
        if ack is not None:
            for first, last in self.awaited.take(ack, now_ns, self._cursor):
                self._untold.add(first, last)

    def untold(self, most: int) -> tuple[Span, ...]:
        """Ranges of numbers delivered that the station has not confirmed to have marked; at most `most`."""
        return tuple(taken(self._untold, TOLD)[:most])

    def told(self, ranges: tuple[Span, ...]) -> None:
        """The station has marked these."""
        for first, last in ranges:
            self._untold.drop(first, last)


class Replays(Generic[R]):
    """Ranges asked for again, one after the other; what a replay sends confirms nothing."""

    def __init__(self, journal: Journal[R]) -> None:
        self.journal = journal
        self._ranges: deque[tuple[int, int]] = deque()
        self._waiting: deque[R] = deque()

    def add(self, first: int, last: int) -> bool:
        """Take one more range; False where `REPLAYS` are waiting already."""
        if len(self._ranges) >= REPLAYS:
            return False
        self._ranges.append((first, last))
        return True

    def gone(self, first: int, last: int) -> list[Span]:
        """What of a range the journal has no more; raises what the journal raises."""
        return self.journal.gone(first, last)

    def clear(self) -> None:
        """Nothing is wanted again any more."""
        self._ranges.clear()
        self._waiting.clear()

    def next(self) -> R | None:
        """The next row to send again, or None; raises what the journal raises."""
        while not self._waiting and self._ranges:
            first, last = self._ranges[0]
            rows = self.journal.range(first, last, READ)
            self._ranges.popleft()
            self._waiting.extend(rows)
            if len(rows) == READ and rows[-1].seq < last:
                self._ranges.appendleft((rows[-1].seq + 1, last))
        return self._waiting.popleft() if self._waiting else None
