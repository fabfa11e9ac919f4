"""Brokers no real one can be made to be: one that counts what is in flight, one that knows only MQTT 3.1.1."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

from tests.mosquitto import WAIT_S

CONNECT, PUBLISH, SUBSCRIBE, DISCONNECT = 1, 3, 8, 14


def read_packet(peer: socket.socket) -> tuple[int, bytes]:
    """The next packet's first byte and what follows its length; OSError at the end of the connection."""
    first = _exactly(peer, 1)[0]
    length = shift = 0
    while True:
        byte = _exactly(peer, 1)[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return first, _exactly(peer, length)


def _exactly(peer: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        if not (chunk := peer.recv(count - len(received))):
            raise ConnectionResetError
        received += chunk
    return received


class CountingBroker(threading.Thread):
    """Speaks just enough MQTT 5 to a single station, advertises a Receive Maximum, and answers as late as it may.

    It confirms only when nothing more comes; `highest` is the most it has ever held, on each connection. It cuts the
    first one when `cut_at` events have come, with what it holds unconfirmed.
    """

    def __init__(self, most: int, cut_at: int) -> None:
        super().__init__(daemon=True)
        self.most = most
        self.highest: list[int] = []
        self.events = 0
        self._cut_at = cut_at
        self.arrived = threading.Condition()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]

    def run(self) -> None:
        """Serve two connections, the second until the station goes."""
        with self._server:
            for cut in (True, False):
                peer, _ = self._server.accept()
                self.highest.append(0)
                with peer, contextlib.suppress(OSError):
                    read_packet(peer)
                    peer.sendall(b"\x20\x06\x00\x00\x03\x21" + self.most.to_bytes(2, "big"))
                    self._serve(peer, cut=cut)

    def wait(self, events: int) -> None:
        """Until so many events have come."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: self.events >= events, WAIT_S), self.events

    def _serve(self, peer: socket.socket, *, cut: bool) -> None:
        held: list[bytes] = []
        while not (cut and self.events >= self._cut_at):
            peer.settimeout(0.05 if held else None)
            try:
                first, body = read_packet(peer)
            except TimeoutError:
                self._confirm(peer, held)
                continue
            if first >> 4 == SUBSCRIBE:
                peer.sendall(b"\x90\x05" + body[:2] + b"\x00\x01\x01")
            elif first >> 4 == PUBLISH:
                self._hold(body, held)

    def _hold(self, body: bytes, held: list[bytes]) -> None:
        end = 2 + int.from_bytes(body[:2], "big")
        held.append(body[end : end + 2])
        with self.arrived:
            self.highest[-1] = max(self.highest[-1], len(held))
            self.events += body[2:end].endswith(b"/event")
            self.arrived.notify_all()

    def _confirm(self, peer: socket.socket, held: list[bytes]) -> None:
        while held:
            peer.sendall(b"\x40\x02" + held.pop(0))


class OldBroker(threading.Thread):
    """Refuses MQTT 5 as a broker for 3.1.1 does, and hands everything else to the real one at `port`."""

    def __init__(self, real_port: int) -> None:
        super().__init__(daemon=True)
        self.refused = 0
        self._real_port = real_port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]

    def run(self) -> None:
        """Serve one connection after the other until closed."""
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self._server.accept()
                with peer, contextlib.suppress(OSError):
                    self._serve(peer)

    def close(self) -> None:
        """Stop listening."""
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.join(WAIT_S)

    def _serve(self, peer: socket.socket) -> None:
        first, body = read_packet(peer)
        if body[6] == 5:
            self.refused += 1
            peer.sendall(b"\x20\x02\x00\x01")
            return
        with socket.create_connection(("127.0.0.1", self._real_port)) as real:
            length = len(body)
            real.sendall(bytes([first, *([length] if length < 128 else [length & 0x7F | 0x80, length >> 7])]) + body)
            back = threading.Thread(target=_pipe, args=(real, peer), daemon=True)
            back.start()
            _pipe(peer, real)
            back.join(WAIT_S)


def _pipe(source: Any, target: Any) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(4096):
            target.sendall(chunk)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
