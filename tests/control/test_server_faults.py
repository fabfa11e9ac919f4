"""Each accept, read and write of the station's control socket fails once: whoever asks again is answered."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest

from edge_agent.control import Answer, Client, ControlError, Request, server
from tests.control.listening import STATUS, Station

ASKS = 3  # each is one accept, one or two reads and one write
LISTEN = server._listen


class Plan:
    """Which call fails."""

    def __init__(self, nth: int, code: int) -> None:
        self.seen, self.nth, self.code = 0, nth, code

    def call(self) -> None:
        """Count one, or fail."""
        self.seen += 1
        if self.seen == self.nth:
            raise OSError(self.code, "the n-th call")


def failing(plan: Plan, real: socket.socket) -> socket.socket:
    """The same socket, which asks the plan before each call."""

    class Faulty(socket.socket):
        def accept(self):
            plan.call()
            peer, address = super().accept()
            return failing(plan, peer), address

        def recv(self, *words):
            plan.call()
            return super().recv(*words)

        def send(self, *words):
            plan.call()
            return super().send(*words)

    return Faulty(fileno=real.detach())


@pytest.mark.parametrize("code", [errno.EIO, errno.ECONNRESET, errno.EMFILE])
def test_each_call_of_the_socket_fails_once(path: Path, monkeypatch: pytest.MonkeyPatch, code: int):
    """For every n: at most one who asks is told that it ended while it was asked; all others are answered."""
    nth, reached = 0, True
    while reached:
        nth += 1
        plan = Plan(nth, code)
        monkeypatch.setattr(server, "_listen", lambda where, plan=plan: failing(plan, LISTEN(where)))
        station, refused = Station(path), []
        for _ in range(ASKS):
            try:
                assert Answer(ok=True, status=STATUS) == Client(path).ask(Request(do="status"))
            except ControlError as error:
                refused.append(str(error))
        reached = plan.seen >= nth
        assert len(refused) <= reached
        assert station.server.alive()
        assert Client(path).ask(Request(do="status")).ok
        station.server.close()
    assert nth > 3 * ASKS
