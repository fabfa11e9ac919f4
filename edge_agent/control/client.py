"""The other end of the control socket: asks the station one thing, or follows what it says."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from edge_agent import clock
from edge_agent.control.place import not_allowed
from edge_agent.control.words import LONGEST_ANSWER, Answer, ControlError, NotRunning, Request, Said

CHUNK = 65_536
ANSWER = msgspec.json.Decoder(Answer).decode
SAID = msgspec.json.Decoder(Said).decode
T = TypeVar("T")


class Client:
    """Asks the station at the socket `path`; each request has a connection of its own."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def ask(self, request: Request, timeout_s: float = 6.0) -> Answer:
        """The station's answer; its own time limit is 5 s, so that its reason arrives before ours.

        Raises:
            NotRunning: nothing listens at the socket.
            ControlError: no permission, no answer in time, or none that can be read.
        """
        until_ns = clock.now_ns() + round(timeout_s * clock.NS_PER_S)
        with self._connect(timeout_s) as connection:
            try:
                with contextlib.suppress(BrokenPipeError):  # it was turned away; the reason can still be read
                    connection.sendall(msgspec.json.encode(request) + b"\n")
                received = bytearray()
                while not received.endswith(b"\n") and len(received) <= LONGEST_ANSWER:
                    connection.settimeout(max(0.001, (until_ns - clock.now_ns()) / clock.NS_PER_S))
                    if not (chunk := connection.recv(CHUNK)):
                        break
                    received += chunk
            except TimeoutError:
                message = f"the station did not answer within {timeout_s:g} s; look at its log"
                raise ControlError(message) from None
            except OSError as error:
                message = f"the station at {self.path} ended while it was asked: {error.strerror}"
                raise ControlError(message) from error
        return _decoded(bytes(received), ANSWER)

    def follow(self, timeout_s: float = 6.0) -> Following:
        """What the station says from now on, after the newest it has said of each kind; errors as `ask`."""
        following = Following(self._connect(timeout_s))
        try:
            answer = following.begin()
        except OSError as error:
            following.end()
            message = f"the station at {self.path} does not let us follow: {error}; look at its log"
            raise ControlError(message) from error
        except ControlError:
            following.end()
            raise
        if not answer.ok:
            following.end()
            raise ControlError(answer.error or "the station refused without a reason")
        return following

    def _connect(self, timeout_s: float) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout_s)
        try:
            connection.connect(str(self.path))
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            message = (
                f"the station is not running: no socket at {self.path}; start it with `edge-agent station station.toml`"
            )
            raise NotRunning(message) from None
        except PermissionError:
            connection.close()
            raise ControlError(not_allowed(self.path)) from None
        except OSError as error:
            connection.close()
            message = f"{self.path} cannot be used: {error.strerror}"
            raise ControlError(message) from error
        return connection


class Following:
    """An endless stream of what the station says; ends when closed, from any thread, or when the station ends."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = bytearray()

    def begin(self) -> Answer:
        """Ask to follow; OSError where the station is gone or does not answer in time."""
        with contextlib.suppress(BrokenPipeError):  # it was turned away; the reason can still be read
            self._connection.sendall(msgspec.json.encode(Request(do="follow")) + b"\n")
        answer = _decoded(self.line() or b'{"ok":false}', ANSWER)
        self._connection.settimeout(None)
        return answer

    def __iter__(self) -> Iterator[Said]:
        try:
            while line := self.line():
                yield _decoded(line, SAID)
        except ConnectionResetError:  # the station was killed: the end, like any other
            return
        finally:
            self.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def line(self) -> bytes:
        """The next line, empty at the end."""
        while b"\n" not in self._received:
            if not (chunk := self._connection.recv(CHUNK)):
                return b""
            if len(self._received) > LONGEST_ANSWER:
                message = f"the station sent a line of more than {LONGEST_ANSWER} bytes"
                raise ControlError(message)
            self._received += chunk
        line, _, rest = bytes(self._received).partition(b"\n")
        self._received = bytearray(rest)
        return line

    def close(self) -> None:
        """End the stream; one that waits for it in another thread ends at once."""
        with contextlib.suppress(OSError):  # it had ended already
            self._connection.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Let go of the socket; for the thread that reads the stream."""
        self._connection.close()


def _decoded(line: bytes, decode: Callable[[bytes], T]) -> T:
    if not line:
        message = "the station ended the connection without an answer; look at its log"
        raise ControlError(message)
    try:
        return decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        message = f"the station said what this version does not understand ({error}); use the same version for both"
        raise ControlError(message) from error
