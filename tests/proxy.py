"""A TCP proxy between an agent and its broker that does what bad links do."""

from __future__ import annotations

import contextlib
import select
import selectors
import socket
import struct
import threading
from collections.abc import Iterator

CHUNK = 65_536
HOLE_S = 0.05  # how often it is looked at whether the hole is over, or has begun
RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s: close sends RST


class Proxy:
    """Passes on what comes at `port`; `slow` one byte at a time, `flip` one bit of each chunk, `hole` nothing at all.

    In a black hole nothing is read and nothing is closed, as behind a router that has lost its power: TCP itself
    notices nothing for a quarter of an hour.
    """

    def __init__(self, target: int) -> None:
        self.slow = self.flip = self.hole = False
        self.taken = 0  # connections, in all
        self.passed = 0  # bytes, both ways
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._others: dict[socket.socket, socket.socket] = {}
        self._lock = threading.Lock()
        self._wake, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._selector.register(self._server, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="proxy")
        self._thread.start()

    def cut(self, *, reset: bool = False) -> None:
        """End every connection, in order or with a reset."""
        with self._lock:
            while self._others:
                self._end(next(iter(self._others)), reset=reset)

    def close(self) -> None:
        """Stop listening and end everything."""
        self._wake.sendall(b"x")
        self._thread.join(10.0)
        self.cut()
        for one in (self._server, self._wake, self._woken):
            one.close()
        self._selector.close()

    def _run(self) -> None:
        while True:
            if self.hole:
                if select.select([self._woken], [], [], HOLE_S)[0]:
                    return
                continue
            for key, _ in self._selector.select(HOLE_S):
                if key.fileobj is self._woken:
                    return
                with self._lock:
                    if key.fileobj is self._server:
                        self._take()
                    elif not self.hole:
                        self._pass(key.fileobj)

    def _take(self) -> None:
        near, _ = self._server.accept()
        try:
            far = socket.create_connection(("127.0.0.1", self._target), 1.0)
        except OSError:
            near.close()
            return
        self.taken += 1
        far.setblocking(True)
        for one, other in ((near, far), (far, near)):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._others[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _pass(self, end: socket.socket) -> None:
        if (other := self._others.get(end)) is None:
            return  # ended a moment ago
        try:
            read = bytearray(end.recv(1 if self.slow else CHUNK))
            if not read:
                self._end(end, reset=False)
                return
            if self.flip:
                read[len(read) // 2] ^= 0x10
            other.sendall(read)
            self.passed += len(read)
        except OSError:
            self._end(end, reset=True)

    def _end(self, end: socket.socket, *, reset: bool) -> None:
        for one in (end, self._others.pop(end, None)):
            if one is not None:
                self._others.pop(one, None)
                self._selector.unregister(one)
                if reset:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                one.close()


@contextlib.contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    """A running proxy to a loopback port."""
    running = Proxy(target)
    try:
        yield running
    finally:
        running.close()
