"""Every target there is, by name."""

from __future__ import annotations

from tests.fuzz import devices, local, remote
from tests.fuzz.planted import PLANTED
from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {target.name: target for target in (*devices.TARGETS, *remote.TARGETS, *local.TARGETS)}


def find(name: str) -> Target:
    """The target of this name, or the control."""
    return {**TARGETS, PLANTED.name: PLANTED}[name]
