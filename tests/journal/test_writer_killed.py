"""What was said to be recorded is there after SIGKILL, whichever side of the commit it hits."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from edge_agent.journal import Journal, Settings
from tests.journal.faulty_disk import rows

CHILD = """
import os, signal, sqlite3, sys, threading
from functools import partial
from edge_agent.events import Event, SensorLost
from edge_agent.journal import Entry, Journal, Settings, Writer

path, die_at, when, early = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4] == "early"
commits = 0

class Killed(sqlite3.Connection):
    def execute(self, sql, *values):
        global commits
        commits += sql == "COMMIT"
        if sql == "COMMIT" and commits == die_at and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        cursor = super().execute(sql, *values)
        if sql == "COMMIT" and commits == die_at and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return cursor

def say(seq):
    os.write(1, b"%d\\n" % seq)

journal = Journal(Settings(path=path), "boot-1", connect=partial(sqlite3.connect, factory=Killed))
journal.open()
writer = Writer(journal, lambda seq, depth: None if early else say(seq), print)
for number in range(1, 50):
    writer.record(Entry(events=(Event(number, SensorLost(sensor="press", why=str(number))),), memory=b"%d" % number))
    if early:
        say(number)
    writer.flush(5)
"""


def killed(settings: Settings, die_at: int, when: str, said: str) -> list[int]:
    """Run a station that is killed at its n-th commit; returns the numbers it said were recorded."""
    command = [sys.executable, "-c", CHILD, settings.path, str(die_at), when, said]
    child = subprocess.run(command, capture_output=True, timeout=20, check=False)
    assert child.returncode == -signal.SIGKILL, child.stderr
    return [int(line) for line in child.stdout.split()]


@pytest.mark.parametrize(("die_at", "when"), [(3, "before"), (3, "after"), (9, "before")])
def test_kill_loses_nothing_that_was_said_to_be_recorded(settings: Settings, die_at: int, when: str):
    """SIGKILL around a commit: everything said is there, with the memory that belongs to it."""
    said = killed(settings, die_at, when, "recorded")
    kept = rows(settings)
    assert said == kept[: len(said)]
    journal = Journal(settings, "boot-2")
    journal.open()
    memory = journal.memory()
    assert memory is not None
    assert memory.data == b"%d" % kept[-1]
    journal.close()


def test_control_saying_recorded_before_the_commit_loses(settings: Settings):
    """The test above has power: a writer that speaks too early is caught by it."""
    said = killed(settings, 3, "before", "early")
    assert said[-1] not in rows(settings)
