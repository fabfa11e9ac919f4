"""The 40-pin header: its pins by any of their names, where each is, and what the machine itself does with it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

PI_3B = 0xA02082  # its revision code; the 40-pin header is the same on every model since the B+
PULLED_UP = range(9)  # BCM2835 ARM Peripherals, page 102: at power-on GPIO0-8 are pulled up, the others down
CONSOLE = (14, 15)  # TX and RX of the UART; the boot console writes on TX
UART = ("/dev/serial0", "/dev/ttyAMA0", "/dev/ttyS0")  # ports that may be those two pins
EEPROM = (0, 1)  # read at power-on, whatever is there: HATs say by it what they are
BUSES: dict[str, tuple[int, ...]] = {  # lines that a bus takes when it is switched on in config.txt
    "i2c": (2, 3),
    "spi": (7, 8, 9, 10, 11),
    "i2s": (18, 19, 20, 21),
}
ONE_WIRE = 4  # where dtoverlay=w1-gpio puts it
KNOWN = [f"GPIO{number}" for number in range(28)]
# Where each line is, by its GPIO number; as gpiozero has it, and known without it, as the uplink must do
PLACES = (
    27, 28, 3, 5, 7, 29, 31, 26, 24, 21, 19, 23, 32, 33, 8, 10, 36, 11, 12, 35, 38, 40, 15, 16, 18, 22, 37, 13,
)  # fmt: skip


@cache
def gpio(name: str) -> int | None:
    """The GPIO number of a header pin, or None where it is none: power, ground, or no name gpiozero knows.

    >>> gpio("GPIO17"), gpio("17"), gpio("BOARD11"), gpio("GND"), gpio("GPIO99")
    (17, 17, 17, None, None)
    """
    if name in KNOWN:
        return int(name.removeprefix("GPIO"))  # the usual spelling does without gpiozero, and so does the uplink
    numbers = set(numbers_of(name))
    return numbers.pop() if len(numbers) == 1 else None


def numbers_of(name: str) -> Iterator[int]:
    """The GPIO number of every header pin of that name."""
    for header, pin in board().find_pin(name):
        if header.name == "J8" and pin.name.startswith("GPIO"):
            yield int(pin.name.removeprefix("GPIO"))


@cache
def board() -> Any:
    """The header as gpiozero knows it."""
    from gpiozero.pins.pi import PiBoardInfo

    return PiBoardInfo.from_revision(PI_3B)
