"""What all contacts share: how they are wired, a wire that hears debounced changes of one pin, and whether it hears."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from edge_agent.observations import Gone, Returned
from edge_agent.observations.raw import Contact as Standing
from edge_agent.observations.raw import RawEdge
from edge_agent.pins import InputLine, PinError, Resistor
from edge_agent.sensors.debounce import Debounce
from edge_agent.sensors.hearing import DEAF, Hearing
from edge_agent.sensors.tap import Tap
from edge_agent.sensors.wire import Post, Settings

if TYPE_CHECKING:
    from gpiozero.pins import Factory

Pin = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9:]{1,16}$", description="pin of the contact, like GPIO17 or BOARD11, or a board's terminal"
    ),
]
Milliseconds = Annotated[float, Meta(ge=0, le=1000, description="how long the contact may bounce")]
NS_PER_MS = 1_000_000

OnChange = Callable[[bool, int], None]
"""Told whether the signal is given (True) or over, and the instant in ns, in the driver's thread."""


class Contact(Settings, frozen=True, kw_only=True):
    """A contact on a pin. It is *closed* when it reads low with pull `up`, high with pull `down`.

    With pull `none`, or behind an input board that inverts, `active` says what a closed contact reads. The
    signal is *given* when the contact closes, or when it opens with `normally_closed`.
    """

    pull: Annotated[Resistor, Meta(description="the Pi's own resistor; none where the wiring has one")] = "up"
    active: Annotated[
        Literal["low", "high"] | None,
        Meta(description="what a closed contact reads; left out: low with pull up, high with pull down"),
    ] = None
    normally_closed: Annotated[bool, Meta(description="the signal is the opening of the contact")] = False

    def __post_init__(self) -> None:
        """Refuse a wiring that does not say what closed reads."""
        if self.pull == "none" and self.active is None:
            message = (
                "pull = 'none' needs active = 'low' or active = 'high': what the pin reads when the contact is closed"
            )
            raise ValueError(message)

    def is_given(self, level: bool) -> bool:
        """Whether the signal is given at this level of the pin."""
        closed_reads_high = self.active == "high" if self.active is not None else self.pull == "down"
        return (level == closed_reads_high) != self.normally_closed


class ContactWire:
    """One contact at work.

    Args:
        settings: how it is wired.
        pin, debounce_ms: which pin, and how long it bounces.
        on_change: must be quick and must not raise.

    `given` says whether the signal was given already when it was opened: a level, no edge.
    """

    def __init__(
        self,
        settings: Contact,
        factory: Factory,
        pin: str,
        debounce_ms: float,
        on_change: OnChange,
    ) -> None:
        self._settings = settings
        self._on_change = on_change
        self._pin = pin
        self.tap: Tap | None = None  # who tests the wire and hears every edge
        self._lock = Lock()  # an edge that comes before the first level is known waits here, for microseconds
        with self._lock:
            self._line = InputLine(factory, pin, pull=settings.pull, on_edge=self._edge)
            level = self._line.level
            self.given = settings.is_given(level)
            self._debounce = Debounce(round(debounce_ms * NS_PER_MS), level=level)
            self._hearing = Hearing(level=level)

    def close(self) -> None:
        """Hear no more edges and let go of the pin."""
        self._line.close()

    def look(self, now_ns: int) -> str | None:
        """Tell a change that no edge has told; why the line cannot be relied on, None where it can.

        A release within the bounce of its pull has no edge of its own. A line that is deaf has none at all: its level
        is then taken for one, late and once a look, so that a cord that is held still calls.
        """
        try:
            with self._lock:
                level = self._line.level
                why = self._hearing.look(level=level, lost=self._line.lost)
                changes = self._debounce.edge(level, now_ns) if why is DEAF else self._debounce.settle(level, now_ns)
            if why is DEAF:
                self._line.listen_again()
        except PinError as error:
            return str(error)
        self._tell(changes)
        return why

    def standing(self) -> Standing:
        """How the contact stands now."""
        try:
            given = self._settings.is_given(self._line.level)
        except PinError as error:
            return Standing(sensor=self._settings.name, pin=self._pin, given=None, why=str(error))
        return Standing(sensor=self._settings.name, pin=self._pin, given=given)

    def _edge(self, level: bool, at_ns: int) -> None:
        if (tap := self.tap) is not None:
            given = self._settings.is_given(level)
            tap.take(RawEdge(at_ns, sensor=self._settings.name, pin=self._pin, given=given))
        with self._lock:
            self._hearing.edge(level)
            changes = self._debounce.edge(level, at_ns)
        self._tell(changes)

    def _tell(self, changes: list[tuple[bool, int]]) -> None:
        for changed, changed_ns in changes:
            self._on_change(self._settings.is_given(changed), changed_ns)


class Wires:
    """The contacts of one sensor: looked at and closed together; what one cannot tell, the sensor cannot.

    Args:
        sensor: its name.
        post: where `Gone` and `Returned` go, once for each loss.
    """

    def __init__(self, sensor: str, post: Post) -> None:
        self._sensor, self._post = sensor, post
        self._wires: list[ContactWire] = []  # as many as a sensor has pins: two at most
        self._lost = False

    def add(self, wire: ContactWire) -> None:
        """Take one more under its care."""
        self._wires.append(wire)

    def look(self, now_ns: int) -> None:
        """Look at all."""
        lost = [why for wire in self._wires if (why := wire.look(now_ns)) is not None]
        if lost and not self._lost:
            self._post(Gone(now_ns, self._sensor, lost[0]))
        elif self._lost and not lost:
            self._post(Returned(now_ns, self._sensor))
        self._lost = bool(lost)

    def listen(self, tap: Tap | None) -> None:
        """Tell `tap` every edge from now on."""
        for wire in self._wires:
            wire.tap = tap

    def contacts(self) -> tuple[Standing, ...]:
        """How all stand now."""
        return tuple(wire.standing() for wire in self._wires)

    def close(self) -> None:
        """Close all."""
        while self._wires:
            self._wires.pop().close()
