"""The demo itself: starts the real processes, plays the press to them, and shows what comes out.

One loop decides: it takes what the children, the subscriber and the user say from one inbox, plays the next act
when its time has come, and draws. Everything it has started is ended again, in the order in which the last
event still reaches the subscriber.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from edge_agent import clock, config
from edge_agent.demo import broker, station_file
from edge_agent.demo.child import Child
from edge_agent.demo.faces import Face
from edge_agent.demo.faults import DemoError
from edge_agent.demo.gauge import Gauge
from edge_agent.demo.inbox import Asked, Ended, Inbox, Level, Listening, Message, Said
from edge_agent.demo.press import Act, script
from edge_agent.demo.subscriber import Subscriber
from edge_agent.events import AgentStopping, CallRaised
from edge_agent.signals.payloads import CloudEvent, Snapshot
from edge_agent.standard import to_ns, to_s

START_S = 90.0  # for broker, station and uplink to start: 2 s on an idle machine, a minute on an emulated one
LAST_S = 0.7  # at the end of the play, for the last events to arrive
FAREWELL_S = 3.0  # for the station's last event to reach the subscriber
REDRAW_S = 0.25  # the clock on the screen counts seconds
OUTPUT_OF = {pin: name for name, pin in {**station_file.OUTPUTS, "buzzer": station_file.BUZZER}.items()}

EVENT = msgspec.json.Decoder(CloudEvent)
SNAPSHOT = msgspec.json.Decoder(Snapshot)


class StopAskedError(Exception):
    """The user has seen enough."""


class Show:
    """One demo, from the first process to the last; `lines` sums it up afterwards.

    Args:
        folder: holds the configuration, the journal and the sockets; empty.
        seed, speed: of the press; all its times are divided by `speed`.
        length_s: how long the press works.
    """

    def __init__(self, folder: Path, face: Face, inbox: Inbox, *, seed: int, speed: float, length_s: float) -> None:
        self.folder = folder
        self.face = face
        self.inbox = inbox
        self.speed = speed
        self.length_s = length_s
        self.acts = script(seed, max(0.0, length_s - LAST_S) * speed)
        self.cycles = self.calls = 0
        self.events = self.missing = self.last = 0
        self.listening = self.watching = self.reached = self.stopped = False
        self.began_ns: int | None = None
        self.ending: set[str] = set()
        self.event_topic = ""

    def run(self) -> None:
        """Start everything, play, and end everything.

        Raises:
            DemoError: something that must run does not; everything else is ended all the same.
            StopAskedError: the user asked before there was anything to see.
        """
        with contextlib.ExitStack() as held:
            port = broker.free_port()
            path = station_file.write(self.folder, port, self.speed)
            names = config.load(path).identity()
            self.event_topic = names.topic("event")
            self._start(held, "broker", broker.command(self.folder, port))
            gauge = Gauge(station_file.gauge_link(self.folder))
            held.callback(gauge.unplug)
            station = self._start(held, "station", module("bench", path), on_line=self._level)
            station.say(station_file.AT_REST + "\n")
            subscriber = Subscriber(port, (self.event_topic, names.topic("state")), self.inbox)
            held.callback(subscriber.close)
            self._until(lambda: self.listening, START_S, "the broker does not take a subscription")
            self._start(held, "uplink", leashed("uplink", path))
            with contextlib.suppress(StopAskedError):
                self._until(lambda: self.watching, START_S, "the station does not test its lamps")
                self._until(lambda: self.reached, START_S, "the uplink does not reach the broker")
                self._play(station, gauge)
            self._say_farewell(station)

    def lines(self) -> list[str]:
        """What it came to."""
        counted = f"{self.cycles} cycles, {self.calls} calls"
        received = f"{self.events} events received, {f'{self.missing} MISSING' if self.missing else 'none missing'}"
        if lost := self.inbox.dropped.total():
            received += f"; the demo itself was too slow for {lost} messages"
        return [counted, received, "next: edge-agent init"]

    def _start(
        self,
        held: contextlib.ExitStack,
        name: str,
        command: list[str],
        on_line: Callable[[str], None] | None = None,
    ) -> Child:
        by_signal = command[0] != sys.executable  # what is not ours has no leash
        child = Child(name, command, self.inbox.post, environment(self.folder), on_line=on_line, by_signal=by_signal)
        held.callback(self._stop, child)
        return child

    def _stop(self, child: Child) -> None:
        self.ending.add(child.name)
        child.stop()

    # -- the play ------------------------------------------------------------------------------------------

    def _play(self, station: Child, gauge: Gauge) -> None:
        """Let the press work for `length_s`; an act that comes late moves those after it, and the end stays."""
        now_ns = self.began_ns = clock.now_ns()
        end_ns = now_ns + to_ns(self.length_s)
        for act in self.acts:
            due_ns = now_ns + to_ns(act.after_s / self.speed)
            if due_ns > end_ns:
                break
            self._wait(due_ns)
            self._do(act, station, gauge)
            now_ns = clock.now_ns()
        self._wait(end_ns)

    def _wait(self, until_ns: int) -> None:
        """Take what is said, and draw, until then."""
        while (left_ns := until_ns - clock.now_ns()) > 0:
            self._take(min(to_s(left_ns), REDRAW_S))

    def _do(self, act: Act, station: Child, gauge: Gauge) -> None:
        if act.says:
            self.face.press(act.says)
        match act.does:
            case "measure":
                gauge.measure(act.value)
            case "plug":
                gauge.plug()
            case "unplug":
                gauge.unplug()
            case "wait":
                pass
            case _:
                self.cycles += act.does == "end"
                station.say(station_file.CONTACTS[act.does])

    def _say_farewell(self, station: Child) -> None:
        """End the station first, and hear its last event, if any was heard."""
        self.face.press("The press has stopped; the station says goodbye.")
        self._stop(station)
        with contextlib.suppress(StopAskedError):
            self._until(lambda: self.stopped or not self.reached, FAREWELL_S, "")

    # -- what is said --------------------------------------------------------------------------------------

    def _level(self, line: str) -> None:
        """Post a line of the station's pins."""
        pin, level, _ = line.split()
        self.inbox.post(Level(pin, level == "1"))

    def _until(self, holds: Callable[[], bool], patience_s: float, otherwise: str) -> None:
        """Take what is said until something holds; after `patience_s`, DemoError, or nothing without a reason."""
        end_ns = clock.now_ns() + to_ns(patience_s)
        while not holds():
            if clock.now_ns() > end_ns:
                if otherwise:
                    message = f"{otherwise} within {patience_s:.0f} s; is this machine very busy?"
                    raise DemoError(message)
                return
            self._take(REDRAW_S)

    def _take(self, timeout_s: float) -> None:
        """Take everything that is said, waiting for the first, and draw."""
        said = self.inbox.take(timeout_s)
        while said is not None:
            self._heed(said)
            said = self.inbox.take(0)
        elapsed_ns = 0 if self.began_ns is None else clock.now_ns() - self.began_ns
        self.face.draw(to_s(elapsed_ns))

    def _heed(self, said: Said) -> None:
        match said:
            case Level():
                self.watching = self.watching or said.on
                if said.pin in OUTPUT_OF:
                    self.face.output(OUTPUT_OF[said.pin], said.on)
            case Message():
                self._receive(said)
            case Listening():
                self.listening = True
            case Ended() if said.name not in self.ending:
                last = "".join(f"\n  {line}" for line in said.said)
                message = f"the {said.name} has ended by itself, with exit code {said.code}{last}"
                raise DemoError(message)
            case Asked():
                raise StopAskedError
            case Ended():
                pass

    def _receive(self, message: Message) -> None:
        self.reached = True  # the uplink says the station's state as soon as it is connected
        if message.topic != self.event_topic:
            state = SNAPSHOT.decode(message.payload).state
            if state is not None:
                self.face.state(state)
            return
        event = EVENT.decode(message.payload)
        self._count(int(event.sequence))
        self.calls += event.type == CallRaised.TYPE
        self.stopped = self.stopped or event.type == AgentStopping.TYPE
        self.face.event(message.payload, event)

    def _count(self, sequence: int) -> None:
        """Count an event; numbers begin with 1 and have no holes, and a second copy of one is no new event."""
        if sequence > self.last:
            self.events += 1
            self.missing += sequence - self.last - 1
            self.last = sequence


def module(name: str, path: Path) -> list[str]:
    """The command that is one of the demo's modules, with a configuration."""
    return [sys.executable, "-m", f"edge_agent.demo.{name}", str(path)]


def leashed(verb: str, path: Path) -> list[str]:
    """The command that is a verb of the agent, ending with its standard input."""
    return [sys.executable, "-m", "edge_agent", verb, "--leash", "0", str(path)]


def environment(folder: Path) -> dict[str, str]:
    """What the children see: the control socket is in the demo's folder, and no service is told of them."""
    kept = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
    return kept | {"RUNTIME_DIRECTORY": str(folder)}
