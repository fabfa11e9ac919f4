"""Which driver carries the pins of this machine: `gpiod`, else `lgpio` where it is more than its empty stub."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import warnings
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from edge_agent.gpio.board import BOARDS, DEVICES

if TYPE_CHECKING:
    from gpiozero.pins import Factory

# lgpio 0.2.2.0 starts a thread when it opens a chip. A line claimed before that thread waits is never heard, without an
# error: 28 of 100 starts on one processor. With 0.1 s between, none of 40.
SETTLE_S = 0.1


class NoDriverError(OSError):
    """No driver works here; the message has the reason of each."""


def open_driver(consumer: str) -> Factory:
    """The first driver that works.

    Args:
        consumer: who holds the lines, as `gpioinfo` shows it; the kernel keeps 31 bytes.

    Raises:
        NoDriverError: none does.
    """
    if not any(DEVICES.glob("gpiochip*")):
        message = f"this machine has no GPIO chip: there is no {DEVICES}/gpiochip0"
        raise NoDriverError(message)  # before lgpio is imported, which starts a thread
    refused = []
    for name, opened in (("gpiod", _gpiod), ("lgpio", _lgpio)):
        try:
            return opened(consumer)
        except Exception as error:  # noqa: BLE001 - lgpio's own error is a bare Exception; all are told below
            refused.append(f"{name}: {error}")
    raise NoDriverError("; ".join(refused))


def _gpiod(consumer: str) -> Factory:
    from edge_agent.gpio.factory import GPIODFactory  # here, not above: gpiod is an extra

    return GPIODFactory(consumer=consumer)


def _lgpio(_: str) -> Factory:
    """The header's chip by lgpio, which names itself `lg` to the kernel, whatever it is told."""
    lgpio = imported_lgpio()
    chip = _labelled(lgpio)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # gpiozero's own words about it are for other programs
        from gpiozero.pins.lgpio import LGPIOFactory

    factory = LGPIOFactory(chip=chip)
    threading.Event().wait(SETTLE_S)
    return factory


def imported_lgpio() -> ModuleType:
    """Import lgpio without what it does to a process: it writes a pipe into a folder, and moves there.

    Raises:
        ImportError: it is not there, or it is the stub that a package index offers where it has no wheel.
    """
    if "LG_WD" not in os.environ:
        os.environ["LG_WD"] = os.environ.get("RUNTIME_DIRECTORY") or tempfile.gettempdir()
    with contextlib.chdir(Path.cwd()):  # back again afterwards
        import lgpio

    if not hasattr(lgpio, "gpiochip_open"):
        message = "the lgpio installed here is an empty stub, the only one there is for Python 3.13; use gpiod"
        raise ImportError(message)
    return lgpio  # type: ignore[no-any-return]  # it ships no types


def _labelled(lgpio: ModuleType) -> int:
    """The number of the header's chip, by its label."""
    for path in sorted(DEVICES.glob("gpiochip[0-9]*")):
        number = int(path.name.removeprefix("gpiochip"))
        handle = lgpio.gpiochip_open(number)
        try:
            if lgpio.gpio_get_chip_info(handle)[3] in BOARDS:
                return number
        finally:
            lgpio.gpiochip_close(handle)
    message = "no chip carries the header's pins"
    raise OSError(message)
