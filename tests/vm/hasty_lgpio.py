"""A pulse sensor on lgpio whose line is claimed right after its chip was opened: deaf, now and then.

lgpio 0.2.2.0 starts a thread with the chip. A line that is claimed before that thread waits is never heard: the wake-up
is lost, reads and writes work, and there is no error. As a program: `LINE-FOLDER` of the simulated chip; a closure, two
looks, a second closure, a look; prints what was posted before the looks, by them, and after.
"""

from __future__ import annotations

import queue
import sys
from pathlib import Path

import lgpio
from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin
from gpiozero.pins.local import LocalPiFactory
from gpiozero.pins.pi import PiPin

from edge_agent import clock
from edge_agent.agent.looks import LOOK_EVERY_NS
from edge_agent.sensors.pulse import GpioPulse
from edge_agent.standard import to_s
from tests.vm.conftest import pause

SENSOR = GpioPulse(name="press", pin="GPIO17", pull="none", active="low")


class HastyFactory(LGPIOFactory):
    """Opens its chip with the first line that wants edges."""

    def __init__(self, chip: int) -> None:
        LocalPiFactory.__init__(self)
        self._handle, self._chip, self.pin_class = None, chip, HastyPin


class HastyPin(LGPIOPin):
    """Claims its line at once."""

    def __init__(self, factory, info) -> None:
        PiPin.__init__(self, factory, info)
        self._pwm = self._bounce = self._callback = None
        self._edges = lgpio.BOTH_EDGES

    def _get_function(self) -> str:
        return "input"

    def _get_pull(self) -> str:
        return "floating"

    def _enable_event_detect(self) -> None:
        if self.factory._handle is None:
            self.factory._handle = lgpio.gpiochip_open(self.factory._chip)
        lgpio.gpio_claim_alert(self.factory._handle, self._number, self._edges, lgpio.SET_PULL_NONE)
        self._callback = lgpio.callback(self.factory._handle, self._number, self._edges, self._call_when_changed)


def main(lines: Path) -> None:
    """One start of a station's sensor, and what came of it."""
    posted: queue.SimpleQueue[object] = queue.SimpleQueue()

    def drive(level: str) -> None:
        (lines / "sim_gpio17" / "pull").write_text(level)

    def told() -> str:
        return ",".join(type(posted.get()).__name__ for _ in range(posted.qsize())) or "nothing"

    drive("pull-up")
    wire = SENSOR.open(posted.put, HastyFactory(int(lines.name.removeprefix("gpiochip"))))
    pause(0.2)
    drive("pull-down")
    pause(0.3)
    said = [told()]
    for _ in range(2):
        wire.look(clock.now_ns())
        pause(to_s(LOOK_EVERY_NS))
    said.append(told())
    for level in ("pull-up", "pull-down"):
        drive(level)
        pause(0.3)
    wire.look(clock.now_ns())
    sys.stdout.write(" ".join([*said, told()]) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
