"""Each setting of its type and in its range, also where no configuration file has been read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, get_type_hints

import msgspec
import msgspec.inspect

from edge_agent.standard import Span

WORDS: dict[type[msgspec.inspect.Type], str] = {
    msgspec.inspect.IntType: "a whole number",
    msgspec.inspect.FloatType: "a number",
    msgspec.inspect.StrType: "text",
    msgspec.inspect.BoolType: "True or False",
}


class Bounds(NamedTuple):
    """The range of one numeric setting, as its `Meta` says it."""

    name: str
    low: float
    high: float
    low_itself: bool

    def holds(self, value: float) -> bool:
        """Whether a value is inside; nan never is."""
        return (self.low <= value if self.low_itself else self.low < value) and value <= self.high

    @property
    def words(self) -> str:
        """The range for people."""
        low = f"{'at least' if self.low_itself else 'above'} {self.low:g}" if self.low > -math.inf else "a number"
        return f"{low} and at most {self.high:g}" if self.high < math.inf else low


def settle(settings: msgspec.Struct) -> None:
    """Make every setting what its type says: a number of numpy is a number, a list of names a tuple.

    Raises:
        ValueError: with the name of the setting and what it may be.
    """
    for setting in bounds(type(settings)):
        value = plain(getattr(settings, setting.name))
        if isinstance(value, (int, float)) and not setting.holds(value):
            message = f"{setting.name} = {value} must be {setting.words}"
            raise ValueError(message)
    for name, written in written_types(type(settings)).items():
        given = getattr(settings, name)
        try:
            settled = msgspec.convert(plain(given), written)
        except msgspec.ValidationError as error:
            message = f"{name} = {given!r} must be {words(type(settings), name)}"
            raise ValueError(message) from error
        if settled is not given:
            msgspec.structs.force_setattr(settings, name, settled)


def plain(value: object) -> object:
    """A number of numpy as one of Python; anything else as it is."""
    return value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value


@cache
def written_types(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The type of each setting, ranges included."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: hints[name] for name in kind.__struct_fields__}


@cache
def bounds(kind: type[msgspec.Struct]) -> tuple[Bounds, ...]:
    """The ranges of all settings that are numbers."""
    return tuple(
        Bounds(
            name,
            low=next((each for each in (part.ge, part.gt) if each is not None), -math.inf),
            high=math.inf if part.le is None else part.le,
            low_itself=part.gt is None,
        )
        for name in kind.__struct_fields__
        for part in alternatives(kind, name)
        if isinstance(part, (msgspec.inspect.FloatType, msgspec.inspect.IntType))
    )


def alternatives(kind: type[msgspec.Struct], name: str) -> tuple[msgspec.inspect.Type, ...]:
    """What a setting may be, as msgspec has it."""
    info: Any = msgspec.inspect.type_info(kind)
    (found,) = (getattr(field.type, "type", field.type) for field in info.fields if field.name == name)
    return tuple(getattr(found, "types", (found,)))


def words(kind: type[msgspec.Struct], name: str) -> str:
    """What a setting may be, for people."""
    return ", or ".join(_said(kind, name))


def _said(kind: type[msgspec.Struct], name: str) -> Iterator[str]:
    ranges = "".join(f", {each.words}" for each in bounds(kind) if each.name == name and each.low > -math.inf)
    for part in alternatives(kind, name):
        match part:
            case msgspec.inspect.LiteralType(values=values):
                yield f"one of {', '.join(map(str, values))}"
            case msgspec.inspect.VarTupleType(item_type=msgspec.inspect.LiteralType(values=values)):
                yield f"a tuple of some of {', '.join(map(str, values))}"
            case msgspec.inspect.CustomType(cls=cls) if cls is Span:
                yield "a Span, such as Span.parse('60s')"
            case msgspec.inspect.NoneType():
                yield "None"
            case _:
                yield WORDS[type(part)] + ranges
