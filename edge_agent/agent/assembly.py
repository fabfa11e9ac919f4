"""From a configuration to the station process at work: what is made, in which order, and what ends it."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

import edge_agent
from edge_agent import clock, log
from edge_agent.agent import recall
from edge_agent.agent.agent import Agent, Item, made_inbox
from edge_agent.control import ControlError, Recorded, Server, socket_path
from edge_agent.events.data import UNDECODABLE
from edge_agent.inbox import Inbox
from edge_agent.journal import Journal, JournalError, Writer
from edge_agent.journal import Memory as Kept
from edge_agent.observations import Stopping, Trouble
from edge_agent.pins import PinError, open_pins
from edge_agent.signals import machine
from edge_agent.signals.lamp import NoLamps
from edge_agent.signals.watchdog import Watchdog
from edge_agent.station.memory import Memory

if TYPE_CHECKING:
    from gpiozero.pins import Factory

    from edge_agent.config import Config
    from edge_agent.station.station import Station

# How long a thread that computes keeps the deciding one waiting, where Python would say 5 ms: measured while standards
# were checked without a pause, it woke 0.7 to 1.0 ms late in the median instead of 6 to 8.5.
SWITCH_S = 0.0005
LOG = log.get("station")
REFUSED = ".refused.txt"  # beside the configuration in force, while `edge-agent card` refuses the one on the card
UNREADABLE = "calls open before the start are not known: what was kept cannot be read"


def run_station(config: Config, pins: Factory | None = None, ready: Callable[[Agent], None] | None = None) -> int:
    """Be the station process until asked to stop; returns the exit code.

    Args:
        pins: a pin factory that is open already; the machine's own where None.
        ready: told the agent once it watches.
    """
    log.configure("station", config.station.name)
    sys.setswitchinterval(SWITCH_S)
    try:
        with contextlib.ExitStack() as held:
            agent = assemble(config, pins or open_pins(f"edge-agent {config.station.name}"), held)
            LOG.info("watching", journal=config.journal.path)
            if ready is not None:
                ready(agent)
            agent.run()
            agent.watchdog.stopping()
    except PinError as error:
        LOG.error("cannot use the pins", why=str(error))  # noqa: TRY400 - the message is for people; a trace hides it
        return os.EX_UNAVAILABLE
    except (JournalError, ControlError) as error:
        LOG.error("cannot start", why=str(error))  # noqa: TRY400 - as above
        return os.EX_UNAVAILABLE
    LOG.info("stopped")
    return os.EX_OK


def darken(config: Config, pins: Factory | None = None) -> int:
    """Switch every output of the stack off, for a process that could not do it itself; returns the exit code.

    A kernel may keep the level of an output whose owner was killed. A lamp that nobody minds must be dark.
    """
    log.configure("station", config.station.name)
    if config.stack is None:
        return os.EX_OK
    try:
        config.stack.open(pins or open_pins()).close()
    except OSError as error:
        LOG.error("cannot darken the stack", why=str(error))  # noqa: TRY400 - the message is for people
        return os.EX_UNAVAILABLE
    LOG.info("dark")
    return os.EX_OK


def assemble(config: Config, pins: Factory, held: contextlib.ExitStack) -> Agent:
    """Make every part of the station process, the lamp first; `held` lets go of them, the lamp first again."""
    inbox = made_inbox()
    held.enter_context(stopped_by_signals(inbox))
    lamps = NoLamps() if config.stack is None else config.stack.open(pins)
    held.callback(lamps.close)
    journal = Journal(config.journal, machine.boot())
    memory = remembered(journal, inbox)
    writer = recorder(config, journal, inbox)
    held.callback(writer.close)
    agent = Agent(
        config.identity().path,
        config.made(memory, edge_agent.__version__),
        lamps,
        inbox,
        boot=machine.boot(),
        epoch=lambda: writer.epoch,
        record=writer.record,
        confirm=writer.confirm,
        push=lambda said: server.push(said),  # noqa: PLW0108 - made below, when there is an agent to be asked
        watchdog=Watchdog(),
        loops=lambda: writer.alive() and server.alive(),
        recorded_turns=config.journal.recording_days > 0,
        roles=config.roles,
    )
    server = Server(socket_path(config.journal.path, config.station.name), agent.ask)
    held.callback(server.close)
    agent.begin()
    if (refused := config.path.with_name(f"{config.path.stem}{REFUSED}")).exists():
        inbox.post(Trouble(clock.now_ns(), "configuration", f"the one on the card is refused: {refused} says why"))
    agent.watchdog.ready(f"{config.station.name} is watched")
    for sensor in config.sensors:
        wire = sensor.open(inbox.post, pins)
        held.callback(wire.close)
        agent.wires.add(wire)
    held.callback(lamps.close)  # dark means that nobody is watching: before a slow disk is waited for
    return agent


def recorder(config: Config, journal: Journal, inbox: Inbox[Item]) -> Writer:
    """The journal's writer; what only it can read of the time before the start becomes a station that knows it."""

    def again(kept: Kept, present: Memory) -> tuple[Station | None, str]:
        writer.release()
        try:
            earlier = recall.understood(kept, clock.now_ns(), clock.wall_ns())
        except UNDECODABLE as error:
            return None, f"{UNREADABLE}: {error}"
        station = config.made(recall.joined(earlier, present), edge_agent.__version__)
        return station, "calls open before the start are known again"

    writer = Writer(
        journal,
        lambda seq, depth: inbox.post(Recorded(seq, depth)),
        inbox.post,
        lambda kept: inbox.post(recall.Remembered(partial(again, kept))),
    )
    return writer


def remembered(journal: Journal, inbox: Inbox[Item]) -> Memory | None:
    """Open the journal and read what the station knew last; a disk that fails does not keep the lamp from working.

    Raises:
        JournalError: a person must act: another process holds it, or a newer version wrote it.
    """
    try:
        journal.open()
        kept = journal.memory()
    except JournalError:
        journal.close()
        raise
    except (sqlite3.Error, OSError) as error:  # the writer tries again, and says how the journal does
        inbox.post(Trouble(clock.now_ns(), "memory", f"calls open before the start are not known: {error}"))
        return recall.unknown(clock.wall_ns())
    if kept is None:
        return None
    try:
        return recall.understood(kept, clock.now_ns(), clock.wall_ns())
    except UNDECODABLE as error:
        inbox.post(Trouble(clock.now_ns(), "memory", f"{UNREADABLE}: {error}"))
        return recall.unknown(clock.wall_ns())


@contextlib.contextmanager
def stopped_by_signals(inbox: Inbox[Item]) -> Iterator[None]:
    """Let SIGTERM and SIGINT stop the station in good order."""

    def stop(number: int, _: FrameType | None) -> None:
        inbox.post(Stopping(clock.now_ns(), signal.Signals(number).name))

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
