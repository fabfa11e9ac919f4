"""People's contacts: the cord and the call buttons, and the buttons that answer a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from edge_agent import clock
from edge_agent.observations import Acknowledge, Arrive, CallKind, Pull, Released, Restore, Source
from edge_agent.sensors.contact import Contact, ContactWire, Milliseconds, Pin, Wires
from edge_agent.sensors.wire import Post, Wire

if TYPE_CHECKING:
    from gpiozero.pins import Factory

ACTIONS: dict[str, type[Acknowledge | Arrive | Restore]] = {
    "acknowledge": Acknowledge,
    "arrive": Arrive,
    "restore": Restore,
}


class GpioButton(Contact, frozen=True, kw_only=True, tag="gpio_button"):
    """A cord or a button: it calls (`call`) or answers (`action`), once each time its signal is given.

    Wire a cord normally closed: pulled, cut and unpowered then all read as a call. A call that stands when
    the agent starts is made at once; an answer that stands then is a stuck button and is not given. A cord
    that stays pulled when its call is over is told as lost, because it can call nobody.
    """

    PINS = ("pin",)

    pin: Pin
    debounce_ms: Milliseconds = (
        30.0  # cords and their switches bounce for up to 30 ms; a person needs 100 ms to pull twice
    )
    call: Annotated[CallKind | None, Meta(description="what is called; this or action")] = None
    action: Annotated[
        Literal["acknowledge", "arrive", "restore"] | None, Meta(description="what is answered; this or call")
    ] = None

    latching: Annotated[bool, Meta(description="a cord that stays pulled until pushed back, its second pull")] = False

    def __post_init__(self) -> None:
        """Refuse a button that does nothing, or two things, and an answer that would stay given."""
        super().__post_init__()
        if self.latching and self.action is not None:
            message = "latching is for a cord; a button that answers comes back by itself, leave latching out"
            raise ValueError(message)
        if (self.call is None) == (self.action is None):
            message = (
                "give exactly one of call = 'help' (or another call) and action = 'acknowledge', 'arrive' or 'restore'"
            )
            raise ValueError(message)

    def source(self) -> Source:
        """It hears people."""
        return Source(name=self.name, sees="call", latching=self.latching)

    def open(self, post: Post, pins: Factory) -> Wire:
        """Hear the contact; PinError where the pin cannot be had."""

        def changed(given: bool, at_ns: int) -> None:
            if given:
                post(self._said(at_ns))
            elif self.call is not None:
                post(Released(at_ns, self.name))

        wire = ContactWire(self, pins, self.pin, self.debounce_ms, changed)
        if wire.given and self.call is not None:
            post(Pull(clock.now_ns(), self.name, self.call, standing=True))
        wires = Wires(self.name, post)
        wires.add(wire)
        return wires

    def _said(self, at_ns: int) -> Pull | Acknowledge | Arrive | Restore:
        if self.call is not None:
            return Pull(at_ns, self.name, self.call)
        return ACTIONS[str(self.action)](at_ns)
