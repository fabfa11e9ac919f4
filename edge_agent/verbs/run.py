"""`edge-agent run`: both processes of a station, for a bench or a demonstration; systemd has a unit for each."""

from __future__ import annotations

import argparse
import os
import queue
import signal
import subprocess
import sys
import threading
from types import FrameType

import msgspec

from edge_agent import clock, log
from edge_agent.standard import to_ns, to_s
from edge_agent.verbs.arguments import Subparsers, add_verb, loaded

GRACE_S = 10.0  # both end within a second or two; a card that stalls takes longer
RESTART_S = (1.0, 2.0, 5.0, 10.0)  # between restarts of the uplink; the last one goes on
STEADY_S = 60.0  # an uplink that lived this long begins with the first pause again
KILLED = 128  # exit code of a process ended by signal n, as shells have it: 128 + n


class Ended(msgspec.Struct, frozen=True):
    """A child has ended."""

    child: Child
    code: int


class Asked(msgspec.Struct, frozen=True):
    """We were asked to stop."""

    number: int


class Child:
    """One of the two processes, and the thread that waits for its end."""

    def __init__(self, verb: str, path: str, told: queue.SimpleQueue[Ended | Asked]) -> None:
        self.verb = verb
        # On a leash, for an end of ours that we cannot pass on; nobody but us holds the other end.
        end, held = os.pipe()
        # A session of its own: Ctrl-C reaches us alone, and we pass it on in order.
        self.process = subprocess.Popen(  # noqa: S603 - our own verbs
            command(verb, path, end), start_new_session=True, pass_fds=(end,)
        )
        os.close(end)
        self.thread = threading.Thread(target=self._wait, args=(told, held), daemon=True)
        self.thread.start()

    def stop(self) -> int:
        """End it in good order, or by force when it does not; returns its exit code."""
        self.process.terminate()
        self.thread.join(GRACE_S)
        if self.thread.is_alive():
            self.process.kill()
            self.thread.join()
        return exit_code(self.process.returncode)

    def _wait(self, told: queue.SimpleQueue[Ended | Asked], held: int) -> None:
        code = self.process.wait()
        os.close(held)
        told.put(Ended(self, code))


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "run",
        "run the station and its uplink",
        "Start the station process and the uplink process, pass signals on, start the uplink again when it ends. "
        "Ends with the station's exit code.",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Supervise both until asked to stop or the station ends."""
    config = loaded(arguments)
    log.configure("run", config.station.name)
    told: queue.SimpleQueue[Ended | Asked] = queue.SimpleQueue()

    def ask(number: int, _: FrameType | None) -> None:
        told.put(Asked(number))

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    return supervise(str(config.path), told, uplink=config.mqtt is not None)


def supervise(path: str, told: queue.SimpleQueue[Ended | Asked], *, uplink: bool) -> int:
    """Keep the uplink alive beside the station; returns the station's exit code."""
    station = Child("station", path, told)
    sender = Child("uplink", path, told) if uplink else None
    began_ns, ends, due_ns = clock.now_ns(), 0, None
    while True:
        try:
            said = told.get(timeout=None if due_ns is None else max(0.0, to_s(due_ns - clock.now_ns())))
        except queue.Empty:
            sender, began_ns, due_ns = Child("uplink", path, told), clock.now_ns(), None
            continue
        if isinstance(said, Asked) or said.child is station:
            if sender is not None and due_ns is None:
                sender.stop()
            return station.stop() if isinstance(said, Asked) else exit_code(said.code)
        ends = 0 if clock.now_ns() - began_ns > to_ns(STEADY_S) else ends
        pause_s = RESTART_S[min(ends, len(RESTART_S) - 1)]
        log.get("run").warning("the uplink has ended and is started again", code=said.code, pause_s=pause_s)
        ends, due_ns = ends + 1, clock.now_ns() + to_ns(pause_s)


def command(verb: str, path: str, leash: int) -> list[str]:
    """How a child is started: with this interpreter, whatever the shell would find."""
    return [sys.executable, "-m", "edge_agent", verb, "--leash", str(leash), path]


def exit_code(returned: int) -> int:
    """A child's return code as an exit code."""
    return KILLED - returned if returned < 0 else returned
