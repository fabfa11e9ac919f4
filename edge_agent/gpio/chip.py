"""Which chip carries the pins of the header: found by its label or by the names of its lines, never by its number.

Numbers move: a Raspberry Pi 5 had its header on chip 4 and has it on chip 0 since, beside other chips whose
lines would take an output just as readily and switch something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import gpiod
from gpiozero.exc import PinInvalidPin

from edge_agent.gpio.board import BOARDS, DEVICES

NAMED = ("GPIO17", "GPIO22", "GPIO27")  # lines in the middle of the header that no board gives another name


class NoChipError(OSError):
    """No chip, or more than one, may carry the header's pins; the message says what there is."""


def header_chip(devices: Path = DEVICES) -> gpiod.Chip:
    """Open the chip that carries the header.

    Raises:
        NoChipError: there is none, there are two, or it may not be opened.
    """
    chips = list(_chips(devices))
    labelled = [chip for chip in chips if chip.get_info().label in BOARDS]
    found = labelled or [chip for chip in chips if _names_pins(chip)]
    there = ", ".join(f"{chip.path} ({chip.get_info().label})" for chip in chips)
    for chip in chips:
        if found != [chip]:
            chip.close()
    if len(found) == 1:
        return found[0]
    what = "more than one chip could carry the header's pins" if found else "no chip carries the header's pins"
    message = f"{what}; there is {there or 'none at all'}"
    raise NoChipError(message)


def line(chip: gpiod.Chip, number: int) -> int:
    """The line of pin GPIO`number`: the line of that number on a Raspberry Pi's chip, else the one of that name.

    Raises:
        PinInvalidPin: no line has that name.
    """
    if chip.get_info().label in BOARDS:
        return number  # by name it could not always be found: GPIO0 and GPIO1 are called ID_SDA and ID_SCL there
    try:
        return chip.line_offset_from_id(f"GPIO{number}")
    except OSError as error:
        message = f"no line of {chip.path} is called GPIO{number}"
        raise PinInvalidPin(message) from error


def revision(chip: gpiod.Chip) -> int | None:
    """The revision code of a board with this chip, None where the chip is no Raspberry Pi's."""
    return BOARDS.get(chip.get_info().label)


def _chips(devices: Path) -> Iterator[gpiod.Chip]:
    """Every chip once: a Raspberry Pi 5 has /dev/gpiochip4 as a second name of chip 0."""
    refused: list[OSError] = []
    opened = 0
    for path in _once(sorted(devices.glob("gpiochip*"))):
        if not gpiod.is_gpiochip_device(str(path)):
            continue
        try:
            chip = gpiod.Chip(str(path))
        except OSError as error:
            refused.append(error)
            continue
        opened += 1
        yield chip
    if refused and not opened:
        message = f"{refused[0].strerror or refused[0]}: no chip may be opened; is this user in the group gpio?"
        raise NoChipError(message)


def _once(paths: Iterable[Path]) -> Iterator[Path]:
    return iter(dict.fromkeys(path.resolve() for path in paths))


def _names_pins(chip: gpiod.Chip) -> bool:
    names = {chip.get_line_info(number).name for number in range(chip.get_info().num_lines)}
    return names.issuperset(NAMED)
