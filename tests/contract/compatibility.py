"""What a schema takes back of an earlier one: pure functions over JSON Schema as msgspec writes it.

Two directions. Of what the station *says*, subscribers rely on each field, on its being there, on its type and on each
value they wait for; they pass over fields and values they do not know. Of what it *takes*, senders rely on being
understood: nothing they may write today may be refused tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
FORMS = ("pattern", "format")
NAMES: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def breaks(old: Schema, new: Schema, *, taken: bool) -> list[str]:
    """What of `old` does not hold in `new`, each with the place; empty where all does.

    Args:
        taken: it describes what the station takes in; else what it says.
    """
    return list(_compared("$", (old, old.get("$defs", {})), (new, new.get("$defs", {})), taken=taken))


def _compared(place: str, old: tuple[Schema, Schema], new: tuple[Schema, Schema], *, taken: bool) -> Iterator[str]:
    """Kind by kind of value: a text with a text, an object with the object of the same tag."""
    before, after = dict(_kinds(*old)), dict(_kinds(*new))
    if taken and "number" in after:
        after.setdefault("integer", after["number"])
    for kind in sorted(before.keys() - after.keys()):
        yield f"{place}: {kind} is no longer {'taken' if taken else 'said'}"
    for kind in sorted(after.keys() - before.keys()) if not taken else ():
        yield f"{place}: {kind} was never said here"
    for kind in sorted(before.keys() & after.keys()):
        one, other = before[kind], after[kind]
        yield from _values(place, one, other)
        yield from _forms(place, one, other, taken=taken)
        yield from _bounds(place, one, other, taken=taken)
        yield from _inside(place, (one, old[1]), (other, new[1]), taken=taken)


def _kinds(schema: Schema, named: Schema) -> Iterator[tuple[str, Schema]]:
    """The kinds of value a schema allows; an object that says by a constant which it is, by this."""
    if "$ref" in schema:
        yield from _kinds(named[schema["$ref"].rsplit("/", 1)[1]], named)
    elif "anyOf" in schema:
        for each in schema["anyOf"]:
            yield from _kinds(each, named)
    elif "type" in schema:
        tag = schema.get("properties", {}).get("type", {}).get("enum", [])
        yield f"object {tag[0]}" if len(tag) == 1 else schema["type"], schema
    elif "enum" in schema:
        for kind in sorted({NAMES[type(value)] for value in schema["enum"]}):
            yield kind, {"enum": [value for value in schema["enum"] if NAMES[type(value)] == kind]}
    else:
        yield "anything", schema


def _values(place: str, old: Schema, new: Schema) -> Iterator[str]:
    if "enum" in new and "enum" not in old:
        yield f"{place}: only {', '.join(map(str, new['enum']))} from now on"
    for value in old.get("enum", []):
        if value not in new.get("enum", [value]):
            yield f"{place}: the value {value} is gone"


def _forms(place: str, old: Schema, new: Schema, *, taken: bool) -> Iterator[str]:
    """A form may become looser for what is taken, and stricter for what is said."""
    for name in FORMS:
        promised = new.get(name) if taken else old.get(name)
        if promised is not None and old.get(name) != new.get(name):
            yield f"{place}: {name} was {old.get(name)}, is {new.get(name)}"


def _bounds(place: str, old: Schema, new: Schema, *, taken: bool) -> Iterator[str]:
    """A range may become wider for what is taken, and narrower for what is said."""
    wide, narrow = (new, old) if taken else (old, new)
    for names, sign in ((LEAST, 1), (MOST, -1)):
        for name in names:
            outer, inner = wide.get(name), narrow.get(name)
            if outer is not None and (inner is None or sign * inner < sign * outer):
                yield f"{place}: {name} was {old.get(name)}, is {new.get(name)}"


def _inside(place: str, old: tuple[Schema, Schema], new: tuple[Schema, Schema], *, taken: bool) -> Iterator[str]:
    """Fields of an object, entries of a list."""
    (one, before), (other, after) = old, new
    for name, field in one.get("properties", {}).items():
        if name not in other.get("properties", {}):
            yield f"{place}.{name} is gone"
        else:
            yield from _compared(f"{place}.{name}", (field, before), (other["properties"][name], after), taken=taken)
    must, did = set(other.get("required", [])), set(one.get("required", []))
    for name in sorted(must - did if taken else did - must):
        yield f"{place}.{name} {'must be written from now on' if taken else 'is no longer always there'}"
    if taken and other.get("additionalProperties") is False and one.get("additionalProperties") is not False:
        yield f"{place}: unknown fields are refused from now on"
    for name in ("items", "additionalProperties"):
        if isinstance(one.get(name), dict):
            entry = other[name] if isinstance(other.get(name), dict) else {}
            yield from _compared(f"{place}[]", (one[name], before), (entry, after), taken=taken)
    first, second = one.get("prefixItems", []), other.get("prefixItems", [])
    if len(first) != len(second):
        yield f"{place}: {len(first)} entries have become {len(second)}"
    for number, (entry, now) in enumerate(zip(first, second, strict=False)):
        yield from _compared(f"{place}[{number}]", (entry, before), (now, after), taken=taken)
