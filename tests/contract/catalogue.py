"""The event catalogue as a page: each event with its cause, the response expected, its fields and a real example."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import msgspec
from msgspec import inspect

from edge_agent.events import CATALOGUE
from edge_agent.events.data import Data
from edge_agent.signals import asyncapi
from tests.contract.meanings import EVERYWHERE, OF_ONE

WORDS: dict[type[inspect.Type], str] = {
    inspect.StrType: "text",
    inspect.BoolType: "true, false",
    inspect.IntType: "integer",
    inspect.FloatType: "number",
    inspect.NoneType: "null",
}
ARGUMENT = re.compile(r"^    (?P<names>\w+(?:, \w+)*): (?P<meaning>.*(?:\n     .*)*)", re.MULTILINE)
UNITS = {"_s": "s", "_ns": "ns"}


def page() -> str:
    """Every event that is recorded, what all have in common, and the records inside them."""
    recorded = [data for data in CATALOGUE if data.KEPT]
    inside = sorted({each for data in recorded for each in _inside(data)}, key=lambda each: each.__name__)
    common = [f"| `{name}` | {meaning} |" for name, meaning in EVERYWHERE.items()]
    whole = asyncapi.examples()[recorded[0].TYPE]
    parts = [
        f"## A whole event\n\n{_json(whole)}\n\nBelow stands the `data` alone.",
        "## Fields that mean the same everywhere",
        "\n".join(["| field | meaning |\n|---|---|", *common]),
        *(_entry(data) for data in recorded),
        "## Records inside events",
        *(f"### {each.__name__}\n\n{_summary(each)}\n\n{_fields(each)}" for each in inside),
    ]
    return "\n\n".join(parts)


def meanings(shape: type[msgspec.Struct]) -> dict[str, str]:
    """What its fields mean: of all that have the name, by the docstrings of it and what it extends, of this one."""
    found = dict(EVERYWHERE)
    for each in reversed(shape.__mro__):
        _, _, arguments = (each.__doc__ or "").partition("Args:\n")
        for match in ARGUMENT.finditer(_aligned(arguments)):
            found |= dict.fromkeys(match["names"].split(", "), " ".join(match["meaning"].rstrip(".").split()))
    return found | {
        name: text
        for owned, text in OF_ONE.items()
        for owner, _, name in [owned.partition(".")]
        if owner == shape.__name__
    }


def _aligned(text: str) -> str:
    """The lines of `Args:` with their names four columns in, however deep the record stands."""
    lines = text.splitlines()
    deep = next((len(line) - len(line.lstrip()) for line in lines if line.strip()), 0)
    return "\n".join(f"    {line[deep:]}" if line.strip() else "" for line in lines)


def unexplained() -> list[str]:
    """Fields of which neither a docstring nor `meanings.py` says what they mean."""
    shapes = {each for data in CATALOGUE if data.KEPT for each in (data, *_inside(data))}
    return sorted(
        f"{shape.__name__}.{name}"
        for shape in shapes
        for name in shape.__struct_encode_fields__
        if name not in meanings(shape)
    )


def _entry(data: type[Data]) -> str:
    said = asyncapi.examples().get(data.TYPE)
    example = f"\n\n{_json(said['data'])}" if said else ""
    return (
        f"## `{data.TYPE}`\n\n{_summary(data)}\n\n- **Cause**: {data.CAUSE}\n- **Response**: {data.RESPONSE}\n\n"
        f"{_fields(data)}{example}"
    )


def _json(said: object) -> str:
    return f"```json\n{json.dumps(said, indent=1, ensure_ascii=False)}\n```"


def _fields(shape: type[msgspec.Struct]) -> str:
    info = inspect.type_info(shape)
    if not isinstance(info, inspect.StructType):
        message = f"{shape} is no record"
        raise TypeError(message)
    said = meanings(shape)
    rows = []
    for field in info.fields:
        name = field.encode_name
        unit = next((unit for suffix, unit in UNITS.items() if name == suffix[1:] or name.endswith(suffix)), "")
        meaning = said.get(name, "")
        rows.append(f"| `{name}` | {_kind(field.type)} | {unit} | {meaning} |")
    return "\n".join(["| field | value | unit | meaning |\n|---|---|---|---|", *rows])


def _kind(described: inspect.Type) -> str:
    """A type as people say it."""
    match described:
        case inspect.Metadata():
            return _kind(described.type)
        case inspect.UnionType():
            return " or ".join(_kind(each) for each in described.types)
        case inspect.LiteralType():
            return ", ".join(f"`{value}`" for value in described.values)
        case inspect.VarTupleType():
            return f"list of {_kind(described.item_type)}"
        case inspect.DictType():
            return f"{_kind(described.value_type)} by {_kind(described.key_type)}"
        case inspect.StructType():
            return f"[{described.cls.__name__}](#{described.cls.__name__.lower()})"
    return WORDS[type(described)]


def _inside(shape: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """The records that a record holds, at any depth."""
    for field in msgspec.structs.fields(shape):
        for each in _structs(inspect.type_info(field.type)):
            yield each
            yield from _inside(each)


def _structs(described: inspect.Type) -> Iterator[type[msgspec.Struct]]:
    if isinstance(described, inspect.StructType):
        yield described.cls
    for name in ("type", "item_type", "value_type"):
        if (part := getattr(described, name, None)) is not None:
            yield from _structs(part)
    for part in getattr(described, "types", ()):
        yield from _structs(part)


def _summary(shape: type[msgspec.Struct]) -> str:
    return (shape.__doc__ or "").partition("Args:")[0].strip().replace("\n    ", "\n")
