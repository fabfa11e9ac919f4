"""What a peer has not taken yet is bounded, and the newest of it is kept."""

from __future__ import annotations

import socket

from edge_agent.control.connection import MOST_CYCLES, Connection


def test_a_follower_that_does_not_read_keeps_the_newest():
    """Of states one each waits, however many cycles come between; of cycles the last ones."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(5)
    connection = Connection(ours, now_ns=0)
    connection.tell("", b"-" * 4_000_000)
    assert connection.send(now_ns=1)
    assert connection.sending
    for number in range(1_000):
        connection.tell("depth", b"depth %d\n" % number)
        connection.tell("", b"cycle %d\n" % number)
    received = b""
    while connection.sending:
        received += theirs.recv(1_000_000)
        assert connection.send(now_ns=2)
    connection.close()
    while chunk := theirs.recv(1_000_000):
        received += chunk
    theirs.close()
    lines = received.strip(b"-").split(b"\n")
    assert lines[0] == b"depth 999"
    assert lines[1:-1] == [b"cycle %d" % number for number in range(1_000 - MOST_CYCLES, 1_000)]
