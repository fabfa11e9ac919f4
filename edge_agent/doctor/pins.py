"""The pins: which driver carries them, whether the header's chip is there, and who holds each line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, failed, ok, unknown, warning
from edge_agent.doctor.versions import version_of
from edge_agent.pins import CHOSEN_BY

if TYPE_CHECKING:
    from edge_agent.config.wires import Connection

INSTALL = "install the pin access: pip install 'andon-edge-agent[gpio]', in the agent's own environment"
OURS = "edge-agent"  # the first word of who holds a line of ours


def examine(case: Case) -> Iterator[Finding]:
    """The driver in use, the chip, and each line of the configuration."""
    wires = () if case.config is None else case.config.wires()
    chosen = os.environ.get(CHOSEN_BY)
    if chosen is not None:
        text = f"{CHOSEN_BY}={chosen} chooses the driver" + (": no real pin is used" if chosen == "mock" else "")
        yield warning("pins", text, f"leave {CHOSEN_BY} out, unless this is a trial")
    if not wires:
        yield ok("pins", "the configuration uses none")
    elif not list(case.there("/dev").glob("gpiochip*")):
        yield failed("pins", "this machine has no GPIO chip", "run the agent on the Pi; look at /dev/gpiochip*")
    elif version_of("gpiod"):
        yield from _lines(case, wires)
    elif version_of("lgpio").startswith("0.0"):
        yield failed("pins", "the lgpio installed here is an empty stub", INSTALL)
    elif version_of("lgpio"):
        yield unknown("pins", "lgpio carries them, which does not tell who holds a line", INSTALL)
    else:
        yield failed("pins", "no pin driver is installed", INSTALL)


def _lines(case: Case, wires: tuple[Connection, ...]) -> Iterator[Finding]:
    """Each line as the kernel tells of it."""
    from edge_agent.gpio.chip import NoChipError, header_chip, line  # gpiod is an extra

    try:
        chip = header_chip(case.there("/dev"))
    except NoChipError as error:
        yield failed(
            "pins", str(error), "is this user in the group gpio? sudo usermod -aG gpio edge-agent; log in anew"
        )
        return
    try:
        yield ok("pins", f"gpiod {version_of('gpiod')}; the header is {chip.path} ({chip.get_info().label})")
        for wire in wires:
            yield _held(case, wire, chip.get_line_info(line(chip, wire.wire.line)))
    finally:
        chip.close()


def _held(case: Case, wire: Connection, info: Any) -> Finding:
    """Who holds a line: nobody before the station runs, the station while it does."""
    what = f"pin of {wire.what}"
    if info.used and not str(info.consumer).startswith(OURS):
        text = f"{wire.wire} is held by {info.consumer or 'the kernel'}"
        return failed(
            what, text, "end that program, or take its overlay out of /boot/firmware/config.txt; or another pin"
        )
    if info.used:
        return ok(what, f"{wire.wire} is held by {info.consumer}")
    if case.status is not None:
        return failed(
            what, f"{wire.wire} is held by nobody, though the station runs", "restart the station with this file"
        )
    return ok(what, f"{wire.wire} is free")
