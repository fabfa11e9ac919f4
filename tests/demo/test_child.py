"""The demo's processes end as they are asked to, or by force, and never outlive the demo."""

import os
import queue
import signal
import subprocess
import sys

import pytest

from edge_agent.demo import child
from edge_agent.demo.child import Child
from edge_agent.demo.inbox import LIMIT, Asked, Ended, Level, made_inbox

WAIT_S = 10.0
DEAF = (
    "import signal, threading; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); threading.Event().wait()"
)
LEASHED = "from edge_agent import leash; import threading; leash.hold(); threading.Event().wait()"


def started(code, **settings):
    """A child that runs this code, and the queue it posts to."""
    told = queue.SimpleQueue()
    return Child("it", [sys.executable, "-c", code], told.put, dict(os.environ), **settings), told


def test_its_last_words_are_told():
    """The end of a child names it, with its exit code and what it said last, and no more than that."""
    it, told = started("import sys; [print('line', n, file=sys.stderr) for n in range(100)]; sys.exit(3)")
    said = told.get(timeout=WAIT_S)
    it.stop()
    assert Ended("it", 3, tuple(f"line {number}" for number in range(92, 100))) == said


def test_a_deaf_one_is_ended_by_force(monkeypatch):
    """One that heeds neither the end of its input nor SIGTERM is killed."""
    monkeypatch.setattr(child, "GRACE_S", 0.1)
    lines = queue.SimpleQueue()
    it, told = started(DEAF, on_line=lines.put)
    lines.get(timeout=WAIT_S)
    it.stop()
    assert -signal.SIGKILL == told.get(timeout=WAIT_S).code


def test_the_leash():
    """A process on the leash ends when its input does: the demo may die in any way."""
    with subprocess.Popen([sys.executable, "-c", LEASHED], stdin=subprocess.PIPE) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.stdin.close()
        assert -signal.SIGTERM == process.wait(WAIT_S)


def test_speaking_to_one_that_has_ended():
    """What is said to a child that is gone is lost without a complaint."""
    it, told = started("pass")
    told.get(timeout=WAIT_S)
    for _ in range(3):
        it.say("GPIO17 0\n")
    it.stop()
    it.stop()
    it.say("GPIO17 0\n")


def test_a_full_inbox_counts():
    """What is beyond the limit is refused and counted."""
    inbox = made_inbox()
    for _ in range(LIMIT + 3):
        inbox.post(Level("GPIO23", on=True))
    assert 3 == inbox.dropped.total()
    assert Level("GPIO23", on=True) == inbox.take(0)
    inbox.post(Asked())
    assert 3 == inbox.dropped.total()
