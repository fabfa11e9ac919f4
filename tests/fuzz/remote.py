"""What comes from the plant network: commands and acknowledgements at a station, events and answers at a ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from edge_agent.agent import reception
from edge_agent.andon.legend import Sign
from edge_agent.consumer.books import Books
from edge_agent.consumer.keeper import Keeper
from edge_agent.journal import Row
from edge_agent.signals.awaited import LARGEST_ACK, Awaited
from edge_agent.signals.broker import Settings
from edge_agent.signals.cmd import Command, ReplayCommand, SnapshotCommand
from edge_agent.signals.commands import LARGEST_COMMAND, Desk
from edge_agent.signals.contract import Identity, cloud_event
from edge_agent.signals.mqtt import Came
from edge_agent.signals.payloads import Answer
from edge_agent.standard import to_ns
from edge_agent.uplink.errands import asked
from tests.fuzz.target import Target, after, must, shared, stopped
from tests.signals.plain_journal import PlainJournal

WALL = datetime(2026, 11, 21, 19, 26, 0, tzinfo=UTC)
WALL_NS = to_ns(WALL.timestamp())
STOPPED = frozenset({Sign.STOP_WAITING, Sign.STOP_ATTENDED})
EPOCH = "00c0ffee00c0ffee"
RECORDED, SENT = 200, 100  # events in the journal, and of these at the broker
MOST_AGAIN = 1_000  # rows sent again for one acknowledgement: all there are, several times
STATION = Identity(enterprise="acme", site="plant1", area="assembly", line="line4", station="st07")
QUESTION = "00000000000000000000000000000001"  # what the ledger has asked, so that somebody can answer


def commands(data: bytes) -> None:
    """A command a line and a second, at a station that has stopped the line: none ends the stop from afar."""
    desk, station, now_ns = Desk(0), stopped(), after(200)

    def step(seen: Any) -> list[Any]:
        return station.step(seen, now_ns)

    for payload in data.split(b"\n"):
        now_ns += to_ns(1.0)
        judged = desk.judge(payload, retained=False, now_ns=now_ns, wall_ns=WALL_NS)
        answered = judged
        if isinstance(judged, Command):
            must(len(payload) <= LARGEST_COMMAND, "a command beyond its bound is carried out")
            if not isinstance(judged, ReplayCommand | SnapshotCommand):
                said = reception.answer(station, step, asked(judged), now_ns)
                answered = Answer(id=judged.id, status="ok" if said.ok else "error", error=said.error)
        if isinstance(answered, Answer):
            must(len(msgspec.json.encode(answered)) < LARGEST_COMMAND, "an answer beyond all bounds")
        stack = station.stack(now_ns)
        must(stack.line_stop and stack.sign in STOPPED, "a stopped line was set free from afar")


def acks(data: bytes) -> None:
    """An acknowledgement a line, after a hundred events were sent: only these can come into the books."""
    awaited: Awaited[Row] = Awaited(PlainJournal(RECORDED), lambda: 0.5)
    for seq in range(1, SENT + 1):
        awaited.offered(seq)
        awaited.landed(seq, 0)
    for second, payload in enumerate(data.split(b"\n")):
        ack = awaited.read(payload, retained=False, epoch=EPOCH)
        if ack is not None:
            must(len(payload) <= LARGEST_ACK, "an acknowledgement beyond its bound is believed")
            new = awaited.take(ack, to_ns(second), SENT)
            must(all(1 <= first <= last <= SENT for first, last in new), "in the books, and never sent")
        for _ in range(MOST_AGAIN):
            if (row := awaited.next(to_ns(second))) is None:
                break
            must(row.seq <= SENT and row.seq not in awaited.booked, "sent again for nothing")
        else:
            must(False, "sent again without an end")
    must(awaited.booked.total <= SENT, "more in the books than was sent")


def books(data: bytes) -> None:
    """A message a line, `TOPIC PAYLOAD`, at a ledger that has asked for a hole; `!` before it: it was retained."""
    path = shared() / "books.db"
    keeper = Keeper(Books(path), Settings(host="127.0.0.1", port=1), chance=lambda: 0.5)
    try:
        for seq in (1, 9):
            keeper._hear(came(event(seq)))
        keeper._write(0, WALL_NS)
        page = keeper.books.pages[0]
        keeper._asked[QUESTION] = (page, (2, 8))
        for second, line in enumerate(data.split(b"\n"), start=1):
            keeper._hear(came(line))
            if keeper._batch:
                keeper._write(to_ns(second), WALL_NS)
            must(not keeper.trouble, f"the books could not be written: {keeper.trouble}")
        for kept in keeper.books.pages:
            must(len(msgspec.json.encode(kept.ack())) <= LARGEST_ACK, "an acknowledgement no station takes")
            must(kept.have.last <= kept.recorded, "in the books, and never recorded")
        agree(keeper.books, path)
    finally:
        keeper.books.close()
        for suffix in ("", "-wal", "-shm", ".lock"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)


def agree(kept: Books, path: Path) -> None:
    """What is remembered is what the file has, as a ledger finds it that starts again."""
    remembered = [(page.station, page.epoch, list(page.have), page.recorded) for page in kept.pages]
    kept.close()
    again = Books(path)
    found = [(page.station, page.epoch, list(page.have), page.recorded) for page in again.pages]
    again.close()
    must(remembered == found, "the file says something else than the memory")


def came(line: bytes) -> Came:
    """The message in a line of the input."""
    topic, _, payload = line.removeprefix(b"!").partition(b" ")
    return Came(0, topic.decode("latin-1"), payload, line.startswith(b"!"), None, None)


def event(seq: int) -> bytes:
    """An event as a station sends it."""
    row = Row(seq, seq, "boot", WALL_NS, "synced", "andon.sensor.lost.v1", b'{"sensor":"gauge","why":"silent"}')
    return message("event", cloud_event(STATION, EPOCH, row))


def message(kind: str, payload: Any) -> bytes:
    """A line of the input."""
    return f"{STATION.topic(kind)} ".encode() + msgspec.json.encode(payload)


def command(number: int, kind: str, **fields: Any) -> bytes:
    """A good command."""
    times = {"issued_at": WALL - timedelta(seconds=1), "expires_at": WALL + timedelta(seconds=20)}
    return msgspec.json.encode({"id": f"c{number}", "type": kind, **times, "by": "board", **fields})


COMMANDS = (
    command(1, "acknowledge", call=1),
    command(2, "arrive"),
    command(3, "restore", call=1, args={"verdict": "genuine", "reason": ""}),
    command(4, "planned-stop", args={"reason": "meeting"}),
    command(5, "changeover"),
    command(6, "resume"),
    command(7, "product", args={"product": "left"}),
    command(8, "shelve", call=1, args={"for_s": 600.0, "why": "known"}),
    command(9, "unshelve"),
    command(10, "test-light", role="leader"),
    command(11, "snapshot"),
    command(12, "replay", args={"from": 1, "to": 20, "epoch": EPOCH}),
)
ACKS = tuple(
    msgspec.json.encode({"epoch": EPOCH, "upto": upto, "missing": missing})
    for upto, missing in ((10, []), (50, [(11, 20), (30, 30)]), (100, [(1, 5)]), (101, []), (7, [(9, 3)]))
)
HEARD = (
    event(2),
    event(1),
    message("state", {"epoch": EPOCH, "seq": 12}),
    message("res", {"id": QUESTION, "status": "ok", "epoch": EPOCH, "gone": [(3, 4)]}),
    message("res", {"id": QUESTION, "status": "error", "error": "the journal is no more", "epoch": "another"}),
    b"!" + event(3),
    message("event", cloud_event(STATION, "second", Row(2**63 - 1, 1, "b", 1, "unsynced", "andon.x.v1", b"{}"))),
)
TARGETS = (
    Target(
        "commands", "remote commands", commands, (*COMMANDS, b"\n".join(COMMANDS), COMMANDS[0] + b"\n" + COMMANDS[0])
    ),
    Target("acks", "a consumer's acknowledgements", acks, (*ACKS, b"\n".join(ACKS), b"\n".join(reversed(ACKS)))),
    Target("books", "events, states and answers at the ledger", books, (*HEARD, b"\n".join(HEARD))),
)
