"""The plant's broker: reached by the uplink, or by a connection of our own where that cannot be asked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, failed, ok, warning
from edge_agent.signals.reader import Reader

if TYPE_CHECKING:
    from edge_agent.signals.broker import Settings

CONNECTED = "connected"  # what the uplink says of itself begins so while it is


def examine(case: Case) -> Iterator[Finding]:
    """The uplink's word where it is connected; else why not, by the same causes, found by trying."""
    settings = None if case.config is None else case.config.mqtt
    if case.config is None or settings is None:
        yield ok("broker", "the configuration has no [mqtt]: nothing is published")
        return
    uplink = "" if case.status is None else case.status.uplink
    if uplink.startswith(CONNECTED):
        beside = uplink.removeprefix(CONNECTED).lstrip("; ")
        yield ok("broker", f"the uplink is connected to {settings.where}")
        if beside:
            yield warning("broker", beside, "see docs/plant.md: somebody must listen, and confirm")
        return
    yield from _tried(case, settings, uplink)


def _tried(case: Case, settings: Settings, uplink: str) -> Iterator[Finding]:
    unit = f"edge-agent-uplink@{case.station}"
    with Reader(settings, f"andon-doctor-{os.getpid()}") as reader:
        cause = reader.connect()
    if cause is not None:
        yield failed("broker", f"{settings.where} ({cause.kind}): {cause}", "mend what is named, or [mqtt] in the file")
        return
    yield ok("broker", f"{settings.where} takes a connection of ours")
    if case.status is not None:
        text = f"but the uplink says: {uplink or 'nothing'}"
        yield failed("uplink", text, f"sudo systemctl restart {unit}; journalctl -u {unit} -n 20")
