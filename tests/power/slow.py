"""`python -m tests.power.slow`: the lamp's turns while each sync of the journal takes 200 ms, or 2 s, in the kernel.

strace holds every fdatasync of a real agent with the real writer; the agent turns on the real clock. The control is
an agent that waits for the journal in its turn.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import msgspec
from gpiozero.pins.mock import MockFactory

from edge_agent import clock
from edge_agent.agent.agent import Agent, Item, made_inbox
from edge_agent.inbox import Inbox
from edge_agent.journal import Entry, Journal, Settings, Writer
from edge_agent.observations import Pull
from edge_agent.signals import stack
from edge_agent.signals.watchdog import Watchdog
from tests.story_station import made

LAMPS = stack.Settings(red="GPIO23", yellow="GPIO24", green="GPIO25", white="GPIO12")
PULLS = 4  # each is an event that must be recorded
FLUSH_S = 60.0  # far beyond what any of the syncs takes
APART_S = 0.5
SYNCS_S = (0.0, 0.2, 2.0)


class Turns(msgspec.Struct, frozen=True):
    """How late the agent's slowest turn ended, and how long the journal took for its slowest commit."""

    worst_s: float
    recorded_s: float


def measured(sync_s: float, *, waits: bool = False) -> Turns:
    """Run the agent for some seconds with syncs that take so long; `waits` is the control."""
    with tempfile.TemporaryDirectory() as folder:
        inject = f"inject=fdatasync:delay_enter={round(sync_s * 1e6)}"
        strace = ["strace", "-f", "-qq", "-e", "trace=fdatasync", "-e", inject, "-o", "/dev/null"]
        words = [sys.executable, "-m", "tests.power.slow", folder, "waits" if waits else "posts"]
        done = subprocess.run(strace + words, check=True, timeout=120, stdout=subprocess.PIPE)
    return msgspec.json.decode(done.stdout, type=Turns)


def turned(folder: Path, *, waits: bool) -> Turns:
    """The agent at work in this process: a cord is pulled again and again, and the turn that shows it is timed."""
    inbox, pause, worst_ns = made_inbox(), threading.Event(), 0
    journal = Journal(Settings(path=str(folder / "st07.db")), "boot-1")
    journal.open()
    writer = Writer(journal, lambda *_: None, inbox.post)
    agent = opened(inbox, writer, waits=waits)
    agent.begin()
    for _ in range(PULLS):
        began_ns = clock.now_ns()
        inbox.post(Pull(began_ns, "cord", "help"))
        agent.turn()
        worst_ns = max(worst_ns, clock.now_ns() - began_ns)
        pause.wait(APART_S)
    began_ns = clock.now_ns()
    inbox.post(Pull(began_ns, "cord", "help"))
    agent.turn()
    writer.flush(FLUSH_S)
    recorded_ns = clock.now_ns() - began_ns
    writer.close(FLUSH_S)
    return Turns(worst_ns / clock.NS_PER_S, recorded_ns / clock.NS_PER_S)


def opened(inbox: Inbox[Item], writer: Writer, *, waits: bool) -> Agent:
    """The product's agent on mock pins; `waits` makes it wait for the journal where it should only hand over."""

    def record(entry: Entry) -> None:
        writer.record(entry)
        if waits:
            writer.flush(FLUSH_S)

    return Agent(
        "acme/p/a/l/st",
        made(),
        LAMPS.open(MockFactory()),
        inbox,
        boot="boot-1",
        epoch=lambda: writer.epoch,
        record=record,
        confirm=writer.confirm,
        push=lambda _: None,
        watchdog=Watchdog(),
        loops=writer.alive,
    )


def main() -> int:
    """Print the table; 1 where a turn waited for the disk, or the control did not."""
    bad = 0
    for sync_s in SYNCS_S:
        posts, waiting = measured(sync_s), measured(sync_s, waits=True)
        bad += sync_s > 0 and (posts.worst_s >= sync_s or waiting.worst_s < sync_s)
        sys.stdout.write(
            f"a sync takes {sync_s:.1f} s more: slowest turn {posts.worst_s * 1e3:.1f} ms, recorded after "
            f"{posts.recorded_s * 1e3:.0f} ms; in an agent that waits {waiting.worst_s * 1e3:.1f} ms\n"
        )
        sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(main())
    found = turned(Path(sys.argv[1]), waits=sys.argv[2] == "waits")
    sys.stdout.write(msgspec.json.encode(found).decode())
