"""Contacts that tell the work on a part from the gap between parts: one level, or a start and an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from edge_agent.observations import CycleEnd, CycleStart, Source
from edge_agent.sensors.contact import Contact, ContactWire, Milliseconds, Pin, Wires
from edge_agent.sensors.wire import Post, Wire

if TYPE_CHECKING:
    from gpiozero.pins import Factory


class GpioCycle(Contact, frozen=True, kw_only=True, tag="gpio_cycle"):
    """Start and end of the work: `pin`, whose signal stands while it works, or `start_pin` and `end_pin`.

    Work that is under way when the agent starts has no `CycleStart`: nobody saw it begin.
    """

    PINS = ("pin", "start_pin", "end_pin")

    pin: Annotated[Pin | None, Meta(description="pin whose signal stands while it works")] = None
    start_pin: Annotated[Pin | None, Meta(description="pin whose signal starts the work; with end_pin")] = None
    end_pin: Annotated[Pin | None, Meta(description="pin whose signal ends the work; with start_pin")] = None
    debounce_ms: Milliseconds = 5.0  # as for gpio_pulse

    def __post_init__(self) -> None:
        """Refuse all but one of the two ways to wire it."""
        super().__post_init__()
        given = (self.pin is not None, self.start_pin is not None, self.end_pin is not None)
        if given not in {(True, False, False), (False, True, True)}:
            message = "give either pin alone, or both start_pin and end_pin"
            raise ValueError(message)
        if self.start_pin is not None and self.start_pin == self.end_pin:
            message = (
                f"start_pin and end_pin are both '{self.start_pin}'; one contact for both is pin = '{self.start_pin}'"
            )
            raise ValueError(message)

    def source(self) -> Source:
        """It sees starts and ends of work."""
        return Source(name=self.name, sees="work")

    def open(self, post: Post, pins: Factory) -> Wire:
        """Hear the contacts; PinError where a pin cannot be had."""

        def started(given: bool, at_ns: int) -> None:
            if given:
                post(CycleStart(at_ns, self.name))

        def ended(given: bool, at_ns: int) -> None:
            if given:
                post(CycleEnd(at_ns, self.name))

        def worked(given: bool, at_ns: int) -> None:
            post(CycleStart(at_ns, self.name) if given else CycleEnd(at_ns, self.name))

        wires = Wires(self.name, post)
        try:
            for pin, changed in ((self.pin, worked), (self.start_pin, started), (self.end_pin, ended)):
                if pin is not None:
                    wires.add(ContactWire(self, pins, pin, self.debounce_ms, changed))
        except OSError:
            wires.close()
            raise
        return wires
