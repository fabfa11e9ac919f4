"""One process that switches an output with an input, as a peer of the benchmark does: `KIND CHIP INPUT OUTPUT`."""

from __future__ import annotations

import signal
import sys

import gpiod
from gpiod.line import Direction, Edge, Value


def bare(path: str, number_in: int, number_out: int) -> None:
    """The least there can be in Python: one loop over gpiod."""
    wanted = gpiod.LineSettings(direction=Direction.INPUT, edge_detection=Edge.BOTH)
    rising = gpiod.EdgeEvent.Type.RISING_EDGE
    lamp = gpiod.request_lines(path, config={number_out: gpiod.LineSettings(direction=Direction.OUTPUT)})
    with gpiod.request_lines(path, config={number_in: wanted}) as contact:
        ready()
        while True:
            for edge in contact.read_edge_events():
                lamp.set_value(number_out, Value.ACTIVE if edge.event_type is rising else Value.INACTIVE)


def gpiozero(driver: str, path: str, number_in: int, number_out: int) -> None:
    """A button that calls an LED, in gpiozero."""
    from gpiozero import LED, Button

    if driver == "lgpio":
        from gpiozero.pins.lgpio import LGPIOFactory

        pins = LGPIOFactory(chip=int(path.removeprefix("/dev/gpiochip")))
    else:
        from edge_agent.gpio.factory import GPIODFactory

        pins = GPIODFactory(chip=path)
    button, led = (
        Button(number_in, pull_up=None, active_state=True, pin_factory=pins),
        LED(number_out, pin_factory=pins),
    )
    button.when_pressed, button.when_released = led.on, led.off
    ready()
    signal.pause()


def ready() -> None:
    """Say that edges are heard from now on."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    kind, *where = sys.argv[1:]
    wired = (where[0], int(where[1]), int(where[2]))
    if kind == "bare":
        bare(*wired)
    else:
        gpiozero(kind, *wired)
