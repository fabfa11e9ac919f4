"""The commissioning sheet: the record as a page for the cabinet's door, and what is still missing for a green lamp."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from edge_agent.commissioning.record import Record, Tested, fingerprint
from edge_agent.commissioning.result import PARTS, TITLES, Part, Result
from edge_agent.config import Config

WIDE = 80  # columns of a terminal, and of a page in a readable letter
SIGN = "Name _____________________   Date ______________   Signature ___________________"


def sheet(config: Config, record: Record) -> Iterator[str]:
    """The page, line by line; `config` is the file as it is now."""
    yield f"{'COMMISSIONING SHEET':<40}{record.station:>{WIDE - 40}}"
    yield "=" * WIDE
    yield f"machine {record.serial}   edge-agent {record.agent}"
    yield f"configuration {config.path}"
    for part in PARTS:
        yield ""
        yield from _part(part, record.parts.get(part), fingerprint(config, part))
    yield ""
    yield "-" * WIDE
    open_points = list(missing(config, record))
    yield from (
        ["READY: every wire of the configuration has passed."]
        if not open_points
        else [
            "NOT READY:",
            *(line for point in open_points for line in textwrap.wrap(f"  - {point}", WIDE, subsequent_indent=" " * 4)),
        ]
    )
    yield from ("", SIGN)


def missing(config: Config, record: Record) -> Iterator[str]:
    """What keeps this station from being ready, a sentence each."""
    for part in PARTS:
        wanted, tested = expected(config, part), record.parts.get(part)
        if not wanted:
            continue
        if tested is None:
            yield f"{TITLES[part]}: not tested"
            continue
        if tested.configuration != fingerprint(config, part):
            yield f"{TITLES[part]}: the file says something else since; restart the station and test again"
        known = {each.name for each in tested.results}
        yield from (f"{name}: not tested" for name in wanted if name not in known)
        yield from (f"{each.name}: {each.verdict}: {each.text}" for each in tested.results if each.verdict != "passed")


def expected(config: Config, part: Part) -> list[str]:
    """The wires of a station that a part tests, by the names their results have."""
    match part:
        case "lamps":
            return [wire.name for wire in config.wires() if wire.direction == "output"]
        case "inputs":
            return [wire.label for wire in config.wires() if wire.direction == "input"]
        case "serial":
            return [sensor.name for sensor in config.sensors if getattr(sensor, "port", None) is not None]
        case "mqtt":
            return [] if config.mqtt is None else ["broker"]


def _part(part: Part, tested: Tested | None, configuration: str) -> Iterator[str]:
    if tested is None:
        yield f"{TITLES[part]:<20} not tested"
        return
    other = "" if tested.configuration == configuration else ", with another file"
    unsure = "" if tested.synchronised else " (clock not set)"
    looked = ", unattended" if tested.unattended else ""
    yield f"{TITLES[part]:<20} {tested.time[:16].replace('T', ' ')} UTC{unsure} by {tested.who}{looked}{other}"
    for result in tested.results:
        yield from _result(result)
    for mended in tested.mended:
        yield f"  mended: {mended}"


def _result(result: Result) -> Iterator[str]:
    mark = {"passed": "[x]", "failed": "[ ]", "unconfirmed": "[?]", "skipped": "[-]"}[result.verdict]
    yield f"  {mark} {result.name:<16} {result.wire:<34} {result.verdict}"
    for text in (result.text, result.remedy and f"-> {result.remedy}"):
        yield from textwrap.wrap(text, WIDE, initial_indent=" " * 8, subsequent_indent=" " * 8)
