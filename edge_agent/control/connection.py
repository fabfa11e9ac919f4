"""One connection of the control socket as its server sees it: what was received, what is owed, what waits."""

from __future__ import annotations

import socket
from collections import deque

from edge_agent.control.words import LONGEST_REQUEST

MOST_CYCLES = 64  # finished cycles a follower has not taken; the oldest go
CHUNK = 16_384


class Connection:
    """A connected peer; one request at a time, or a follower. `peer` must not block.

    Beside its public state it has at most one request, one line being sent, one line of each kind of state, and
    `MOST_CYCLES` lines of cycles.
    """

    def __init__(self, peer: socket.socket, now_ns: int) -> None:
        self.peer = peer
        self.following = False
        self.closed = False
        self.ticket = 0  # counts requests, so that an answer that comes too late is not taken for the next one's
        self.answer_by_ns: int | None = None
        self.moved_ns = now_ns  # when something last went in or out
        self._received = bytearray()
        self._sending = bytearray()
        self._states: dict[str, bytes] = {}
        self._cycles: deque[bytes] = deque(maxlen=MOST_CYCLES)
        self._last = False

    @property
    def ready(self) -> bool:
        """Whether the next request may be taken."""
        owed = self._sending or self.answer_by_ns is not None
        return not (self.closed or self.following or self._last or owed)

    @property
    def sending(self) -> bool:
        """Whether something waits to be taken by the other end."""
        return bool(self._sending or self._states or self._cycles)

    @property
    def overlong(self) -> bool:
        """Whether more was sent than one request may have."""
        return len(self._received) > LONGEST_REQUEST

    def receive(self, now_ns: int) -> bool:
        """Take what has arrived; False where the other end is gone or floods us."""
        try:
            chunk = self.peer.recv(CHUNK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.moved_ns = now_ns
        if not (self.following or self._last):
            self._received += chunk
        return bool(chunk) and len(self._received) <= 2 * LONGEST_REQUEST

    def next_line(self) -> bytes | None:
        """The next request without its line feed; None where it is not complete."""
        end = self._received.find(b"\n", 0, LONGEST_REQUEST)
        if end < 0:
            return None
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return line

    def asked(self, answer_by_ns: int) -> int:
        """Note that an answer is owed; returns the ticket it must bring."""
        self.ticket += 1
        self.answer_by_ns = answer_by_ns
        return self.ticket

    def answer(self, line: bytes, *, last: bool) -> None:
        """Owe nothing more but this line; `last` ends the connection after it."""
        self.answer_by_ns = None
        self._last = last
        self._sending += line

    def tell(self, key: str, line: bytes) -> None:
        """Queue news; of what has a key only the newest is kept, of what has none the last `MOST_CYCLES`."""
        if key:
            self._states[key] = line
        else:
            self._cycles.append(line)

    def send(self, now_ns: int) -> bool:
        """Write as much as the other end takes; False where it is gone or has had its last line."""
        while not self.closed and self.sending:
            if not self._sending:
                self._sending += self._next_news()
            try:
                sent = self.peer.send(self._sending)
            except BlockingIOError:
                return True
            except OSError:
                return False
            self.moved_ns = now_ns
            del self._sending[:sent]
        return not self._last

    def close(self) -> None:
        """Let go of the socket."""
        self.closed = True
        self.peer.close()

    def _next_news(self) -> bytes:
        if self._states:
            return self._states.pop(next(iter(self._states)))
        return self._cycles.popleft()
