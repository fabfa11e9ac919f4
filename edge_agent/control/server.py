"""The station's end of the control socket: one thread that reads requests, writes answers and tells followers.

Nobody at the other end can make it wait: what a slow follower has not taken is replaced by what is newer.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import stat
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

import msgspec

from edge_agent import clock
from edge_agent.control.connection import MOST_CYCLES, Connection
from edge_agent.control.words import LONGEST_ANSWER, LONGEST_REQUEST, Answer, ControlError, CycleSaid, Request, Said

MOST_CONNECTIONS = 16  # the uplink has two, each terminal one
ANSWER_WITHIN_NS = 5 * clock.NS_PER_S  # the station's turn takes milliseconds
SILENT_NS = 30 * clock.NS_PER_S  # a connection that neither asks, nor takes its answer, nor follows makes room
LOOK_AROUND_S = 0.5  # how often the two limits above are looked at while one of them can be reached
END_WITHIN_S = 5.0  # its turns take milliseconds; a longer one is stuck and ends with the process
PROBE_S = 1.0  # a living station accepts at once; one that is full or stopped counts as living
MODE = 0o660  # the station's own user and its group

REQUEST = msgspec.json.Decoder(Request).decode
Reply = Callable[[Answer], None]


class Server:
    """Listens at `path` until closed.

    Args:
        path: the socket; what a dead station left there is removed.
        answer: called in this thread with a request and the way back, which may be used at once or later, from any
            thread, once. It must not block. `follow` never reaches it.
        now_ns: the clock of the time limits.

    Raises:
        ControlError: another station listens there, or the socket cannot be made.
    """

    def __init__(
        self, path: Path, answer: Callable[[Request, Reply], None], now_ns: Callable[[], int] = clock.now_ns
    ) -> None:
        self.path = path
        self.faults = 0  # requests on which `answer` raised
        self._answer = answer
        self._now_ns = now_ns
        self._pushing = threading.Lock()
        self._states: dict[str, bytes] = {}
        self._cycles: deque[bytes] = deque(maxlen=MOST_CYCLES)
        self._answered: deque[tuple[Connection, int, Answer]] = deque()  # at most one a connection's request
        self._latest: dict[str, bytes] = {}
        self._closing = False
        self._listener = _listen(path)
        self._wake_end, self._wake = socket.socketpair()
        self._wake_end.setblocking(False)
        self._wake.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wake_end, selectors.EVENT_READ)
        self._connections: dict[int, Connection] = {}
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)
        self._thread.start()

    def push(self, said: Said) -> None:
        """Tell every follower; from any thread, never blocks. Of states and depths only the newest is kept."""
        line = msgspec.json.encode(said) + b"\n"
        with self._pushing:
            if isinstance(said, CycleSaid):
                self._cycles.append(line)
            else:
                self._states[type(said).__name__] = line
        self._rouse()

    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def close(self) -> None:
        """End every connection and remove the socket."""
        self._closing = True
        self._rouse()
        self._thread.join(END_WITHIN_S)
        self._wake.close()

    def _rouse(self) -> None:
        with contextlib.suppress(OSError):  # full means that the thread is roused already; closed, that it has ended
            self._wake.send(b".")

    def _run(self) -> None:
        while not self._closing:
            for key, events in self._selector.select(self._rest_s()):
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj is self._wake_end:
                    self._hear()
                elif (connection := self._connections.get(key.fd)) is not None:
                    self._serve(connection, events)
            self._look_around()
        self._end()

    def _rest_s(self) -> float | None:
        """How long to sleep: until woken where nobody owes anything, so that a quiet night costs nothing."""
        watched = any(each.sending or not each.following for each in self._connections.values())
        return LOOK_AROUND_S if watched else None

    def _end(self) -> None:
        for connection in list(self._connections.values()):
            self._drop(connection)
        self._selector.close()
        self._wake_end.close()
        self._listener.close()
        self.path.unlink(missing_ok=True)

    def _accept(self) -> None:
        try:
            peer, _ = self._listener.accept()
        except OSError:  # it went away before it was let in, or we have no descriptor left: it will come again
            return
        peer.setblocking(False)
        if len(self._connections) >= MOST_CONNECTIONS:
            with contextlib.suppress(OSError):
                peer.send(_line(refusal(f"{MOST_CONNECTIONS} connections are open, and that is the most; end one")))
            peer.close()
            return
        connection = Connection(peer, self._now_ns())
        self._connections[peer.fileno()] = connection
        self._selector.register(peer, selectors.EVENT_READ)

    def _hear(self) -> None:
        """Take what other threads have left: answers and news."""
        with contextlib.suppress(BlockingIOError):
            self._wake_end.recv(4096)
        while self._answered:
            connection, ticket, answer = self._answered.popleft()
            if connection.ticket == ticket and connection.answer_by_ns is not None:
                self._reply(connection, answer)
                self._advance(connection)
        with self._pushing:
            news = [*self._states.items(), *(("", line) for line in self._cycles)]
            self._latest.update(self._states)
            self._states.clear()
            self._cycles.clear()
        for connection in list(self._connections.values()):
            if connection.following:
                for key, line in news:
                    connection.tell(key, line)
                self._flush(connection)

    def _serve(self, connection: Connection, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            self._flush(connection)
        if events & selectors.EVENT_READ and not connection.receive(self._now_ns()):
            self._drop(connection)
        self._advance(connection)

    def _advance(self, connection: Connection) -> None:
        """Take the next request, if there is one and the one before is answered."""
        while connection.ready and (line := connection.next_line()) is not None:
            self._take(connection, line)
        if connection.ready and connection.overlong:
            self._reply(
                connection, refusal(f"a request ends with a line feed within {LONGEST_REQUEST} bytes"), last=True
            )

    def _take(self, connection: Connection, line: bytes) -> None:
        try:
            request = REQUEST(line)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            self._reply(connection, refusal(f"not a request: {error}"))
            return
        if request.do == "follow":
            connection.following = True
            self._reply(connection, Answer(ok=True))
            for key, news in self._latest.items():
                connection.tell(key, news)
            self._flush(connection)
            return
        ticket = connection.asked(self._now_ns() + ANSWER_WITHIN_NS)

        def reply(answer: Answer) -> None:
            self._answered.append((connection, ticket, answer))
            self._rouse()

        try:
            self._answer(request, reply)
        except Exception as error:  # noqa: BLE001 - one bad request must not take the socket from all others; counted
            self.faults += 1
            self._reply(connection, refusal(f"the station failed on this request: {error!r}"))

    def _reply(self, connection: Connection, answer: Answer, *, last: bool = False) -> None:
        connection.answer(_line(answer), last=last)
        self._flush(connection)

    def _flush(self, connection: Connection) -> None:
        """Write what the other end takes; ask to be woken when it takes more."""
        if not connection.send(self._now_ns()):
            self._drop(connection)
        if not connection.closed:
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.sending else 0)
            self._selector.modify(connection.peer, events)

    def _look_around(self) -> None:
        """Answer what the station left unanswered, and make room where nothing moves."""
        now_ns = self._now_ns()
        for connection in list(self._connections.values()):
            if connection.answer_by_ns is not None:
                if now_ns >= connection.answer_by_ns:
                    self._reply(connection, refusal("the station did not answer within 5 s; look at its log"))
                    self._advance(connection)
            elif now_ns - connection.moved_ns > SILENT_NS and (connection.sending or not connection.following):
                self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        if not connection.closed:
            self._selector.unregister(connection.peer)
            del self._connections[connection.peer.fileno()]
            connection.close()


def refusal(why: str) -> Answer:
    """An answer that says why not."""
    return Answer(ok=False, error=why)


def _line(answer: Answer) -> bytes:
    line = msgspec.json.encode(answer) + b"\n"
    if len(line) > LONGEST_ANSWER:
        return _line(refusal(f"the answer has {len(line)} bytes, and {LONGEST_ANSWER} is the most"))
    return line


def _listen(path: Path) -> socket.socket:
    """A listening socket at `path`; takes the place of a dead one, never of a living one."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear(path)
        listener.bind(str(path))
        path.chmod(MODE)  # before anyone can connect
        listener.listen(MOST_CONNECTIONS)
        listener.setblocking(False)
    except ControlError:
        listener.close()
        raise
    except OSError as error:
        listener.close()
        message = f"the control socket {path} cannot be made: {error.strerror or error}; check its folder"
        raise ControlError(message) from error
    return listener


def _clear(path: Path) -> None:
    """Remove a socket nobody listens at; ControlError where something else is in the place."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        message = f"{path} is no socket; move it away, the control socket belongs there"
        raise ControlError(message)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(PROBE_S)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
            return
        except (FileNotFoundError, TimeoutError):
            pass
    message = f"another station already answers at {path}; stop it first, or give this one another name"
    raise ControlError(message)
