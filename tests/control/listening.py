"""A station's end of the control socket whose answers a test decides."""

from __future__ import annotations

import queue
import socket
from pathlib import Path

import msgspec

from edge_agent import clock
from edge_agent.control import (
    Answer,
    Request,
    Server,
)
from edge_agent.control.server import Reply
from edge_agent.state import State, Status

STATUS = Status(
    station="plant/a/b/c/st07",
    version="1",
    boot="b",
    epoch="e",
    seq=1,
    depth=0,
    degraded={},
    uplink="connected",
    state=State(at_ns=1, lamp={"green": "on"}, sign="running", reason="all well"),
)


class Station:
    """A server whose requests are answered by `answers`, or left to the test in `asked`; its clock can be moved."""

    def __init__(self, path: Path) -> None:
        self.asked: queue.SimpleQueue[tuple[Request, Reply]] = queue.SimpleQueue()
        self.ahead_ns = 0
        self.server = Server(path, self.take, lambda: clock.now_ns() + self.ahead_ns)

    def take(self, request: Request, reply: Reply) -> None:
        """Answer `status` here and now, fail on `uplink`, leave the rest to the test."""
        if request.do == "status":
            reply(Answer(ok=True, status=STATUS))
        elif request.text == "fail":
            raise LookupError(request.text)
        else:
            self.asked.put((request, reply))


def connected(path: Path) -> socket.socket:
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    peer.settimeout(5)
    peer.connect(str(path))
    return peer


def line(peer: socket.socket) -> Answer:
    """The next answer on a bare socket."""
    received = b""
    while not received.endswith(b"\n"):
        chunk = peer.recv(1)
        assert chunk, f"the connection ended after {received!r}"
        received += chunk
    return msgspec.json.decode(received, type=Answer)
