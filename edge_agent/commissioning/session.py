"""A test of the wires as the terminal has it: the station is asked again and again, and in service afterwards."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Literal, Self

from edge_agent import clock
from edge_agent.control import Answer, Client, ControlError, Request
from edge_agent.observations.raw import Contact, Raw
from edge_agent.standard import to_ns
from edge_agent.state import Status

ASKED_S = 60.0  # a terminal that dies leaves the station under test for no longer
AGAIN_S = 15.0  # so often while a person thinks
LOOK_S = 0.25  # while something is waited for: a person sees no delay


class Refused(Exception):  # noqa: N818 - reads as what it is: the station has refused the test
    """The station does not let itself be tested; `calls` are those that wait for somebody."""

    def __init__(self, why: str, calls: tuple[int, ...]) -> None:
        super().__init__(why)
        self.calls = calls


class Session:
    """Keeps the station under test from `begin` to `close`, whatever the person at the terminal does.

    Args:
        station: the way to it.
        who, role: as which it is asked.
    """

    def __init__(self, station: Client, who: str, role: str) -> None:
        self._station, self.who, self._role = station, who, role
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._show = ""
        self._raw: list[Raw] = []
        self._trouble: ControlError | Refused | None = None
        self.contacts: tuple[Contact, ...] = ()
        self._keeper = threading.Thread(target=self._keep, name="test-goes-on", daemon=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self) -> None:
        """Put the station under test.

        Raises:
            Refused: it does not let itself be tested.
            ControlError: it cannot be spoken to.
        """
        self._ask("test")
        self._keeper.start()

    def close(self) -> None:
        """Put the station back in service; one that is away ends the test by itself."""
        self._over.set()
        if self._keeper.ident is None:
            return  # it never began: what is on is another's
        self._keeper.join()
        with contextlib.suppress(ControlError):
            self.request("test-end")

    def arrive(self, call: int) -> Answer:
        """Say that somebody is there for a call."""
        return self._station.ask(Request(do="arrive", call=call, who=self.who, role=self._role))

    def show(self, output: str) -> None:
        """Drive one output and no other; "" for none. Errors as `begin`."""
        self._show = output
        self._ask()

    def heard(self) -> list[Raw]:
        """What the wires have said since this was last asked; `contacts` is how they stand. Errors as `begin`."""
        self._ask()
        with self._lock:
            raw, self._raw = self._raw, []
        return raw

    def listen(self, for_s: float) -> Iterator[list[Raw]]:
        """What the wires say, look by look, for so long; errors as `begin`."""
        ends_ns = clock.now_ns() + to_ns(for_s)
        while clock.now_ns() < ends_ns:
            yield self.heard()
            clock.pause(LOOK_S)
        yield self.heard()

    def status(self) -> Status | None:
        """What the station knows."""
        return self.request("status").status

    def request(self, do: str) -> Answer:
        """Ask one thing of the station in our name."""
        return self._station.ask(Request(do=do, who=self.who, role=self._role))  # type: ignore[arg-type]  # our own words

    def _ask(self, do: Literal["test", "test-on"] = "test-on") -> None:
        if self._trouble is not None:
            raise self._trouble
        asked = Request(do=do, text=self._show, for_s=ASKED_S, who=self.who, role=self._role)
        with self._lock:
            answer = self._station.ask(asked)
            if not answer.ok:
                raise Refused(answer.error or "refused without a reason", answer.calls)
            if answer.heard is not None:
                self._raw += answer.heard.raw
                self.contacts = answer.heard.contacts

    def _keep(self) -> None:
        while not self._over.wait(AGAIN_S):
            try:
                self._ask()
            except (ControlError, Refused) as error:
                self._trouble = error  # told with the next thing that is asked
                return
