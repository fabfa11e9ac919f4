"""A short connection to the broker that publishes nothing: whether we are let in, and what a topic says now."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Self

from edge_agent import clock
from edge_agent.signals.broker import Settings
from edge_agent.signals.cause import Cause
from edge_agent.signals.mqtt import Came, Connected, Lost, Said, Subscribed, Transport
from edge_agent.standard import to_ns, to_s

ACCEPT_S = 15.0  # TCP 5 s, TLS 5 s, and as long again for the broker's word
FAREWELL_S = 1.0  # to say goodbye; then its thread ends by itself
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
        self._end()

    def connect(self, within_s: float = ACCEPT_S) -> Cause | None:
        """Why there is no connection; None where there is one. MQTT 3.1.1 is tried where the broker wants it."""
        for five in (True, False):
            self._end()
            self._transport = Transport(
                self._settings, 1, self._client_id, None, self._said.put, five=five, largest_in=LARGEST
            )
            self._transport.start()
            said = self._next(within_s, (Connected, Lost))
            if said is None:
                return Cause("silent", f"{self._settings.where} says nothing for {within_s:.0f} s")
            lost = said.cause if isinstance(said, Lost) else None
            if lost is None or lost.kind != "protocol_version":
                break
        return lost

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

    def _end(self) -> None:
        if self._transport is not None:
            self._transport.close(FAREWELL_S)
