"""What lies or is asked on the station itself: its configuration, its recordings, its journal, its control socket."""

from __future__ import annotations

import contextlib
import functools
import itertools
import socket
import sqlite3
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from edge_agent import config, recording, report, rerun
from edge_agent.agent import reception
from edge_agent.andon.roles import DEEDS
from edge_agent.control import Answer, Request
from edge_agent.control.connection import CHUNK, Connection
from edge_agent.control.server import REQUEST, _line, refusal
from edge_agent.control.words import LONGEST_ANSWER, LONGEST_REQUEST
from edge_agent.events import Event, SensorLost
from edge_agent.journal import Entry, Journal, JournalError, Reader, Row, Settings
from edge_agent.journal.records import Label
from edge_agent.observations import CycleEnd, Pull, Reading
from edge_agent.signals.mqtt import Letter
from edge_agent.signals.sender import Sender
from edge_agent.standard import NS_PER_S, to_ns
from tests.bench.bed import EXAMPLE
from tests.bench_station import written
from tests.fuzz.remote import STATION, WALL_NS
from tests.fuzz.target import BEGUN_NS, Target, after, configured, green, must, shared, stopped

EVENTS = 40  # in the journal that is damaged: some pages of them
STEPS = 10  # of a recording that are lived through: each may last a month
LABEL = Label(now_ns=BEGUN_NS, wall_ns=WALL_NS, time_quality="synced")


def control(data: bytes) -> None:
    """Requests at the control socket of a stopped station: what is none changes nothing."""
    near, far = socket.socketpair()
    with near, far:
        near.setblocking(False)
        connection, station, now_ns = Connection(near, 0), stopped(), after(200)

        def step(seen: Any) -> list[Any]:
            return station.step(seen, now_ns)

        for line in requests(connection, far, data):
            now_ns += to_ns(1.0)
            before = station.stack(now_ns)
            try:
                request = REQUEST(line)
            except (msgspec.MsgspecError, ValueError, RecursionError) as error:
                answer = refusal(f"not a request: {error}")
                must(before == station.stack(now_ns), "what is no request has changed the lamp")
            else:
                asks = request.do in DEEDS
                answer = reception.answer(station, step, request, now_ns) if asks else Answer(ok=True)
                must(answer.ok is (answer.error is None), "done, and an error beside it")
            must(len(_line(answer)) <= LONGEST_ANSWER, "an answer beyond its bound")


def requests(connection: Connection, far: socket.socket, data: bytes) -> Iterator[bytes]:
    """The lines that a connection makes of what is sent to it."""
    for first in range(0, len(data), CHUNK):
        far.sendall(data[first : first + CHUNK])
        if not connection.receive(0):
            return
        must(len(connection._received) <= 2 * LONGEST_REQUEST, "more is kept than may be")
        while (line := connection.next_line()) is not None:
            yield line


def configuration(data: bytes) -> None:
    """A configuration file: each complaint has a line of the file, and what is sound makes a station that lives."""
    path = placed("fuzzed.toml", data)
    found, complaints = config.check(path)
    last = data.count(b"\n") + 1
    for each in complaints:
        must(each.text.strip() != "" and 0 <= each.line <= last, f"a complaint that leads nowhere: {each}")
    must(found is not None or bool(complaints), "refused without a word")
    if found is not None:
        station = found.made(None, "fuzz")
        station.begin(0)
        for second in (1, 60, 3600):
            station.step(None, second * NS_PER_S)
        must(station.stack(3600 * NS_PER_S).reason != "", "a lamp without a reason")


def recorded(data: bytes) -> None:
    """A recording as JSON lines, replayed: its steps, or the line that is none."""
    path = placed("fuzzed.jsonl", data)
    with contextlib.suppress(recording.RecordingError, JournalError):
        for event in rerun.events(configured(), itertools.islice(rerun.steps(path), STEPS), path):
            msgspec.json.encode(event)


def journal(data: bytes) -> None:
    """A journal with some of its bytes changed: read as far as it goes, then opened to write, or set aside.

    Each change is two bytes of place, one of length, and the bytes.
    """
    path = placed("fuzzed.db", damaged(data))
    try:
        read(path)
        opened = Journal(Settings(path=str(path)), "boot-2", wall_ns=lambda: WALL_NS)
        with contextlib.suppress(JournalError, sqlite3.Error):  # a person must act, or the disk; both are said
            opened.open()
            opened.memory()
            opened.write([Entry(events=(lost(0),), memory=b"{}", turn=b'{"turn":"step","now_ns":1}')], LABEL)
            opened.confirm([(1, 5)], LABEL)
        opened.close()
    finally:
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()


def read(path: Path) -> None:
    """All that the uplink, `replay` and `report` ask of a journal."""
    reader = Reader(path)
    try:
        for ask in (
            lambda: sent(reader),
            lambda: reader.gone(1, EVENTS),
            lambda: list(report.told(path)),
            lambda: list(rerun.events(configured(), itertools.islice(rerun.steps(path), STEPS), path)),
        ):
            with contextlib.suppress(JournalError, recording.RecordingError):
                ask()
    finally:
        reader.close()


def sent(reader: Reader) -> None:
    """Everything goes out once, or is given up and said: what cannot be read must not hold up the rest."""
    sender: Sender[Row] = Sender(STATION, reader)
    sender.open(None, None)
    sender.renew(reader.epoch(), reader.last_seq())
    numbers, flying = itertools.count(1), deque[int]()

    def send(_: Letter) -> int:
        flying.append(next(numbers))
        return flying[-1]

    for turn in range(EVENTS):
        sender.backlog.nudge()
        sender.fill(send, to_ns(turn), events=True)
        while flying:
            sender.land(flying.popleft(), 0, to_ns(turn))
    must(sender.idle, "something is still in flight")


def damaged(data: bytes) -> bytes:
    """The sound journal with the changes that the input says."""
    found = bytearray(sound())
    while len(data) > 3:
        place, length = int.from_bytes(data[:2], "big"), data[2]
        change, data = data[3 : 3 + length], data[3 + length :]
        place %= len(found)
        found[place : place + len(change)] = change[: len(found) - place]
    return bytes(found)


@functools.cache
def sound() -> bytes:
    """A journal of some events, half of them confirmed, with a recording."""
    path = shared() / "sound.db"
    opened = Journal(Settings(path=str(path), recording_days=1.0), "boot-1", wall_ns=lambda: WALL_NS)
    opened.open()
    for line in RUN:
        opened.write([Entry(events=tuple(lost(number) for number in range(EVENTS // len(RUN))), turn=line)], LABEL)
    opened.confirm([(1, EVENTS // 2)], LABEL)
    opened.close()
    return path.read_bytes()


def lost(number: int) -> Event:
    """An event of a usual length."""
    return Event(BEGUN_NS + number, SensorLost(sensor="gauge", why=f"silent for {number} s"))


def placed(name: str, data: bytes) -> Path:
    """A file of these bytes."""
    path = shared() / name
    path.write_bytes(data)
    return path


def station_file(**settings: Any) -> bytes:
    """The configuration of the tests' station."""
    folder = shared() / "seed"
    folder.mkdir(exist_ok=True)
    return written(folder, **settings).read_bytes()


RUN = tuple(
    recording.ENCODE(step)
    for step in (
        recording.Begin(0, "st07", "fuzz", msgspec.Raw(msgspec.json.encode(green().memory()))),
        recording.Turn(BEGUN_NS, CycleEnd(BEGUN_NS, "press")),
        recording.Turn(BEGUN_NS, Reading(BEGUN_NS, "gauge", "bore_mm", 25.5)),
        recording.Turn(after(1), Pull(after(1), "cord", "help")),
        recording.Turn(after(200)),
    )
)
STILL = recording.ENCODE(recording.Turn(2**62))  # a stamp gone bad: once lived through hour by hour, for ever
REQUESTS = (
    Request(do="status"),
    Request(do="acknowledge", call=1, who="lead"),
    Request(do="restore", via="remote", verdict="genuine"),
    Request(do="shelve", call=1, for_s=60.0, why="known"),
    Request(do="rule-out", text="out_of_spec", why="known"),
    Request(do="confirm", epoch="e", ranges=((1, 5), (7, 9))),
    Request(do="planned-stop", text="meeting"),
    Request(do="test", text="red", for_s=1.0, who="lead"),
    Request(do="test-end"),
)
ASKED = tuple(msgspec.json.encode(each) + b"\n" for each in REQUESTS)
ON_BOARDS = tuple(path.read_bytes() for path in sorted((EXAMPLE.parents[1] / "hw" / "stations").glob("*.toml")))
TARGETS = (
    Target("control", "requests at the control socket", control, (*ASKED, b"".join(ASKED))),
    Target(
        "config",
        "the configuration file",
        configuration,
        (EXAMPLE.read_bytes(), station_file(port=Path("/dev/null"), mqtt=1883), *ON_BOARDS),
    ),
    Target(
        "recording",
        "recordings, replayed",
        recorded,
        (b"\n".join(RUN), b"\n".join((*RUN, *RUN[1:])), b"\n".join((RUN[0], STILL))),
    ),
    Target(
        "journal",
        "the journal's file, bytes of it changed",
        journal,
        (b"", b"\x00\x1c\x04" + bytes(4), b"\x10\x00\x02\xff\xff"),
    ),
)
