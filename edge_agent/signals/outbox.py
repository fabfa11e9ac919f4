"""What is sent next: the window of what is in flight and the backlog the journal still holds.

Three rules. What the journal has not been told is delivered is offered again on the next connection, in order.
What the broker refuses is set aside, so that it never holds up the rest, and offered again slowly. And nobody is
told anything out of order because they came late: until an event of this connection was heard, one at a time is
tried, the oldest, once a second; as soon as somebody listens all follow in order.
Both parts are told the time and know no broker; the backlog reads the journal it is given.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import Generic, Literal, Protocol, TypeVar

from edge_agent.signals.contract import Row
from edge_agent.standard import to_ns

WINDOW = 20  # in flight at once: keeps a round trip of 20 ms at 1,000 a second, and brokers accept it
READ = 100  # rows read from the journal at once: 100 kB at most, 5 windows
ASIDE = 10_000  # remembered numbers of events set aside: 1 MB; beyond it nobody is listening and nothing new is offered
UNTOLD = 10_000  # delivered, and the station not yet told so: 1 MB; beyond it sending waits for the station
AGAIN = 20  # events set aside that are tried again at once: one window
REPLAYS = 4  # ranges asked for and not yet sent: four commands of at most 1,000 events
AGAIN_NS = to_ns(60.0)  # how often: seen within a minute, and no load on a broker that refuses
LISTEN_NS = to_ns(1.0)  # how often it is tried whether somebody listens: a board that starts waits no longer
REFUSED_FROM = 0x80  # MQTT 5 reason codes from here on are failures
NO_SUBSCRIBER = 0x10  # the broker took it, and threw it away

Why = Literal["unheard", "refused", "too_large", "unreadable"]  # of the last two, trying again changes nothing

R = TypeVar("R", bound=Row)


class Journal(Protocol[R]):
    """What the backlog asks of the journal; both may raise what the journal raises when it cannot be read."""

    def unconfirmed(self, after_seq: int, limit: int) -> list[R]:
        """Rows above `after_seq` not marked as delivered, in order."""

    def range(self, first: int, last: int, limit: int) -> list[R]:
        """Rows from `first` to `last`, in order, delivered or not."""


class Window:
    """What is in flight on one connection: message id to event number, None for what is no recorded event."""

    def __init__(self) -> None:
        self.size = WINDOW
        self.oldest_ns: dict[int, int] = {}
        self._flying: dict[int, int | None] = {}

    def open(self, receive_maximum: int | None) -> None:
        """A new connection: nothing is in flight, and the broker may want fewer than ours."""
        self.size = WINDOW if receive_maximum is None else max(1, min(WINDOW, receive_maximum))
        self._flying.clear()
        self.oldest_ns.clear()

    @property
    def room(self) -> int:
        """How many more may be sent now."""
        return self.size - len(self._flying)

    def send(self, mid: int, seq: int | None, now_ns: int) -> None:
        """One more is in flight."""
        self._flying[mid] = seq
        self.oldest_ns[mid] = now_ns

    def land(self, mid: int) -> int | None:
        """The broker has answered; the number of the event, None for anything else."""
        self.oldest_ns.pop(mid, None)
        return self._flying.pop(mid, None)

    def waited_ns(self, now_ns: int) -> int:
        """How long the one in flight for longest has been there; 0 where there is none."""
        return now_ns - next(iter(self.oldest_ns.values()), now_ns)


class Backlog(Generic[R]):
    """Recorded events and how far they have come.

    `aside` counts events set aside by reason; `full` names the bound that holds sending up, empty where none.
    """

    def __init__(self, journal: Journal[R]) -> None:
        self.journal = journal
        self.aside: Counter[Why] = Counter()
        self._aside: dict[int, Why] = {}  # in the order they are tried again
        self._untold: set[int] = set()
        self._waiting: deque[R] = deque()
        self._again: deque[int] = deque()
        self._again_ns: int | None = None
        self._heard = False  # somebody listens, as far as is known
        self._trying: int | None = None  # the event that finds out
        self._listen_ns = 0
        self._cursor = 0
        self._hungry = True

    def open(self) -> None:
        """A new connection: everything not confirmed is offered again, from the oldest."""
        self._aside.clear()
        self.aside.clear()
        self._waiting.clear()
        self._again.clear()
        self._again_ns = None
        self._heard, self._trying, self._listen_ns = False, None, 0
        self._cursor = 0
        self._hungry = True

    def renew(self) -> None:
        """A new journal has taken the old one's place: what was delivered of the old one concerns nobody."""
        self._untold.clear()
        self.open()

    def nudge(self) -> None:
        """Something may have been recorded."""
        self._hungry = True

    @property
    def full(self) -> str:
        """Which bound holds sending up; empty where none does."""
        if len(self._untold) >= UNTOLD:
            return f"{UNTOLD} events delivered and the station cannot be told"
        if len(self._aside) >= ASIDE:
            return f"{ASIDE} events set aside"
        return ""

    def next(self, now_ns: int) -> R | None:
        """The event to send now, or None; raises what the journal raises."""
        if len(self._untold) >= UNTOLD:
            return None
        if self._heard:
            return self._next_again(now_ns) or self._next_new()
        if self._trying is not None or now_ns < self._listen_ns:
            return None
        unheard = [seq for seq, why in self._aside.items() if why == "unheard"]
        row = self._from_aside(min(unheard)) if unheard else self._next_new()
        self._trying = None if row is None else row.seq
        return row

    def _next_again(self, now_ns: int) -> R | None:
        if self._again_ns is not None and now_ns >= self._again_ns:
            self._again_ns = now_ns + AGAIN_NS
            self._try("refused", AGAIN)
        while self._again:
            row = self._from_aside(self._again.popleft())
            if row is not None:
                return row
        return None

    def _from_aside(self, seq: int) -> R | None:
        """The row of an event set aside, which it no longer is; None where the journal has it no more."""
        why = self._aside.pop(seq, None)
        if why is None:
            return None
        self.aside[why] -= 1
        rows = self.journal.range(seq, seq, 1)
        return rows[0] if rows else None

    def _next_new(self) -> R | None:
        if len(self._aside) >= ASIDE:
            return None
        if not self._waiting and self._hungry:
            rows = self.journal.unconfirmed(self._cursor, READ)
            self._hungry = len(rows) == READ
            self._waiting.extend(rows)
        while self._waiting:
            row = self._waiting.popleft()
            self._cursor = row.seq
            if row.seq not in self._untold:
                return row
        return None

    def land(self, seq: int, code: int, now_ns: int) -> None:
        """The broker has answered an event with an MQTT 5 reason code (0 always on 3.1.1)."""
        if seq == self._trying:
            self._trying = None
        if code == NO_SUBSCRIBER:
            self._heard, self._listen_ns = False, now_ns + LISTEN_NS
            self.put_aside(seq, "unheard", now_ns)
        elif code >= REFUSED_FROM:
            self.put_aside(seq, "refused", now_ns)
        else:
            self._untold.add(seq)
            if not self._heard:
                self._heard = True
                self._try("unheard", ASIDE)

    def put_aside(self, seq: int, why: Why, now_ns: int) -> None:
        """Let the rest go past an event that cannot be delivered now; the journal keeps it."""
        if seq == self._trying:
            self._trying = None
        self._aside[seq] = why
        self.aside[why] += 1
        if why == "refused" and self._again_ns is None:
            self._again_ns = now_ns + AGAIN_NS

    def _try(self, reason: Why, most: int) -> None:
        """Mark those set aside to be sent next: refused ones that waited longest first, unheard ones in order."""
        waiting = [seq for seq, why in self._aside.items() if why == reason]
        self._again.extend((sorted(waiting) if reason == "unheard" else waiting)[:most])

    def untold(self, most: int) -> tuple[tuple[int, int], ...]:
        """Ranges of numbers delivered that the station has not confirmed to have marked; at most `most`."""
        ranges: list[tuple[int, int]] = []
        for seq in sorted(self._untold):
            if ranges and ranges[-1][1] == seq - 1:
                ranges[-1] = (ranges[-1][0], seq)
            elif len(ranges) == most:
                break
            else:
                ranges.append((seq, seq))
        return tuple(ranges)

    def told(self, ranges: tuple[tuple[int, int], ...]) -> None:
        """The station has marked these."""
        for first, last in ranges:
            self._untold.difference_update(range(first, last + 1))


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
