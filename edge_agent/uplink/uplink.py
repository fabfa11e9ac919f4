"""The uplink process: sends what the journal holds to the broker, tells the station what arrived, takes commands.

One loop decides. Broker and station speak from threads of their own, which only post into its inbox:

    inbox -> take (connected, landed, came, station said) -> tend the connection -> send what the window allows

It opens no device and never writes the journal: the station marks what was delivered, asked by the control
socket. With the station away it goes on sending, and keeps what it must tell. A full inbox costs the
connection, never an event: everything unconfirmed is sent again on the next one.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from edge_agent import clock, control
from edge_agent.inbox import Inbox
from edge_agent.journal import JournalError, Reader, Row
from edge_agent.signals import cause, contract, machine
from edge_agent.signals.awaited import Awaited
from edge_agent.signals.broker import Settings
from edge_agent.signals.cause import Cause
from edge_agent.signals.channels import CYCLE_EXPIRY_S
from edge_agent.signals.connection import FAREWELL_S, Connection, Myself
from edge_agent.signals.contract import Identity
from edge_agent.signals.mqtt import Came, Connected, Landed, Letter, Lost, Said, Subscribed
from edge_agent.signals.payloads import Info
from edge_agent.signals.sender import Sender
from edge_agent.signals.watchdog import Watchdog
from edge_agent.standard import to_ns
from edge_agent.uplink.bulletin import Bulletin
from edge_agent.uplink.errands import Errand, Errands
from edge_agent.uplink.link import Answered, Heard, Link, StationAway, StationSaid

TICK_S = 0.5  # the loop's longest sleep: how late a stop is noticed; two wakes a second cost nothing
POLL_NS = to_ns(1.0)  # the journal is looked at this often even if the station says nothing
TELL_NS = to_ns(0.2)  # deliveries are told in groups: each group costs the station a write to the card
INBOX_LIMIT = 1000  # in flight are 20 at most and the loop takes thousands a second: beyond this it hangs
SHARES = {
    "Came": 500,  # a flood of commands must leave room for what the broker confirms
    "StationSaid": 750,  # repeated each second, and the journal is looked at anyway
}
LANDING_NS = to_ns(8.0)  # unconfirmed for so long, a link is dead: with `TICK_S` on top it is noticed within 10 s
RANGES_TOLD = 100  # in one request: a line of at most 4 kB
LONGEST_TEXT = 200  # characters the station takes; one line on a status page


def fitted(texts: Sequence[str], most: int) -> str:
    """All of them as one text of at most `most` characters; the longest are cut first, so that none is missing.

    >>> fitted(["connected", "a very long reason for something", "1 command ignored"], 47)
    'connected; a very long r...; 1 command ignored'
    """
    room = most - len("; ") * (len(texts) - 1)
    each = next(length for length in range(most, -1, -1) if sum(min(length, len(text)) for text in texts) <= room)
    return "; ".join(text if len(text) <= each else f"{text[: max(0, each - 3)]}..."[:each] for text in texts)


class Delivered(msgspec.Struct, frozen=True):
    """Token of a confirmation: which numbers of which journal the station is told of."""

    epoch: str
    ranges: tuple[tuple[int, int], ...]


class Uplink:
    """The uplink of one station.

    Args:
        identity: where the station is.
        settings: where the broker is.
        journal_path: the journal; it need not be there yet.
        control_path: the station's control socket; it need not be there yet.
        info: the fields of `Info` but `station` and `schemas`; msgspec.ValidationError where they do not fit.
        chance: numbers in [0, 1) for the back-offs.
        watchdog: patted once a turn while the threads beside this one run.
    """

    def __init__(
        self,
        identity: Identity,
        settings: Settings,
        journal_path: Path,
        control_path: Path,
        info: Mapping[str, Any],
        chance: Callable[[], float] = random.random,
        watchdog: Watchdog | None = None,
    ) -> None:
        self.watchdog = watchdog or Watchdog()
        schemas = {name: contract.schema_id(name) for name in contract.schemas()}
        self.info = msgspec.convert({**info, "station": identity.path, "schemas": schemas}, Info)
        self.identity = identity
        self.myself = Myself(identity=identity, agent=self.info.agent, serial=machine.serial(), boot=machine.boot())
        self.inbox: Inbox[Said | Heard] = Inbox(INBOX_LIMIT, SHARES)
        self.connection = Connection(settings, self.myself, self.inbox.post, chance)
        self.link = Link(control_path, self.inbox.post)
        self.journal = Reader(journal_path)
        awaited = Awaited(self.journal, chance) if settings.confirm == "ledger" else None
        self.sender: Sender[Row] = Sender(identity, self.journal, awaited)
        self.errands = Errands(identity, self.link, self.sender, clock.wall_ns())
        self.journal_cause = "not read yet"  # why no event can be read; empty while they can
        self.bulletin = Bulletin(self.myself, self.connection, self.sender, self.info)
        self._cycles = settings.cycle
        heard = ("cmd", "status") if awaited is None else ("cmd", "status", "ack")
        self._listened_to = [identity.topic(kind) for kind in heard]
        self._deaf = ""  # why commands or acknowledgements cannot be heard
        self._said = ""  # what the station was last told of the uplink
        self._telling = False
        self._poll_ns = self._tell_ns = 0

    def run(self, stop: threading.Event) -> int:
        """Work until `stop` is set, say goodbye, and return the exit code."""
        self.link.start()
        self.watchdog.ready(f"{self.identity.station} is sent")
        try:
            while not stop.is_set():
                self.turn(self.inbox.take(TICK_S), clock.now_ns())
                self._pat(clock.now_ns())
            self.watchdog.stopping()
            self._farewell()
        finally:
            self.connection.abandon()  # where no goodbye was said, the broker must say the will
            self.link.close(FAREWELL_S)
            self.journal.close()
        return 0

    def turn(self, said: Said | Heard | None, now_ns: int) -> None:
        """Take one message, then do what is due."""
        if said is not None:
            self._take(said, now_ns)
        self._watch(now_ns)
        self.connection.tend(now_ns)
        if now_ns >= self._poll_ns:
            self._poll_ns = now_ns + POLL_NS
            self._poll(now_ns)
        if self.errands.snapshot_wanted:
            self.errands.snapshot_wanted = False
            self.bulletin.repeat()
        self.bulletin.tend(now_ns)
        self._send(now_ns, events=True)
        self._tell(now_ns)

    def _pat(self, now_ns: int) -> None:
        """Tell the service manager that every loop runs; paho's is not asked, a dead one costs the connection."""
        if self.link.alive():
            self.watchdog.pat(now_ns)

    def trouble(self) -> str:
        """What the station should know of the uplink: `connected`, with what is wrong beside it, or why not."""
        disturbed = self.connection.disturbed(clock.now_ns())
        said = ["connected"] if self.connection.up else []
        said += [str(disturbed or ""), self._deaf, self.journal_cause, self.sender.trouble()]
        ignored = [
            f"{number} command{'s' * (number > 1)} ignored: {why}"
            for why, number in self.errands.desk.ignored_lately(clock.now_ns()).items()
        ]
        dropped = [f"{number} dropped from a full inbox: {kind}" for kind, number in self.inbox.dropped.items()]
        text = fitted([text for text in (*said, *ignored, *dropped) if text], LONGEST_TEXT)
        return "".join(letter if letter.isprintable() else " " for letter in text)

    def _take(self, said: Said | Heard, now_ns: int) -> None:
        match said:
            case StationSaid():
                self._heard(said.said)
            case StationAway():
                self.bulletin.status, self.bulletin.away, self._said = None, said.cause, ""
            case Answered():
                self._answered(said, now_ns)
            case _ if self.connection.concerns(said.number):
                self._take_from_broker(said, now_ns)

    def _take_from_broker(self, said: Said, now_ns: int) -> None:
        match said:
            case Connected():
                self.connection.accepted(now_ns)
                self.sender.open(said.receive_maximum, said.largest)
                self._greet(now_ns)
            case Lost():
                self.connection.lost(said, now_ns)
            case Landed():
                self.sender.land(said.mid, said.code, now_ns)
            case Subscribed(refused=refused):
                self._deaf = "the broker does not let us listen: check its access list" if refused else ""
            case Came(topic=topic) if topic == self.identity.topic("ack"):
                self.sender.acknowledge(said.payload, retained=said.retained, now_ns=now_ns)
            case Came(topic=topic) if topic == self.identity.topic("status"):
                self.connection.namesake.hear(said.payload, retained=said.retained, now_ns=now_ns)
            case Came():
                self.errands.take(said, now_ns, clock.wall_ns())

    def _greet(self, now_ns: int) -> None:
        """What each connection begins with: listen, then say what the broker should keep."""
        if self.connection.transport is not None:
            self.connection.transport.subscribe(*self._listened_to)
        self.bulletin.greet(now_ns)

    def _watch(self, now_ns: int) -> None:
        """End a connection that cannot be trusted any more; the next one sends again what it left open."""
        overflowed = bool(self.inbox.refused().keys() - SHARES.keys())  # what has a share, somebody says again
        if overflowed:
            self._telling = False  # the station's answer may be among what was dropped
        if not self.connection.up:
            return
        if overflowed:
            self.connection.end(Cause("own", "the inbox was full; the connection is begun anew"), now_ns)
        elif self.sender.window.waited_ns(now_ns) > LANDING_NS:
            self.connection.end(cause.DEAD, now_ns)

    def _poll(self, now_ns: int) -> None:
        self.sender.backlog.nudge()
        try:
            epoch = self.journal.epoch()
        except JournalError as error:
            self.journal_cause = str(error)
        else:
            self.journal_cause = ""
            if epoch != self.sender.epoch:
                if self.sender.epoch and self.connection.up:  # what is in flight carries numbers of the old journal
                    begun = Cause("own", "a new journal has begun; the connection is begun anew")
                    self.connection.end(begun, now_ns)
                self.sender.renew(epoch, 0 if self.sender.epoch else self.journal.last_seq())
        text = self.trouble()
        if self.bulletin.status is not None and text != self._said:
            self._said = text
            disturbed = self.connection.disturbed(now_ns)
            kind = "" if disturbed is None else disturbed.kind
            self.link.ask(control.Request(do="uplink", text=text, cause=kind), token=None)

    def _heard(self, said: control.Said) -> None:
        match said:
            case control.StateSaid():
                self.bulletin.status = said.status
            case control.Recorded():
                self.sender.backlog.nudge()
            case control.CycleSaid() if self._cycles and self.connection.transport is not None and self.connection.up:
                if self.sender.window.room > 0:  # telemetry gives way to events, and is not kept
                    self.connection.transport.send(self._cycle(said))

    def _cycle(self, said: control.CycleSaid) -> Letter:
        report = contract.cycle(said, self.myself.boot, clock.wall_ns() - clock.now_ns() + said.at_ns)
        payload = msgspec.json.encode(report)
        return Letter(topic=self.identity.topic("cycle"), payload=payload, qos=0, expiry_s=CYCLE_EXPIRY_S)

    def _send(self, now_ns: int, *, events: bool) -> None:
        transport = self.connection.transport
        if transport is None or not self.connection.up:
            return
        try:
            self.sender.fill(transport.send, now_ns, events=events and not self.journal_cause)
        except JournalError as error:
            self.journal_cause = str(error)  # until the next poll has asked for the epoch again

    def _tell(self, now_ns: int) -> None:
        """Tell the station what was delivered; one group at a time, so that none is told twice."""
        if self._telling or now_ns < self._tell_ns:
            return
        self._tell_ns = now_ns + TELL_NS
        if ranges := self.sender.backlog.untold(RANGES_TOLD):
            delivered = Delivered(self.sender.epoch, ranges)
            request = control.Request(do="confirm", epoch=delivered.epoch, ranges=ranges)
            self._telling = self.link.ask(request, token=delivered)

    def _answered(self, said: Answered, now_ns: int) -> None:
        match said.token:
            case Delivered(epoch, ranges):
                self._telling = False
                if said.answer is None or not said.answer.ok:
                    self._tell_ns = now_ns + POLL_NS
                elif epoch == self.sender.epoch:
                    self.sender.backlog.told(ranges)
            case Errand():
                self.errands.done(said.token, said, now_ns)
            case _ if said.answer is None:
                self._said = ""  # of itself: said again at the next poll

    def _farewell(self) -> None:
        """Say `stopping`, and wait a little for what is in flight, so that less is sent twice."""
        deadline_ns = clock.now_ns() + to_ns(FAREWELL_S)
        self.sender.publish("status", self.connection.status("stopping"))
        while self.connection.up and not self.sender.idle and (now_ns := clock.now_ns()) < deadline_ns:
            self._send(now_ns, events=False)
            if (said := self.inbox.take(0.1)) is not None:
                self._take(said, now_ns)
        if self.sender.idle:
            self.connection.close()
        self._telling = False
        self._tell_ns = 0
        self._tell(clock.now_ns())
