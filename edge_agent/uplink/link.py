"""The uplink's line to the station: asks and listens on the control socket in threads of its own.

The socket may block for as long as the station is busy, and the uplink's loop must not: one thread asks, one
question at a time, one listens, and both post what they hear.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from edge_agent import clock
from edge_agent.control import Answer, Client, ControlError, Following, Request, Said

ASK_S = 6.0  # the station answers within milliseconds or says within 5 s why it cannot
QUESTIONS = 64  # waiting to be asked: six bursts of commands; further ones are refused
AGAIN_S = 1.0  # between two tries to listen: a station restarts within seconds


class Answered(msgspec.Struct, frozen=True):
    """The station's answer to a question; None where it gave none, and then `cause` says why."""

    token: object
    answer: Answer | None
    cause: str = ""


class StationSaid(msgspec.Struct, frozen=True):
    """Something the station said by itself."""

    said: Said


class StationAway(msgspec.Struct, frozen=True):
    """The station cannot be heard."""

    cause: str


Heard = Answered | StationSaid | StationAway


class Question(msgspec.Struct, frozen=True):
    """A request, whose it is, and when it is too late to ask."""

    request: Request
    token: object
    until_ns: int | None


class Link:
    """Asks and listens at `path` until closed; everything heard goes to `post`, which never blocks."""

    def __init__(self, path: Path, post: Callable[[Heard], None]) -> None:
        self._client = Client(path)
        self._post = post
        self._closing = threading.Event()
        self._following: Following | None = None
        self._questions: queue.Queue[Question | None] = queue.Queue(QUESTIONS)
        self._asks = threading.Thread(target=self._ask_all, name="station-asks", daemon=True)
        self._listens = threading.Thread(target=self._listen, name="station-listens", daemon=True)

    def start(self) -> None:
        """Begin to ask and to listen."""
        self._asks.start()
        self._listens.start()

    def ask(self, request: Request, token: object, until_ns: int | None = None) -> bool:
        """Ask soon; an `Answered` with `token` follows. False where too many questions wait: nothing follows.

        Args:
            request: what to ask.
            token: comes back with the answer.
            until_ns: after this the question is no longer asked, so that a late command does nothing.
        """
        try:
            self._questions.put_nowait(Question(request, token, until_ns))
        except queue.Full:
            return False
        return True

    def alive(self) -> bool:
        """Whether both threads run."""
        return self._asks.is_alive() and self._listens.is_alive()

    def close(self, patience_s: float) -> None:
        """Ask what still waits, for at most `patience_s`, and end."""
        self._closing.set()
        try:
            self._questions.put(None, timeout=patience_s)
        except queue.Full:
            return  # the station hangs; the thread ends with the process
        self._asks.join(patience_s)
        if (following := self._following) is not None:
            following.close()
        self._listens.join(patience_s)

    def _ask_all(self) -> None:
        while (question := self._questions.get()) is not None:
            self._post(self._ask(question))

    def _ask(self, question: Question) -> Answered:
        if question.until_ns is not None and clock.now_ns() > question.until_ns:
            return Answered(question.token, None, "it expired before the station could be asked")
        try:
            return Answered(question.token, self._client.ask(question.request, ASK_S))
        except ControlError as error:
            return Answered(question.token, None, str(error))

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                self._follow()
                cause = "the station has ended the conversation"
            except ControlError as error:
                cause = str(error)
            self._post(StationAway(cause))
            self._closing.wait(AGAIN_S)

    def _follow(self) -> None:
        """Post what the station says until it, or `close`, ends the conversation."""
        with self._client.follow() as following:
            self._following = following
            if self._closing.is_set():  # `close` may have looked a moment too early
                return
            for said in following:
                self._post(StationSaid(said))
