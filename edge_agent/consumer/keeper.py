"""The reference consumer at work: hear, keep, and only then acknowledge; ask for what is missing.

    inbox -> take (event, state, status, answer) -> write the batch -> acknowledge its pages -> ask for holes

One loop decides; the network's thread only posts into its inbox. What it cannot keep it does not acknowledge, so the
stations keep it.
"""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from itertools import islice

import msgspec

from edge_agent import clock, log
from edge_agent.consumer.books import Batch, Books
from edge_agent.consumer.intake import Answered, Entry, NotBelieved, Recorded, read
from edge_agent.consumer.page import Page
from edge_agent.consumer.subscription import Subscription
from edge_agent.inbox import Inbox
from edge_agent.signals.broker import Settings
from edge_agent.signals.cmd import Range, ReplayCommand
from edge_agent.signals.contract import ROOT
from edge_agent.signals.mqtt import Came, Landed, Letter, Said
from edge_agent.signals.outbox import REFUSED_FROM
from edge_agent.signals.spans import Span
from edge_agent.standard import NS_PER_S, to_ns

EVERYWHERE = "+/+/+/+/+"  # every station of every plant on this broker
TICK_S = 0.1  # the loop's longest sleep, and so the longest an acknowledgement waits for others to go with
INBOX_LIMIT = 4_000  # messages of 1 kB: two seconds of 1,000 stations
SHARES = {"Came": 3_800}  # the rest is kept for what the broker says of the connection
STATIONS = 20_000  # whose word waits for the disk: as many as the books have room for
BATCH = 1_000  # events in one transaction: a second of a thousand stations
RETRY_NS = to_ns(1.0)  # a disk that does not let us is tried again
ASK_NS = to_ns(1.0)  # holes are looked at this often,
ASKS = 50  # and so many asked for: 50,000 events a second are more than any broker hands on
ASKED = 1_000  # questions remembered until their answer comes; a lost one is asked again
REASONS = 50  # of what is ignored, counted apart; what stations write in them is theirs to choose
LONGEST_REASON = 400  # characters: a station of 164, and both clocks
COMMAND_S = 20  # a command lives 30 s at most
FAREWELL_S = 2.0  # for the last acknowledgements


class Keeper:
    """Keeps the books of the stations a topic filter names.

    Args:
        books: where events go.
        settings: where the broker is.
        stations: five levels of a topic filter, `acme/plant1/+/+/+`.
        chance: numbers in [0, 1) for the back-off.
    """

    def __init__(
        self, books: Books, settings: Settings, stations: str = EVERYWHERE, chance: Callable[[], float] = random.random
    ) -> None:
        self.books = books
        self.inbox: Inbox[Said] = Inbox(INBOX_LIMIT, SHARES)
        self.ignored: Counter[str] = Counter()  # messages that changed nothing, by reason
        self.trouble = ""  # why nothing can be kept; empty while it can
        topics = {kind: f"{ROOT}/{stations}/{kind}" for kind in ("event", "res", "state")}
        self.subscription = Subscription(
            settings,
            f"andon-ledger-{books.id}",
            (topics["event"], topics["res"]),
            (topics["state"],),
            self.inbox.post,
            chance,
        )
        self._batch = Batch()
        self._acks: dict[int, Page] = {}
        self._asked: dict[str, tuple[Page, Span]] = {}
        self._holed: set[int] = set()
        self._write_ns = self._ask_ns = self._ack_ns = 0
        self._cause = ""
        self._log = log.get("ledger")

    def run(self, stop: threading.Event) -> int:
        """Work until `stop` is set; returns the exit code."""
        while not stop.is_set():
            said = self.inbox.take(TICK_S)
            now_ns = clock.now_ns()
            while said is not None:
                self.take(said, now_ns)
                said = self.inbox.take(0) if len(self._batch.entries) < BATCH else None
            self.turn(now_ns, clock.wall_ns())
        self._farewell()
        return 0

    def take(self, said: Said, now_ns: int) -> None:
        """Take in what the broker says; what is left of earlier connections is nobody's."""
        if not self.subscription.concerns(said):
            return
        match said:
            case Came():
                self._hear(said)
            case Landed():
                self.subscription.window.land(said.mid)
                if said.code >= REFUSED_FROM:
                    self._ignore("the broker refuses what we send: check its access list for `ack` and `cmd`")
            case _:
                self.subscription.take(said, now_ns)

    def turn(self, now_ns: int, wall_ns: int) -> None:
        """Do what is due."""
        self.subscription.tend(now_ns)
        self._say_connection()
        if self._batch and now_ns >= self._write_ns:
            self._write(now_ns, wall_ns)
        if now_ns >= self._ack_ns:
            self._ack_ns = now_ns + (to_ns(TICK_S) if self._acknowledge(now_ns) else 0)  # else as soon as there is room
        if now_ns >= self._ask_ns:
            self._ask_ns = now_ns + ASK_NS
            self._ask(now_ns, wall_ns)

    def _hear(self, came: Came) -> None:
        try:
            heard = read(came.topic, came.payload, retained=came.retained)
        except NotBelieved as why:
            self._ignore(str(why))
            return
        match heard:
            case Entry() if len(self._batch.entries) >= BATCH:
                self._ignore("no room while the books cannot be written")  # not acknowledged, so it comes again
            case Entry():
                self._batch.entries.append(heard)
            case Recorded():
                self._recorded(heard)
            case Answered():
                self._answered(heard)

    def _recorded(self, heard: Recorded) -> None:
        """A station says how far it is; only what is news goes to the disk, for it says so every second."""
        page = self.books.page(heard.station, heard.epoch)
        if (page is None or heard.seq > page.recorded) and len(self._batch.recorded) < STATIONS:
            self._batch.recorded[heard.station, heard.epoch] = heard

    def _answered(self, heard: Answered) -> None:
        """A station's answer to a question of ours: what it has no more will never come."""
        answer = heard.answer
        page, asked = self._asked.pop(answer.id, (None, (0, 0)))
        if page is None or page.station != heard.station:
            return
        if answer.epoch not in {None, page.epoch}:
            why = "the journal was replaced"
            self._batch.closed += [(page, span, why) for span in page.holes()]
        elif answer.status == "ok":
            why = "the journal has it no more"
            inside = [span for span in answer.gone if asked[0] <= span[0] <= span[1] <= asked[1]]
            self._batch.closed += [(page, span, why) for span in inside]
        else:
            why = f"{page.station}: a question was refused: {answer.error}"[:LONGEST_REASON]
            self._ignore(why, f"{answer.status}: a question to {page.station}")

    def _write(self, now_ns: int, wall_ns: int) -> None:
        """Keep what was heard; acknowledged is only what the disk has."""
        batch = self._batch
        conflicts = self.books.conflicts
        try:
            touched, opened = self.books.write(batch, now_ns, wall_ns)
        except (sqlite3.Error, OSError) as error:
            self._fail(error)
            self._write_ns = now_ns + RETRY_NS
            return
        self._batch = Batch()
        self._acks.update((page.number, page) for page in touched)
        self._acks.update((page.number, page) for page, _, _ in batch.closed)
        if self.trouble:
            self._log.info("the books can be written again", path=str(self.books.path))
            self.trouble = ""
        for page in opened:
            self._log.info("a journal new to the books", station=page.station, epoch=page.epoch)
        if self.books.conflicts > conflicts:
            self._log.warning("a second copy says something else than the first, which stays; see ledger report")

    def _fail(self, error: Exception) -> None:
        if not self.trouble:
            self._log.error(
                "the books cannot be written and nothing new is acknowledged; make room, it goes on by itself",
                path=str(self.books.path),
                why=str(error),
            )
        self.trouble = str(error)

    def _acknowledge(self, now_ns: int) -> bool:
        """Tell stations what is in the books; False where the window was full before all were told."""
        for number in list(islice(self._acks, self.subscription.window.room)):
            page = self._acks[number]
            ack = Letter(topic=f"{ROOT}/{page.station}/ack", payload=msgspec.json.encode(page.ack()))
            if not self.subscription.send(ack, now_ns):
                return False
            del self._acks[number]
        return not self._acks

    def _ask(self, now_ns: int, wall_ns: int) -> None:
        """Ask stations for what is missing and has not come by itself."""
        asks = 0
        for page in self.books.pages:
            span = page.ask(now_ns) if asks < ASKS else None
            if span is not None:
                asks += self._send_question(page, span, now_ns, wall_ns)
                if page.number not in self._holed:
                    self._holed.add(page.number)
                    self._log.warning("events are missing and asked for", station=page.station, holes=page.holes()[:10])
            elif page.number in self._holed and not page.holes():
                self._holed.discard(page.number)
                self._log.info("nothing is missing any more", station=page.station, upto=page.have.last)

    def _send_question(self, page: Page, span: Span, now_ns: int, wall_ns: int) -> bool:
        issued = dt.datetime.fromtimestamp(wall_ns / NS_PER_S, dt.UTC)
        command = ReplayCommand(
            id=uuid.uuid4().hex,
            issued_at=issued,
            expires_at=issued + dt.timedelta(seconds=COMMAND_S),
            by="ledger",
            args=Range(first=span[0], last=span[1], epoch=page.epoch),
        )
        letter = Letter(topic=f"{ROOT}/{page.station}/cmd", payload=msgspec.json.encode(command), expiry_s=COMMAND_S)
        if not self.subscription.send(letter, now_ns):
            return False
        self._asked[command.id] = (page, span)
        while len(self._asked) > ASKED:
            del self._asked[next(iter(self._asked))]
        return True

    def _ignore(self, why: str, kind: str = "") -> None:
        """Count what changes nothing, by kind where words differ each time; the log has the first of each hundred."""
        kind = kind or why
        kind = kind if kind in self.ignored or len(self.ignored) < REASONS else "other"
        if self.ignored[kind] % 100 == 0:
            self._log.warning("ignored", why=why, before=self.ignored[kind])
        self.ignored[kind] += 1

    def _say_connection(self) -> None:
        if self.subscription.cause != self._cause:
            self._cause = self.subscription.cause
            self._log.info("listening" if not self._cause else self._cause)

    def _farewell(self) -> None:
        """Keep and acknowledge what was heard, so that less comes twice."""
        now_ns = clock.now_ns()
        deadline_ns = now_ns + to_ns(FAREWELL_S)
        self._write_ns = 0
        if self._batch:
            self._write(now_ns, clock.wall_ns())
        while self._acks and not self._cause and now_ns < deadline_ns:
            self._acknowledge(now_ns)
            if (said := self.inbox.take(TICK_S)) is not None and not isinstance(said, Came):
                self.take(said, now_ns)
            now_ns = clock.now_ns()
        self.subscription.close(FAREWELL_S)
