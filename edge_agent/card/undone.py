"""What a new file of the card undoes: `edge-agent test` mends pins in the station's own file, the card's stays old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import tomli

MOST = 20  # lines; whoever has changed more has written another file
HEADER = "The file at the station was changed there on {when}. With the file of this card, these are different now:"
REMEDY = (
    "Was that to mend something there, such as lamps that were swapped? Then write what was there into the file on "
    "this card, too, put the card back, switch on."
)


def undone(place: Path, content: bytes) -> list[str]:
    """What is different in the file of the card, and what to do; nothing where only comments or spaces are.

    Args:
        place: the file in force, not as it was taken.
        content: the card's.
    """
    try:
        before, now = (dict(leaves(tomli.loads(each.decode("utf-8-sig")))) for each in (place.read_bytes(), content))
        when = datetime.fromtimestamp(int(place.stat().st_mtime)).astimezone()
    except (OSError, ValueError, RecursionError):
        return []  # what was in force could not be used: nothing is lost with it
    different = [key for key in {**before, **now} if before.get(key) != now.get(key)]
    lines = [f"  {key}: there {said(before, key)}, now {said(now, key)}" for key in different]
    if more := len(lines) - MOST:
        lines = [*lines[:MOST], *([f"  and {more} more"] if more > 0 else [])]
    return [HEADER.format(when=f"{when:%Y-%m-%d %H:%M}"), *lines, REMEDY] if lines else []


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each value with its place in words.

    >>> dict(leaves({"stack": {"red": "OUT1"}, "sensor": [{"name": "cord", "debounce_ms": 30}]}))
    {'stack red': 'OUT1', 'sensor cord name': 'cord', 'sensor cord debounce_ms': 30}
    """
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path} {key}".strip())
    elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        for number, each in enumerate(value, 1):
            yield from leaves(each, f"{path} {each.get('name', number)}")
    else:
        yield path, value


def said(found: dict[str, Any], key: str) -> str:
    """A value as a file has it."""
    return msgspec.json.encode(found[key]).decode() if key in found else "nothing"
