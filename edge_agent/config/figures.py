"""The figures of a file that can be set while the station runs: where each stands in the document, and other values."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import inspect

from edge_agent.config.complaint import shown
from edge_agent.config.lines import Path
from edge_agent.config.values import alternatives
from edge_agent.detect.rule import Settings
from edge_agent.kind import kind_of
from edge_agent.observations.asked import Value

TIMES = ("standard_cycle_s", "takt_s", "planned_cycle_s")
LIMITS = ("nominal", "lower", "upper")
SETTABLE = (inspect.FloatType, inspect.IntType, inspect.CustomType)  # numbers and spans: limits, not what is judged


def places(document: Mapping[str, Any], watches: Iterable[tuple[Settings, str]]) -> dict[str, Path]:
    """Each figure that can be set, by its name in `in_force`, and where it stands in a document without errors.

    Args:
        watches: first the detectors of `[[detect]]`, in their order; those that no table asks for cannot be set.
    """
    found: dict[str, Path] = {key: ("standard", key) for key in TIMES}
    for index, product in enumerate(document.get("product", [])):
        found |= {f"product {product['name']} {key}": ("product", index, key) for key in TIMES}
    for index, shift in enumerate(document.get("shift", [])):
        found[f"shift {shift['name']} demand"] = ("shift", index, "demand")
    for index, characteristic in enumerate(document.get("characteristic", [])):
        found |= {f"{characteristic['name']} {key}": ("characteristic", index, key) for key in LIMITS}
    for index, (_, (settings, of)) in enumerate(zip(document.get("detect", []), watches, strict=False)):
        name = f"{kind_of(type(settings))}:{of}"
        found |= {f"{name} {key}": ("detect", index, key) for key in _limits(type(settings))}
    return found


def _limits(kind: type[Settings]) -> list[str]:
    """The settings of a detector that are numbers or spans."""
    fields = msgspec.structs.fields(kind)
    return [each.encode_name for each in fields if isinstance(alternatives(inspect.type_info(each.type))[0], SETTABLE)]


def place(known: Mapping[str, Path], what: str) -> Path:
    """Where a figure stands.

    Raises:
        ValueError: it is none that can be set; with the nearest that can.
    """
    if what in known:
        return known[what]
    near = difflib.get_close_matches(what[:200], known, n=1)
    remedy = f"did you mean {near[0]!r}?" if near else "`edge-agent set --show` lists what is in force, by name"
    message = f"{shown(what)} is nothing that can be set; {remedy}"
    raise ValueError(message)


def written(document: Any, path: Path) -> Value:
    """What the document says there; None where it says nothing."""
    *table, key = path
    for part in table:
        document = document[part]
    value: Value = document.get(key)
    return value


def rewritten(document: dict[str, Any], values: Mapping[Path, Value]) -> dict[str, Any]:
    """The document with these values; None takes a key out."""
    changed = copy.deepcopy(document)
    for (*table, key), value in values.items():
        inside: Any = changed
        for part in table:
            inside = inside[part]
        inside.pop(key, None)
        if value is not None:
            inside[key] = value
    return changed
