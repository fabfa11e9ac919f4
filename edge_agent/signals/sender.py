"""Chooses what goes out next: what is retained, then answers, then events, and replays between events."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from edge_agent.events.data import UNDECODABLE
from edge_agent.signals.awaited import Awaited
from edge_agent.signals.contract import Identity, Row, cloud_event
from edge_agent.signals.mqtt import Letter
from edge_agent.signals.outbox import REFUSED_FROM, Backlog, Journal, Replays, Why
from edge_agent.signals.window import Window
from edge_agent.standard import NS_PER_S, to_ns

ANSWERS = 64  # waiting for the window; the desk lets five commands a second through
KINDS = ("status", "info", "state")  # in the order a subscriber needs them
TROUBLES: dict[Why, str] = {
    "refused": "events refused by the broker: check its access list",
    "too_large": "events larger than the broker takes: raise its packet limit",
    "unreadable": "events unreadable in the journal",
}

R = TypeVar("R", bound=Row)
Send = Callable[[Letter], int]
"""Hands a letter to the network and returns the id its answer will carry."""


class Sender(Generic[R]):
    """Everything waiting to be sent, and what is in flight; told the time.

    `lost` counts what was given up and is no event, by reason: events are never given up. With `awaited` a consumer
    confirms events, else the broker.
    """

    def __init__(self, identity: Identity, journal: Journal[R], awaited: Awaited[R] | None = None) -> None:
        self.identity = identity
        self.window = Window()
        self.backlog = Backlog(journal, awaited)
        self.replays = Replays(journal)
        self.epoch = ""  # of the journal the events come from; until it is known none is sent
        self.lost: Counter[str] = Counter()
        self._retained: dict[str, Letter] = {}
        self._answers: deque[tuple[Letter, int]] = deque()  # and when it is too late for it
        self._largest: int | None = None
        self._replay_next = False

    def open(self, receive_maximum: int | None, largest: int | None) -> None:
        """A new connection with these limits; answers and replays of the last one have lost their asker."""
        self.window.open(receive_maximum)
        self.backlog.open()
        self.replays.clear()
        self._answers.clear()
        self._retained.clear()
        self._largest = largest

    def renew(self, epoch: str, highest: int = 0) -> None:
        """Events come from another journal from now on; up to `highest` an earlier process may have sent them."""
        self.epoch = epoch
        self.backlog.renew(highest)
        self.replays.clear()

    def publish(self, kind: str, letter: Letter) -> None:
        """Send a retained message soon; a newer one of its kind takes its place."""
        self._retained[kind] = letter

    def answer(self, letter: Letter, life_s: int, now_ns: int) -> None:
        """Send an answer soon; what is left of its life is said when it goes out."""
        if len(self._answers) >= ANSWERS:
            self.lost["answers without room"] += 1
        else:
            self._answers.append((letter, now_ns + to_ns(life_s)))

    def fill(self, send: Send, now_ns: int, *, events: bool) -> None:
        """Send as much as the window allows; raises what the journal raises."""
        while self.window.room > 0:
            letter = self._next_notice(now_ns)
            if letter is not None:
                self._send(letter, None, send, now_ns)
            elif not events or not self.epoch or not self._send_row(send, now_ns):
                return

    @property
    def idle(self) -> bool:
        """Whether nothing is in flight or waiting, events apart."""
        return self.window.room == self.window.size and not self._retained and not self._answers

    def land(self, mid: int, code: int, now_ns: int) -> None:
        """The broker has answered."""
        seq = self.window.land(mid)
        if seq is not None:
            self.backlog.land(seq, code, now_ns)
        elif code >= REFUSED_FROM:
            self.lost["refused by the broker"] += 1

    def acknowledge(self, payload: bytes, *, retained: bool, now_ns: int) -> None:
        """A message on the `ack` topic has come."""
        self.backlog.acknowledge(payload, retained=retained, epoch=self.epoch, now_ns=now_ns)

    def held_back(self) -> str:
        """Why events do not arrive, as `state` says it: without numbers, which change all the time."""
        reasons = [TROUBLES[why] for why, number in self.backlog.aside.items() if number and why != "unheard"]
        reasons += [self._unheard()] if self.backlog.unheard else []
        reasons += [self._unacknowledged()] if self._is_overdue() else []
        return "; ".join([*reasons, self.backlog.full] if self.backlog.full else reasons)

    def trouble(self) -> str:
        """What is not as it should be, for maintenance; empty where all is well."""
        told: dict[Why, str] = {**TROUBLES, "unheard": self._unheard()}
        said = [f"{number} {told[why]}" for why, number in self.backlog.aside.items() if number]
        said += [f"{number} other messages lost: {why}" for why, number in self.lost.items()]
        if (awaited := self.backlog.awaited) is not None:
            said += [f"{number} acknowledgements ignored: {why}" for why, number in awaited.ignored.items()]
            said += [f"{awaited.sent.total} {self._unacknowledged()}"] if awaited.overdue else []
        return "; ".join([*said, self.backlog.full] if self.backlog.full else said)

    def _is_overdue(self) -> bool:
        return self.backlog.awaited is not None and self.backlog.awaited.overdue

    def _unheard(self) -> str:
        return f"unheard: nobody subscribes to {self.identity.topic('event')}"

    def _unacknowledged(self) -> str:
        return f"events sent and nobody acknowledges on {self.identity.topic('ack')}: does the ledger run?"

    def _next_notice(self, now_ns: int) -> Letter | None:
        for kind in KINDS:
            if kind in self._retained:
                return self._retained.pop(kind)
        while self._answers:
            letter, until_ns = self._answers.popleft()
            if (left_s := (until_ns - now_ns) // NS_PER_S) > 0:
                return msgspec.structs.replace(letter, expiry_s=left_s)
            self.lost["answers too late"] += 1
        return None

    def _send_row(self, send: Send, now_ns: int) -> bool:
        """Send one event; False where there is none."""
        if (found := self._next_row(now_ns)) is None:
            return False
        row, replayed = found
        seq = None if replayed else row.seq
        try:
            event = cloud_event(self.identity, self.epoch, row, replayed=replayed)
        except UNDECODABLE:
            self._give_up(seq, "unreadable", now_ns)
            return True
        letter = Letter(topic=self.identity.topic("event"), payload=msgspec.json.encode(event), cloud_event=True)
        self._send(letter, seq, send, now_ns)
        return True

    def _next_row(self, now_ns: int) -> tuple[R, bool] | None:
        """The next event and whether it is replayed; replayed and new ones in turn where there are both."""
        self._replay_next = not self._replay_next
        for replayed in (self._replay_next, not self._replay_next):
            row = self.replays.next() if replayed else self.backlog.next(now_ns)
            if row is not None:
                return row, replayed
        return None

    def _send(self, letter: Letter, seq: int | None, send: Send, now_ns: int) -> None:
        if self._largest is not None and letter.size > self._largest:
            self._give_up(seq, "too_large", now_ns)
        else:
            self.window.send(send(letter), seq, now_ns)

    def _give_up(self, seq: int | None, why: Why, now_ns: int) -> None:
        if seq is None:
            self.lost[why] += 1
        else:
            self.backlog.put_aside(seq, why, now_ns)
