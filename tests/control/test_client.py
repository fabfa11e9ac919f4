"""Whoever asks is told what is wrong and what to do, and never waits for ever."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from edge_agent.control import (
    Client,
    ControlError,
    NotRunning,
    Request,
)
from tests.control.listening import Station


def test_client_gives_up_on_a_stuck_station(path: Path):
    """A listener that never answers costs the client its own time limit, not more."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stuck:
        stuck.bind(str(path))
        stuck.listen()
        with pytest.raises(ControlError, match=r"did not answer within 0\.05 s"):
            Client(path).ask(Request(do="status"), timeout_s=0.05)
        with pytest.raises(ControlError, match="does not let us follow"):
            Client(path).follow(timeout_s=0.05)


@pytest.mark.usefixtures("station")
def test_closing_ends_a_follower_that_waits(path: Path):
    """The uplink can stop while nothing is said."""
    following = Client(path).follow()
    ended = threading.Event()

    def listen() -> None:
        list(following)
        ended.set()

    listener = threading.Thread(target=listen)
    listener.start()
    following.close()
    assert ended.wait(5)
    listener.join()


def test_a_follower_ends_with_the_station(path: Path):
    """When the station stops, the stream ends without an error."""
    made = Station(path)
    with Client(path).follow() as following:
        made.server.close()
        assert list(following) == []


@pytest.mark.parametrize("dead", [False, True], ids=["no file", "dead file"])
def test_no_station_is_said_with_the_remedy(path: Path, dead: bool):
    """The person is told how to start it."""
    if dead:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
            left.bind(str(path))
    with pytest.raises(NotRunning, match=f"not running: no socket at {path}; start it with `edge-agent station"):
        Client(path).ask(Request(do="status"))


@pytest.mark.parametrize("said", [b"\xff\n", b"[" * 100_000 + b"\n", b'{"ok":1}\n', b""])
def test_a_station_that_cannot_be_understood_is_said(path: Path, said: bytes):
    """Another version, or no station at all: the reason is said, and nothing is left open."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.bind(str(path))
        other.listen()

        def speak() -> None:
            for _ in range(2):
                peer, _address = other.accept()
                peer.recv(1_000)
                peer.sendall(said)
                peer.close()

        speaker = threading.Thread(target=speak)
        speaker.start()
        with pytest.raises(ControlError, match=r"does not understand|without an answer"):
            Client(path).ask(Request(do="status"))
        with pytest.raises(ControlError, match=r"does not understand|without a reason"):
            Client(path).follow()
        speaker.join()
