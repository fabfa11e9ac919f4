"""The door to the pins: one factory for the station, lines in with the driver's edge times, lines out.

gpiozero's *pins* are used, not its devices: a device starts threads and judges bounce by itself, a pin hands
over every edge with its time stamp. Which driver is behind them (`lgpio`, the mock, ...) is gpiozero's choice
or that of `GPIOZERO_PIN_FACTORY`.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from edge_agent import clock

if TYPE_CHECKING:
    from gpiozero.pins import Factory

Resistor = Literal["up", "down", "none"]
OnEdge = Callable[[bool, int], None]
"""Told the level after the edge and its instant in ns of CLOCK_MONOTONIC, in the driver's thread."""

CHOSEN_BY = "GPIOZERO_PIN_FACTORY"
OTHER_CLOCK_S = 1.0  # monotonic stamps differ from now by microseconds, any other clock by hours
REMEDY = (
    "install the pin access of a Raspberry Pi (`pip install 'andon-edge-agent[gpio]'`, or `apt install python3-lgpio` "
    f"and a venv with --system-site-packages), or set {CHOSEN_BY}=mock to try without pins"
)


class PinError(OSError):
    """Pins cannot be had as asked; the message names the pin and the remedy."""


def open_pins() -> Factory:
    """Open the machine's pins, once for the whole process.

    Raises:
        PinError: where no driver works here, or one whose edge times are not those of CLOCK_MONOTONIC.
    """
    from gpiozero.devices import Device  # here, not above: a process without pins does without its 8 MB

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # gpiozero warns for each driver it tries and does not find
            Device.ensure_pin_factory()
    except Exception as error:
        message = f"no access to pins: {error}; {REMEDY}"
        raise PinError(message) from error
    factory = Device.pin_factory
    _check_driver(factory)
    return factory


def _check_driver(factory: Factory) -> None:
    """Refuse a driver that would be deaf or stamp edges with another clock."""
    driver = type(factory).__name__
    if driver == "NativeFactory" and CHOSEN_BY not in os.environ:
        # gpiozero's last resort needs the kernel's old sysfs pins; without them it hears no edge and says nothing.
        message = f"no access to pins but gpiozero's experimental {driver}; {REMEDY}"
        raise PinError(message)
    if abs(factory.ticks() - clock.now_ns() / clock.NS_PER_S) > OTHER_CLOCK_S:
        message = f"{driver} does not stamp edges with this machine's monotonic clock; use {CHOSEN_BY}=lgpio"
        raise PinError(message)


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
        self._on_edge = on_edge
        self._pin = _reserve(factory, name, self)
        with _named(name, self):
            _set_where_different(self._pin, "function", "input")
            _set_where_different(self._pin, "pull", "floating" if pull == "none" else pull)
            self._pin.edges = "both"
            self._pin.when_changed = self._changed  # kept weakly by gpiozero: it lives as long as this line

    @property
    def level(self) -> bool:
        """The level now; True is high."""
        return bool(self._pin.state)

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
        self._pin.state = self._off
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
    return f"{error}; another program may hold it: stop that program or choose another pin"
