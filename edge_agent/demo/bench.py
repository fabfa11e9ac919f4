"""A test bench: the real station process on gpiozero's mock pins, wired to its standard input and output.

    python -m edge_agent.demo.bench CONFIG

Each line read, `GPIO17 0`, drives a pin low; each line written, `GPIO23 1 81234567890`, is an output that has
changed and when (ns, CLOCK_MONOTONIC). Lines read before the first empty one set levels before the station looks
at its pins: how the wires stand at power-on. The end of the input stops the station in good order.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin

from edge_agent import clock, config
from edge_agent.agent import assembly
from edge_agent.agent.agent import Agent
from edge_agent.observations import Stopping


class BenchPin(MockPin):  # type: ignore[misc]  # gpiozero ships no types
    """A mock pin that tells when its output changes."""

    def _change_state(self, value: Any) -> Any:
        changed = super()._change_state(value)
        self.states.clear()  # gpiozero keeps every change for its own tests: 100 bytes a blink, for ever
        if changed and self._function == "output":
            tell(self.info.name, bool(value))
        return changed


def tell(name: str, level: bool) -> None:
    """Write one change; to a reader that has gone it is lost."""
    try:
        sys.stdout.write(f"{name} {int(level)} {clock.now_ns()}\n")
        sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        return


def drive(factory: MockFactory, line: str) -> None:
    """Drive one pin as `line` says: `GPIO17 0`."""
    name, level = line.split()
    pin = factory.pin(name)
    if level == "1":
        pin.drive_high()
    else:
        pin.drive_low()


def main(path: Path) -> int:
    """Be the station until the input ends."""
    factory = MockFactory(pin_class=BenchPin)
    for line in iter(sys.stdin.readline, "\n"):
        if not line:
            break
        factory.pin(line.split()[0]).pull = "up"  # a pull that is right already is left alone, and the level with it
        drive(factory, line)

    def ready(agent: Agent) -> None:
        threading.Thread(target=follow, args=(factory, agent), daemon=True).start()

    return assembly.run_station(config.load(path), factory, ready)


def follow(factory: MockFactory, agent: Agent) -> None:
    """Drive pins as long as there is input, then ask the station to stop."""
    for line in sys.stdin:
        drive(factory, line)
    agent.inbox.post(Stopping(clock.now_ns(), "the bench has ended"))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
