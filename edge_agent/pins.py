"""The door to the pins: one factory for the station, lines in with the driver's edge times, lines out.

gpiozero's *pins* are used, not its devices: a device starts threads and judges bounce by itself, a pin hands
over every edge with its time stamp. Which driver is behind them is the choice of `gpio/choice.py`, or that of
`GPIOZERO_PIN_FACTORY`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from edge_agent import clock
from edge_agent.gpio import choice

if TYPE_CHECKING:
    from gpiozero.pins import Factory

Resistor = Literal["up", "down", "none"]
OnEdge = Callable[[bool, int], None]
"""Told the level after the edge and its instant in ns of CLOCK_MONOTONIC, in the driver's thread."""

CHOSEN_BY = "GPIOZERO_PIN_FACTORY"
OTHER_CLOCK_S = 1.0  # monotonic stamps differ from now by microseconds, any other clock by hours
REMEDY = (
    "install the pin access of a Raspberry Pi (`pip install 'andon-edge-agent[gpio]'`), let this user into the group "
    f"gpio, or set {CHOSEN_BY}=mock to try without pins"
)


class PinError(OSError):
    """Pins cannot be had as asked; the message names the pin and the remedy."""


def open_pins(consumer: str = "edge-agent") -> Factory:
    """Open the machine's pins, once for the whole process.

    Args:
        consumer: who holds the lines, for whoever finds one taken.

    Raises:
        PinError: where no driver works here, or one whose edge times are not those of CLOCK_MONOTONIC.
    """
    from gpiozero.devices import Device  # here, not above: a process without pins does without its 8 MB

    try:
        if Device.pin_factory is None and CHOSEN_BY not in os.environ:
            Device.pin_factory = choice.open_driver(consumer)
        elif os.environ.get(CHOSEN_BY) == "lgpio":
            choice.imported_lgpio()  # a stub is told as what it is, and the working folder is kept
        Device.ensure_pin_factory()
    except Exception as error:
        message = f"no access to pins: {error}; {REMEDY}"
        raise PinError(message) from error
    factory = Device.pin_factory
    if abs(factory.ticks() - clock.now_ns() / clock.NS_PER_S) > OTHER_CLOCK_S:
        driver = type(factory).__name__
        message = f"{driver} does not stamp edges with this machine's monotonic clock; leave {CHOSEN_BY} out"
        raise PinError(message)
    return factory


class InputLine:
    """One input; `on_edge` hears every edge, bounce and all, until `close`.

    Args:
        factory: from `open_pins`.
        name: the pin, `GPIO17` or `BOARD11`.
        pull: the Pi's own resistor; `none` where the wiring has one.
        on_edge: called in the driver's thread; must be quick and must not raise.

    Raises:
        PinError: the pin is unknown, in use, or cannot be pulled that way.
    """

    def __init__(self, factory: Factory, name: str, *, pull: Resistor, on_edge: OnEdge) -> None:
        self._on_edge, self._name = on_edge, name
        self._pin = _reserve(factory, name, self)
        with _named(name, self):
            _set_where_different(self._pin, "function", "input")
            _set_where_different(self._pin, "pull", "floating" if pull == "none" else pull)
            self._pin.edges = "both"
            self._pin.when_changed = self._changed  # kept weakly by gpiozero: it lives as long as this line

    @property
    def level(self) -> bool:
        """The level now; True is high. PinError where it cannot be read."""
        with _named(self._name):
            return bool(self._pin.state)

    @property
    def lost(self) -> int:
        """How many edges came faster than they could be read, as far as the driver counts them."""
        return int(getattr(self._pin, "lost", 0))

    def listen_again(self) -> None:
        """Ask the driver anew for edges, where none comes; an edge within this moment is missed."""
        with _named(self._name):
            self._pin.when_changed = None
            self._pin.when_changed = self._changed

    def close(self) -> None:
        """Hear no more edges and let go of the pin."""
        self._pin.when_changed = None
        _release(self._pin, self)

    def _changed(self, ticks: float, state: float) -> None:
        self._on_edge(bool(state), round(ticks * clock.NS_PER_S))

    def _conflicts_with(self, other: object) -> bool:
        return other is not self  # gpiozero asks before it gives one pin to two


class OutputLine:
    """One output.

    Args:
        factory: from `open_pins`.
        name: the pin, `GPIO23` or `BOARD16`.
        initial: the level that means off: written at once, and again at `close`.

    Raises:
        PinError: the pin is unknown or in use.
    """

    def __init__(self, factory: Factory, name: str, *, initial: bool) -> None:
        self._off = initial
        self._pin = _reserve(factory, name, self)
        with _named(name, self):
            self._pin.output_with_state(initial)  # the level is set with the direction: no flash at start

    def write(self, level: bool) -> None:
        """Drive the pin; every call writes, so that a disturbed output heals."""
        self._pin.state = level

    def close(self) -> None:
        """Switch off and let go of the pin.

        A released pin is an input and floats: the wiring's own resistor must hold the lamp off.
        """
        try:
            self._pin.state = self._off
        finally:
            _release(self._pin, self)

    def _conflicts_with(self, other: object) -> bool:
        return other is not self


Line = InputLine | OutputLine


def _reserve(factory: Factory, name: str, line: Line) -> Any:
    """The driver's pin called `name`, now used by `line` alone."""
    with _named(name):
        factory.reserve_pins(line, name)
        try:
            return factory.pin(name)
        except BaseException:
            factory.release_all(line)
            raise


def _release(pin: Any, line: Line) -> None:
    pin.close()
    pin.factory.release_pins(line, pin.info.name)


def _set_where_different(pin: Any, part: str, value: str) -> None:
    """Change nothing that is right already: claiming a line anew may disturb its level."""
    if getattr(pin, part) != value:
        setattr(pin, part, value)


@contextmanager
def _named(name: str, line: Line | None = None) -> Iterator[None]:
    """Turn a driver's complaint into one that names the pin and the remedy, and release what `line` had."""
    try:
        yield
    except Exception as error:  # lgpio's own error is a bare Exception
        if line is not None:
            _release(line._pin, line)  # noqa: SLF001 - this file's own class
        message = f"pin {name!r}: {_remedy(error)}"
        raise PinError(message) from error


def _remedy(error: Exception) -> str:
    from gpiozero.exc import GPIOPinInUse, PinFixedPull, PinInvalidPin

    if isinstance(error, PinInvalidPin):
        return "no such pin on this board; write it like 'GPIO17' or 'BOARD11'"
    if isinstance(error, GPIOPinInUse):
        return "already used by another sensor or lamp of this station; give each its own pin"
    if isinstance(error, PinFixedPull):
        return f"{error}; GPIO2 and GPIO3 have fixed pull-ups, choose another pin or pull = 'up'"
    if isinstance(error, OSError) and error.errno == errno.EBUSY:
        return f"{error.strerror}, on this machine: stop that program or choose another pin"
    return f"{error}; another program may hold it: stop that program or choose another pin"
