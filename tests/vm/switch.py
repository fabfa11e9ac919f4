"""One process that switches an output with an input, as a peer of the benchmark does: `KIND CHIP INPUT OUTPUT`.

Or `rule PORT INPUT-TOPIC OUTPUT-TOPIC`: the subscriber that orders at a broker what mqtt-io does not decide.
"""

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


def rule(port: int, topic_in: str, topic_out: str) -> None:
    """Each message of the one topic goes to the other."""
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    client = Client(CallbackAPIVersion.VERSION2)
    client.on_connect = lambda client, *_: client.subscribe(topic_in, 1)
    client.on_subscribe = lambda *_: ready()
    client.on_message = lambda client, _, message: client.publish(topic_out, message.payload, 1)
    client.connect("127.0.0.1", port)
    client.loop_forever()


def ready() -> None:
    """Say that edges are heard from now on."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    kind, where, one, other = sys.argv[1:]
    if kind == "rule":
        rule(int(where), one, other)
    elif kind == "bare":
        bare(where, int(one), int(other))
    else:
        gpiozero(kind, where, int(one), int(other))
