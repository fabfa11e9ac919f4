"""A contact that closes once for each finished cycle: a limit switch, a cycle relay, a part counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.observations import CycleEnd, Source
from edge_agent.sensors.contact import Contact, ContactWire, Milliseconds, Pin, Wires
from edge_agent.sensors.wire import Post, Wire

if TYPE_CHECKING:
    from gpiozero.pins import Factory


class GpioPulse(Contact, frozen=True, kw_only=True, tag="gpio_pulse"):
    """One closure of a contact for each finished cycle; its release says nothing."""

    PINS = ("pin",)

    pin: Pin
    debounce_ms: Milliseconds = 5.0  # limit switches bounce for 1 to 5 ms; a proximity sensor needs 0 to 2

    def source(self) -> Source:
        """It sees finished cycles."""
        return Source(name=self.name, sees="cycle")

    def open(self, post: Post, pins: Factory) -> Wire:
        """Hear the contact; PinError where the pin cannot be had."""

        def changed(given: bool, at_ns: int) -> None:
            if given:
                post(CycleEnd(at_ns, self.name))

        wires = Wires(self.name, post)
        wires.add(ContactWire(self, pins, self.pin, self.debounce_ms, changed))
        return wires
