"""What a test of one wire has found, and what to do about it."""

from __future__ import annotations

from typing import Literal

import msgspec

Part = Literal["lamps", "inputs", "serial", "mqtt"]
PARTS: tuple[Part, ...] = ("lamps", "inputs", "serial", "mqtt")
TITLES: dict[Part, str] = {
    "lamps": "Lamps",
    "inputs": "Inputs",
    "serial": "Serial ports",
    "mqtt": "Plant network",
}
Verdict = Literal["passed", "failed", "unconfirmed", "skipped"]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One wire.

    Args:
        name: of the output or the sensor, as the configuration has it; `broker` for the connection to it.
        wire: terminal, line and header pin; or the port, or the address.
        verdict: `unconfirmed` was driven, and nobody said what was seen; `skipped` was not tested.
        text: what was seen, a sentence; `remedy` what to do.
        figures: what was measured, by name with the unit last.
    """

    part: Part
    name: str
    wire: str
    verdict: Verdict
    text: str
    remedy: str = ""
    figures: dict[str, float] = {}
