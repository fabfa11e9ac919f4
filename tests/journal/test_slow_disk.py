"""The lamp's turns go on while the disk stalls, and what was said meanwhile is recorded when it goes on."""

from __future__ import annotations

import sqlite3

import msgspec
import pytest
from gpiozero.pins.mock import MockFactory

from edge_agent.agent.agent import Agent, made_inbox
from edge_agent.agent.time_signal import TimeSignal
from edge_agent.events import CallRaised
from edge_agent.journal import Entry, Journal, Reader, Settings, Writer
from edge_agent.observations import Pull
from edge_agent.signals import stack
from edge_agent.signals.watchdog import Watchdog
from edge_agent.standard import NS_PER_S
from tests.journal.faulty_disk import Faults
from tests.story_station import made

LAMPS = stack.Settings(red="GPIO23", yellow="GPIO24", green="GPIO25", white="GPIO12")
MONDAY_NS = 1_795_392_000 * NS_PER_S  # 2026-11-23, 00:00 UTC


class Shell:
    """An agent on a clock of the test's own, with the real writer and a disk that stalls when told to."""

    def __init__(self, settings: Settings, faults: Faults) -> None:
        self.now_ns = 100 * NS_PER_S
        self.pins = MockFactory()
        self.inbox = made_inbox()
        journal = Journal(settings, "boot-1", connect=faults.connect())
        journal.open()
        self.writer = Writer(journal, lambda *_: None, self.inbox.post)
        self.agent = Agent(
            "acme/p/a/l/st",
            made(),
            LAMPS.open(self.pins),
            self.inbox,
            boot="boot-1",
            epoch=lambda: self.writer.epoch,
            record=self.writer.record,
            confirm=self.writer.confirm,
            push=lambda _: None,
            watchdog=Watchdog(),
            loops=self.writer.alive,
            now_ns=lambda: self.now_ns,
            time_signal=TimeSignal(lambda: MONDAY_NS + self.now_ns, lambda: True),
        )
        self.agent.begin()

    def blinks(self, seconds: float) -> int:
        """Let time pass turn by turn, as often as the agent wants to; how often yellow changed."""
        until_ns, changes, lit = self.now_ns + round(seconds * NS_PER_S), 0, None
        while self.agent.wake_ns <= until_ns:
            self.now_ns = max(self.now_ns, self.agent.wake_ns)
            self.agent.turn()
            now = self.pins.pin(LAMPS.yellow).state
            changes, lit = changes + (lit is not None and now != lit), now
        self.now_ns = until_ns
        return changes


@pytest.fixture
def shell(settings: Settings, faults: Faults):
    opened = Shell(settings, faults)
    yield opened
    faults.moving.set()
    opened.writer.close()


def pulled(shell: Shell) -> int:
    """Pull the cord after the lamp test; how often the lamp blinks in the 10 s that follow."""
    shell.blinks(20)
    shell.inbox.post(Pull(shell.now_ns, "cord", "help"))
    shell.agent.wake_ns = shell.now_ns
    return shell.blinks(10)


def test_a_disk_that_does_not_return_changes_nothing_on_the_lamp(shell: Shell, settings: Settings, faults: Faults):
    """A stall of 200 ms, of 2 s, or without an end: each turn and each blink comes as on a disk that works."""
    faults.moving.clear()
    assert 15 <= pulled(shell) <= 16  # 0.8 Hz, on and off, for 10 s
    faults.moving.set()
    assert shell.writer.flush(10)
    reader = Reader(settings.path)
    assert CallRaised.TYPE in {row.type for row in reader.range(0, 1_000, 1_000)}
    reader.close()


def test_a_disk_that_fails_is_shown_and_recovers_by_itself(
    shell: Shell, settings: Settings, faults: Faults, monkeypatch: pytest.MonkeyPatch
):
    """I/O errors: the lamp goes on, the agent says that it cannot record, and later that it can again."""
    monkeypatch.setattr("edge_agent.journal.writer.BACK_OFF_S", (0.01,))
    faults.broken = True
    assert 15 <= pulled(shell) <= 16
    for _ in range(3):
        faults.hits.get(timeout=10)
    shell.blinks(1)
    assert "disk I/O error" in shell.agent.degraded["journal"]
    faults.broken = False
    assert shell.writer.flush(10)
    shell.blinks(1)
    assert "journal" not in shell.agent.degraded
    connection = sqlite3.connect(settings.path)
    memory = msgspec.json.decode(connection.execute("SELECT data FROM memory").fetchone()[0])
    connection.close()
    assert 1 == len(memory["calls"])


def test_control_an_agent_that_waits_for_the_disk_misses_its_blinks(shell: Shell, faults: Faults):
    """The count has power: where a turn waits for the record, the disk's stall is the lamp's."""
    stalled: list[bool] = []

    def waiting(entry: Entry) -> None:
        shell.writer.record(entry)
        stalled.append(not shell.writer.flush(0))
        shell.now_ns += 2 * NS_PER_S  # what a stalling card takes

    faults.moving.clear()
    shell.agent.record = waiting
    assert pulled(shell) < 15
    assert any(stalled)
