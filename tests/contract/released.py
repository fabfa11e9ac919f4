"""The schemas of released versions, one file each in `v1`, and what the present ones take back of them."""

from __future__ import annotations

import json
from pathlib import Path

from edge_agent.signals import contract
from edge_agent.signals.channels import CHANNELS
from tests.contract.compatibility import Schema, breaks

FOLDER = Path(__file__).with_name("v1")
TAKEN = frozenset(channel.kind for channel in CHANNELS if not channel.sent)


def released() -> dict[str, Schema]:
    """By name: a payload's kind, or a type of event."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def taken_back() -> dict[str, list[str]]:
    """What the present schemas take back, by name; names of which nothing is taken back are left out."""
    now = contract.schemas()
    found = {
        name: breaks(old, now[name], taken=name in TAKEN) if name in now else ["the whole of it is gone"]
        for name, old in released().items()
    }
    return {name: every for name, every in found.items() if every}


def new() -> dict[str, Schema]:
    """The present schemas that have no copy yet: what of them could be taken back unseen."""
    kept = released()
    return {name: schema for name, schema in contract.schemas().items() if name not in kept}


def keep(schemas: dict[str, Schema]) -> None:
    """Write copies."""
    FOLDER.mkdir(exist_ok=True)
    for name, schema in schemas.items():
        text = json.dumps(schema, indent=1, sort_keys=True) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


def release() -> None:
    """Keep the present schemas as released.

    Raises:
        ValueError: where they take back what was released.
    """
    if found := taken_back():
        message = f"released and taken back, so it needs a new version in its name: {found}"
        raise ValueError(message)
    keep(contract.schemas())
