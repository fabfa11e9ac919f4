"""Real payloads for the documents: events of the stories and of a real journal, the rest from a real broker."""

from __future__ import annotations

import itertools
import json
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from edge_agent.events import BY_TYPE, ClockAnchor, Event, FindingObserved, JournalDropped, Measured, SensorLost
from edge_agent.journal import Entry, Journal, Label, Reader, Row, Settings, storage
from edge_agent.observations import CycleEnd, Relearn, Stopping
from edge_agent.signals import contract
from edge_agent.signals.cmd import COMMANDS
from edge_agent.signals.contract import Identity
from edge_agent.standard import NS_PER_S
from tests.stories import manual
from tests.stories.story import Player
from tests.story_station import made

FILE = Path(contract.__file__).with_name("examples.json")
IDENTITY = Identity(enterprise="acme", site="plant1", area="assembly", line="line4", station="st07")
EPOCH = "c1c8a1a35bd74d0e9c4b8c7b0b9ad0de"  # a journal draws its own; here it stays, so that the file does
BOOT = "5f0d3c1e-6a51-4a0b-9a51-0d6a3b0f7c11"
EARLY_NS = 1_795_417_200 * NS_PER_S  # 2026-11-23, 07:00 UTC
KNOWN = frozenset(str(command.__struct_config__.tag) for command in COMMANDS)
MEASURED = Measured(detector="slow_drift", value=1.0, limit=2.0, unit="s", limit_from="standard", onset_ns=None)


def events() -> dict[str, Any]:
    """An event of each type that is recorded, by type, as it goes out."""
    first = {event.type: event for event in reversed([*_said()]) if event.at_ns >= 0}
    rows = _recorded(event for name in BY_TYPE if (event := first.get(name)))
    rows += [next(row for row in _anchored() if row.type == ClockAnchor.TYPE), next(iter(_dropped()))]
    return {row.type: json.loads(msgspec.json.encode(contract.cloud_event(IDENTITY, EPOCH, row))) for row in rows}


@cache
def of_the_stories() -> tuple[Event, ...]:
    """Everything that is recorded in all stories, in their order."""
    said: list[Event] = []
    for told in manual.stories():
        player = Player(told.story)
        for line in told.story.lines:
            player.play(line)
        said += player.said
    return tuple(event for event in said if event.data.KEPT)


def _said() -> Iterable[Event]:
    """The stories, and what they have no words for: relearned after a hundred cycles, and stopped."""
    yield from of_the_stories()
    station = made()
    station.begin(0)
    for number in range(1, 121):
        station.step(CycleEnd(number * 50 * NS_PER_S, "press"), number * 50 * NS_PER_S)
    end_ns = 6001 * NS_PER_S
    for seen in (Relearn(end_ns, who="anna"), Stopping(end_ns, "SIGTERM")):
        yield from (event for event in station.step(seen, end_ns) if event.data.KEPT)


def _recorded(said: Iterable[Event]) -> list[Row]:
    """Events as a journal has them."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Settings(path=f"{folder}/st07.db"), BOOT)
        journal.open()
        journal.write([Entry(events=tuple(said))], Label(now_ns=0, wall_ns=EARLY_NS, time_quality="synced"))
        return _closed(journal)


def _anchored() -> list[Row]:
    """A station that begins without a time server, and hears one two minutes later."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Settings(path=f"{folder}/st07.db"), BOOT)
        journal.open()
        for at_s, wall_ns, quality in ((60, 0, "unsynced"), (180, EARLY_NS, "synced")):
            label = Label(now_ns=at_s * NS_PER_S, wall_ns=wall_ns + at_s * NS_PER_S, time_quality=quality)
            lost = Event(label.now_ns, SensorLost(sensor="gauge", why="unplugged"))
            journal.write([Entry(events=(lost,))], label)
        return _closed(journal)


def _dropped() -> list[Row]:
    """A journal that reaches its bound."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Settings(path=f"{folder}/st07.db", most_mb=storage.LOG_MB + 1), BOOT)
        journal.open()
        label = Label(now_ns=0, wall_ns=EARLY_NS, time_quality="synced")
        found = FindingObserved(kind="slow_drift", verdict="abnormal", text="slower than usual", measured=MEASURED)
        endless = itertools.repeat(Event(0, found))
        while not any(row.type == JournalDropped.TYPE for row in _held(journal, journal.last_seq - 600)):
            journal.write([Entry(events=tuple(itertools.islice(endless, 500)))], label)
        return [row for row in _closed(journal) if row.type == JournalDropped.TYPE]


def _closed(journal: Journal) -> list[Row]:
    rows = _held(journal)
    journal.close()
    return rows


def _held(journal: Journal, after_seq: int = 0) -> list[Row]:
    reader = Reader(journal.path)
    try:
        return reader.range(max(after_seq, 0), 10**9, 10**9)
    finally:
        reader.close()


def others(heard: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Of everything that is no event the first good one: by the kind of topic, a command by its type.

    What would name the machine it was captured on is left out, or a serial number such as a Raspberry Pi's.
    """
    found: dict[str, Any] = {}
    for kind, said in heard:
        name = said["type"] if kind == "cmd" else kind
        if kind == "event" or (kind == "cmd" and name not in KNOWN):
            continue
        if kind == "status":
            said["serial"] = "10000000a3f0c1d2"
        if kind == "info":
            del said["versions"]["system"]
        if kind != "state" or said["calls"]:
            found.setdefault(name, said)
    return found


def text(payloads: dict[str, Any]) -> str:
    """The file as it is kept."""
    return json.dumps(payloads, indent=1, ensure_ascii=False) + "\n"
