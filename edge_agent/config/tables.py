"""From a table of the file to a record, every value on its own, so that all that is wrong is said at once.

What a table may hold is read from the record's type: its fields are the keys, their types and ranges the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec import inspect

from edge_agent.config.complaint import Complaints, meant, shown
from edge_agent.config.lines import Path
from edge_agent.config.values import Unfit, alternatives, convert, example

Record = TypeVar("Record", bound=msgspec.Struct)
SECRETS = ("password", "passwd", "passphrase", "secret", "token", "api_key")


def read(found: Complaints, path: Path, table: object, shape: type[Record], tag: str | None = None) -> Record | None:
    """The record `shape` of `table`, or None after complaining about everything in it.

    Args:
        tag: a key that has been read already: the `kind` that chose `shape`.
    """
    if not isinstance(table, dict):
        found.error(path, f"{where(path)} is {shown(table)}; write it as a table")
        return None
    fields = {field.encode_name: field for field in msgspec.structs.fields(shape)}
    complain_of_strangers(found, path, table, [*fields, *([tag] if tag else [])])
    sound = True
    values: dict[str, Any] = {}
    for key, field in fields.items():
        if key in table:
            sound &= take(found, (*path, key), table[key], field.type, values)
        elif field.required:
            sound = False
            missing = f"{where(path)} has no '{key}'; write {key} = {example(inspect.type_info(field.type))}"
            found.error(path, missing)
    return make(found, path, shape, values) if sound else None


def make(found: Complaints, path: Path, shape: type[Record], values: dict[str, Any]) -> Record | None:
    """The record itself; what its own check has against it becomes a complaint."""
    try:
        return shape(**values)
    except ValueError as error:
        named = [key for key in values if re.search(rf"\b{key}\b", str(error))]
        found.error((*path, *named[:1]), f"{where(path)}: {error}")  # at the first key it speaks of
        return None


def complain_of_strangers(found: Complaints, path: Path, table: dict[str, object], known: Iterable[str]) -> None:
    """Keys that the record does not have; what looks like a secret is told where secrets go."""
    for key in table:
        if key in known:
            continue
        if any(word in key.lower() for word in SECRETS):
            remedy = 'put the secret into a file of its own and name that file: credential = "..."'
            found.error((*path, key), f"{shown(key)} must not be in this file, which gets copied and shown; {remedy}")
        else:
            noun = "table" if not path else "tier" if path == ("stack",) else "key"
            found.error((*path, key), f"unknown {noun} {shown(key)}; {meant(key, known)}")


def take(found: Complaints, path: Path, value: object, kind: Any, values: dict[str, Any]) -> bool:
    """Convert the value of one key into `values`; False after a complaint."""
    key, info = str(path[-1]), alternatives(inspect.type_info(kind))[0]
    before = found.count
    if isinstance(info, inspect.StructType):
        values[key] = read(found, path, value, info.cls)
    elif isinstance(info, inspect.VarTupleType):
        values[key] = take_each(found, path, value, item_kind(kind), info.item_type)
    else:
        values[key] = take_one(found, path, key, value, kind)
    return found.count == before


def take_each(found: Complaints, path: Path, value: object, kind: Any, item: inspect.Type) -> tuple[Any, ...]:
    """Convert a list, item by item."""
    if not isinstance(value, list):
        found.error(path, f"{path[-1]}: {shown(value)} is not a list; write it like [{example(item)}]")
        return ()
    if isinstance(item, inspect.StructType):
        return tuple(read(found, (*path, index), each, item.cls) for index, each in enumerate(value))
    return tuple(take_one(found, (*path, index), str(path[-1]), each, kind) for index, each in enumerate(value))


def item_kind(kind: Any) -> Any:
    """What a list holds, whatever its description or a None stands around it.

    >>> item_kind(tuple[str, ...] | None)
    <class 'str'>
    """
    if get_origin(kind) is tuple:
        return get_args(kind)[0]
    return next((item for part in get_args(kind) if (item := item_kind(part)) is not None), None)


def take_one(found: Complaints, path: Path, key: str, value: object, kind: Any) -> Any:
    """Convert one plain value; None after a complaint."""
    try:
        return convert(value, kind)
    except Unfit as error:
        quiet = key == "credential"  # it may be the secret
        remedy = "; leave it out where nobody says how many" if key == "demand" and ";" not in str(error) else ""
        found.error(path, f"{key}: {'it must be the name of a file, in quotes' if quiet else error}{remedy}")
        return None


def where(path: Path) -> str:
    """A table as it is written: `[stack]`, `[[sensor]]`.

    >>> where(("response", "escalate", 0))
    '[[response.escalate]]'
    """
    names = ".".join(str(part) for part in path if isinstance(part, str))
    return f"[[{names}]]" if path and isinstance(path[-1], int) else f"[{names}]"
