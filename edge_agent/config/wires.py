"""Every wire of a station: what it is for, the line and terminal it is on, and what its levels mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

from edge_agent import boards
from edge_agent.boards import Wire
from edge_agent.sensors.contact import Contact
from edge_agent.sensors.pulse import GpioPulse
from edge_agent.sensors.wire import Settings

if TYPE_CHECKING:
    from edge_agent.config.station import Config

OTHERS = {"buzzer": "buzzer", "line_stop": "line stop request", "alive": "agent alive"}


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """One wire at its place in the configuration.

    Args:
        name: of the output in `[stack]`, or of the sensor.
        what: the same in words: `red lamp`, `cord: calls help`.
        key: where its pin stands: `("stack", "red")`, `("sensor", 1, "pin")`.
        direction: as the station uses it.
        given: the level at which the lamp is lit, or the signal is given: the cord pulled, the cycle finished.
        pull: of an input, the Pi's own resistor as the agent sets it; of an output, the one in the board's wiring.
        normally_closed: of an input, whether its contact is closed while nobody gives the signal.
        wire: the line, its place on the header and the board's terminal.
    """

    name: str
    what: str
    key: tuple[str | int, ...]
    direction: Literal["input", "output"]
    given: Literal["low", "high"]
    pull: Literal["up", "down", "none"]
    normally_closed: bool = False
    wire: Wire

    @property
    def label(self) -> str:
        """The output or the sensor, and which of its contacts where it has two: `press start`."""
        key = str(self.key[-1])
        return self.name if key in {"pin", self.name} else f"{self.name} {key.removesuffix('_pin')}"

    @property
    def idle(self) -> Literal["low", "high"]:
        """The level while the lamp is dark, or nobody gives the signal."""
        return "high" if self.given == "low" else "low"


def connections(config: Config) -> tuple[Connection, ...]:
    """The outputs of the stack from the top, then the contacts in the order of the file."""
    return (*_outputs(config), *_inputs(config))


def _outputs(config: Config) -> Iterator[Connection]:
    if config.stack is None:
        return
    for name in config.stack.PINS:
        pin = getattr(config.stack, name)
        wire = None if pin is None else boards.wire_of(pin, config.board)
        if wire is not None:
            yield Connection(
                name=name,
                what=OTHERS.get(name, f"{name} lamp"),
                key=("stack", name),
                direction="output",
                given=config.stack.active,
                pull=wire.pull,
                wire=wire,
            )


def _inputs(config: Config) -> Iterator[Connection]:
    for index, sensor in enumerate(config.sensors):
        if not isinstance(sensor, Contact):
            continue
        for key in sensor.PINS:
            pin = getattr(sensor, key)
            wire = None if pin is None else boards.wire_of(pin, config.board)
            if wire is not None:
                yield Connection(
                    name=sensor.name,
                    what=_said(sensor, key),
                    key=("sensor", index, key),
                    direction="input",
                    given="high" if sensor.is_given(True) else "low",
                    pull=sensor.pull,
                    normally_closed=sensor.normally_closed,
                    wire=wire,
                )


def _said(sensor: Settings, key: str) -> str:
    """What a contact says, in words."""
    call, action = getattr(sensor, "call", None), getattr(sensor, "action", None)
    part = {"start_pin": "start of work", "end_pin": "end of work"}.get(key, "at work")
    counted = isinstance(sensor, GpioPulse)
    says = f"calls {call}" if call else f"answers {action}" if action else "a part is done" if counted else part
    return f"{sensor.name}: {says}"
