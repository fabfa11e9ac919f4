"""What the benchmark holds beside the agent: each switches an output with an input, in a process of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from edge_agent import clock
from edge_agent.andon.legend import SLOW_PERIOD_NS
from edge_agent.standard import to_ns
from tests.bench import peer
from tests.mosquitto import Broker, Subscriber
from tests.vm.chip import Chip
from tests.vm.conftest import WAIT_S, pause
from tests.vm.station import Station
from tests.vm.wires import CORD, YELLOW

MARGIN_NS = 100_000_000  # before yellow goes dark by itself
APART_S = 0.004  # between edges of a line: nearer than a tick they are one
# Between looks at an output: whoever measures goes before all others, and must leave them the processor.
LOOK_S = 0.0003
LOST_S = 15.0  # an edge that has changed nothing by then never will: mqtt-io drops some
TRIES = 10  # to bring an output that has lost an edge back to off
BARE = Path(__file__).with_name("bare.c")
TOPIC_IN, TOPIC_OUT = "peer/input/contact", "peer/output/lamp/set"
PEER_PORT = 1884
COMPLETE = "mqtt-io/complete"


class Switch:
    """An input, the output it switches, and the process between them; `low` where a low level means on."""

    def __init__(
        self, chip: Chip, number_in: int, number_out: int, process: subprocess.Popen[bytes], *, low: bool = False
    ) -> None:
        self.chip, self.number_in, self.process, self._low = chip, number_in, process, low
        self._value = os.open(chip.lines / f"sim_gpio{number_out}" / "value", os.O_RDONLY)

    def measure(self) -> float | None:
        """From just before the edge to the output's change, in microseconds, None where none came; then off again."""
        self.ready()
        began_ns = clock.now_ns()
        self.drive(on=True)
        reached_ns = self.reached(True)
        for _ in range(TRIES):
            pause(APART_S)
            self.off()
            if self.reached(False) is not None:
                pause(APART_S)
                return None if reached_ns is None else (reached_ns - began_ns) / 1000
            self.drive(on=True)
        message = f"the output of {self.process.args!r} does not go off"
        raise TimeoutError(message)

    def ready(self) -> None:
        """Wait until an edge would be answered at once."""

    def off(self) -> None:
        """Drive the input so that the output goes off."""
        self.drive(on=False)

    def drive(self, *, on: bool) -> None:
        """Put the input's level."""
        self.chip.drive(self.number_in, high=on is not self._low)

    def reached(self, on: bool) -> int | None:
        """When the output reads so, in ns; None where it does not."""
        wanted, late_ns = b"1" if on else b"0", clock.now_ns() + to_ns(LOST_S)
        while os.pread(self._value, 1, 0) != wanted:
            if clock.now_ns() > late_ns:
                return None
            pause(LOOK_S)
        return clock.now_ns()


class Cord(Switch):
    """The agent: a pull lights yellow, which blinks, and the second pull withdraws the call."""

    def ready(self) -> None:
        """In its dark half yellow stays dark by rule."""
        phase_ns = clock.now_ns() % SLOW_PERIOD_NS
        if phase_ns > SLOW_PERIOD_NS // 2 - MARGIN_NS:
            pause((SLOW_PERIOD_NS - phase_ns) / clock.NS_PER_S)

    def off(self) -> None:
        """Let go, and pull again."""
        for on in (False, True, False):
            self.drive(on=on)
            pause(APART_S)


def cord(station: Station) -> Switch:
    """The agent's."""
    return Cord(station.chip, CORD, YELLOW, station.process)


def found(chip: Chip, made: Path, folder: Path) -> dict[str, contextlib.AbstractContextManager[Switch]]:
    """All that can be had here, not started yet.

    Args:
        made: the folder of `prepared`; without mqtt-io in it that is left out, as lgpio is where there is only a stub.
        folder: where they may write.
    """
    switch = [sys.executable, "-m", "tests.vm.switch"]
    all_of_them = {
        "bare": program(chip, [str(made / "bare"), chip.path], 7, 8),
        "python": program(chip, [*switch, "bare", chip.path], 5, 6),
        "gpiod": program(chip, [*switch, "gpiod", chip.path], 13, 19),
        "lgpio": program(chip, [*switch, "lgpio", chip.path], 20, 21),
        "mqtt-io": mqtt_io(chip, made, folder),
    }
    if sys.version_info >= (3, 13):
        del all_of_them["lgpio"]
    if not (made / COMPLETE).exists():
        del all_of_them["mqtt-io"]
    return all_of_them


@contextlib.contextmanager
def program(chip: Chip, words: list[str], number_in: int, number_out: int) -> Iterator[Switch]:
    """A program that takes the numbers as its last words and says when it is ready."""
    chip.drive(number_in, high=False)
    with subprocess.Popen([*words, str(number_in), str(number_out)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield Switch(chip, number_in, number_out, process)
        finally:
            process.kill()


@contextlib.contextmanager
def mqtt_io(chip: Chip, made: Path, folder: Path) -> Iterator[Switch]:
    """mqtt-io has no rule of its own: it publishes its input, and a subscriber beside the broker orders its output."""
    contact, lamp = 26, 18
    chip.drive(contact, high=True)  # its contacts close to ground
    settings = folder / "mqtt-io.yml"
    settings.write_text(
        f"mqtt: {{host: 127.0.0.1, port: {PEER_PORT}, topic_prefix: peer, keepalive: 6000}}\n"
        "gpio_modules: [{name: pins, module: gpiozero}]\n"
        f"digital_inputs: [{{name: contact, module: pins, pin: {contact}, pullup: true, interrupt: both}}]\n"
        f"digital_outputs: [{{name: lamp, module: pins, pin: {lamp}}}]\n",
        encoding="utf-8",
    )
    with contextlib.ExitStack() as held:
        broker = Broker(folder, PEER_PORT)
        broker.start()
        held.callback(broker.stop, signal.SIGKILL)
        rule = [sys.executable, "-m", "tests.vm.switch", "rule", str(PEER_PORT), TOPIC_IN, TOPIC_OUT]
        ready = held.enter_context(subprocess.Popen(rule, stdout=subprocess.PIPE))
        held.callback(ready.kill)
        assert ready.stdout is not None
        ready.stdout.readline()
        heard = Subscriber(PEER_PORT, "peer/status")
        held.callback(heard.close)
        environment = {**os.environ, "GPIOZERO_PIN_FACTORY": "lgpio", "LG_WD": str(folder)}
        log = held.enter_context((folder / "mqtt-io.log").open("wb"))
        words = [str(made / "mqtt-io/bin/python"), "-m", "mqtt_io", str(settings)]
        process = held.enter_context(subprocess.Popen(words, env=environment, stdout=log, stderr=log, cwd=folder))
        held.callback(process.kill)
        while heard.messages.get(timeout=WAIT_S).payload != b"running":
            pass
        yield Switch(chip, contact, lamp, process, low=True)


def prepared(folder: Path) -> list[str]:
    """Make outside the guest what cannot be made in it; what is missing in the end, and why."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["gcc", "-O2", "-o", folder / "bare", BARE], check=True)
    if (folder / COMPLETE).exists():
        return []
    found = peer.install(folder / "mqtt-io", "lgpio==0.2.2.0")
    if isinstance(found, str):
        return [found]
    (folder / COMPLETE).touch()
    return []
