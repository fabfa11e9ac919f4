"""A short connection to the broker that publishes nothing: whether there is one, and what a topic says now."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Self

from edge_agent import clock
from edge_agent.signals.broker import Settings
from edge_agent.signals.cause import Cause
from edge_agent.signals.connection import ACCEPT_NS
from edge_agent.signals.mqtt import Came, Connected, Lost, Said, Subscribed, Transport
from edge_agent.standard import to_ns, to_s

READER_S = 5.0  # for the broker's word on what we may read
LARGEST = 262_144  # bytes; a state with 200 open calls has about 100 kB


class Reader:
    """A connection of our own to the broker, MQTT 5 or what it takes, which publishes nothing."""

    def __init__(self, settings: Settings, client_id: str) -> None:
        self._settings, self._client_id = settings, client_id
        self._said: queue.Queue[Said] = queue.Queue()
        self._transport: Transport | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._transport is not None:
            self._transport.close(1.0)

    def connect(self) -> Cause | None:
        """Why there is no connection; None where there is one."""
        cause: Cause | None = None
        for five in (True, False):
            self._transport = Transport(
                self._settings, 1, self._client_id, None, self._said.put, five=five, largest_in=LARGEST
            )
            self._transport.start()
            said = self._next(to_s(ACCEPT_NS), (Connected, Lost))
            if isinstance(said, Connected):
                return None
            if said is None:
                return Cause("timeout", f"{self._settings.where} gives no answer within {to_s(ACCEPT_NS):.0f} s")
            cause = said.cause if isinstance(said, Lost) else None
            if cause is None or cause.kind != "protocol_version":
                return cause
        return cause

    def subscribe(self, topics: set[str]) -> int:
        """Ask to read topics; how many are refused, all of them where the broker does not say."""
        if self._transport is not None:
            self._transport.subscribe(*topics)
        said = self._next(READER_S, (Subscribed, Lost))
        return said.refused if isinstance(said, Subscribed) else len(topics)

    def reads(self, wanted: Callable[[bytes], bool], within_s: float) -> str | None:
        """The topic of the first payload that is wanted; None where none comes in time."""
        ends_ns = clock.now_ns() + to_ns(within_s)
        while (said := self._next(to_s(ends_ns - clock.now_ns()), (Came, Lost))) is not None:
            if isinstance(said, Came) and wanted(said.payload):
                return said.topic
            if isinstance(said, Lost):
                return None
        return None

    def _next(self, within_s: float, wanted: tuple[type[Said], ...]) -> Said | None:
        """The next that is wanted; None where none comes in time."""
        ends_ns = clock.now_ns() + to_ns(within_s)
        while True:
            try:
                said = self._said.get(timeout=max(0.0, to_s(ends_ns - clock.now_ns())))
            except queue.Empty:
                return None
            if isinstance(said, wanted):
                return said
