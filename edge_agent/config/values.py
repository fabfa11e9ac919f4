"""One value of the file against the type its key has: what fits is converted, what does not is told what to write."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import inspect

from edge_agent.config.complaint import meant, shown
from edge_agent.planning.shifts import DATE, SLOT, TIME
from edge_agent.standard import Span

NAME = r"^[A-Za-z0-9_.-]{1,32}$"  # what every level of a topic keeps to
PIN = r"^[A-Za-z0-9:]{1,16}$"
FORMS = {  # patterns of the records: something that has the form, as it is written in the file, and the form in words
    NAME: ('"st07"', "1 to 32 letters, digits, '_', '.' or '-'"),
    TIME: ('"06:00"', "a time of day"),
    SLOT: ('"09:00-09:15"', "two times of day"),
    DATE: ('"2026-12-24"', "a date, in quotes"),
    PIN: ('"GPIO17"', "the name of a pin"),
}
LARGEST = 2**63 - 1  # whole numbers of TOML end here; Python's do not
LONGEST = 1024  # characters of a text; the longest setting, a serial pattern, has a few dozen


class Unfit(ValueError):  # noqa: N818 - never leaves this folder: it becomes a complaint
    """A value that its key cannot hold; the text says what to write instead."""


def convert(value: object, kind: Any) -> Any:
    """The value as its key wants it.

    Raises:
        Unfit: with what to write instead.
    """
    info = inspect.type_info(kind)
    if any(type(each) not in RULES for each in alternatives(info)):
        return convert_other(value, kind)
    reasons: list[str] = []
    for each in alternatives(info):
        try:
            return RULES[type(each)](value, each)
        except Unfit as reason:
            reasons.append(str(reason))
    raise Unfit(reasons[0])


def convert_other(value: object, kind: Any) -> Any:
    """A type without a rule of its own: msgspec's word for it must do."""
    try:
        return msgspec.convert(value, kind, dec_hook=lambda _, each: span(each, None))
    except (msgspec.ValidationError, OverflowError, RecursionError) as error:
        message = f"{shown(value)}: {error}"
        raise Unfit(message) from error


def number(value: object, info: Any) -> float:
    """A finite number in its range."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        message = f"{shown(value)} is not a number; write it like {example(info)}"
        raise Unfit(message)
    if not (abs(value) <= LARGEST and math.isfinite(value)):
        message = f"{shown(value)} is beyond any measure; write it like {example(info)}"
        raise Unfit(message)
    within(value, info)
    return float(value)


def whole_number(value: object, info: Any) -> int:
    """A whole number in its range."""
    if isinstance(value, bool) or not isinstance(value, int):
        message = f"{shown(value)} is not a whole number; write it like {example(info)}"
        raise Unfit(message)
    if abs(value) > LARGEST:
        message = f"{shown(value)} is beyond any measure; write it like {example(info)}"
        raise Unfit(message)
    within(value, info)
    return value


def within(value: float, info: Any) -> None:
    """The range of a number."""
    for broken, rule in (
        (info.gt is not None and not value > info.gt, f"> {info.gt}"),
        (info.ge is not None and not value >= info.ge, f">= {info.ge}"),
        (info.lt is not None and not value < info.lt, f"< {info.lt}"),
        (info.le is not None and not value <= info.le, f"<= {info.le}"),
    ):
        if broken:
            message = f"{shown(value)} must be {rule}"
            raise Unfit(message)


def text(value: object, info: Any) -> str:
    """Text in the form its key asks for."""
    if not isinstance(value, str):
        message = f"{shown(value)} is not text; write it in quotes, like {quoted(value)}"
        raise Unfit(message)
    longest = min(info.max_length or LONGEST, LONGEST)
    if not (info.min_length or 0) <= len(value) <= longest:
        message = f"{shown(value)} must have {info.min_length or 0} to {longest} characters"
        raise Unfit(message)
    if info.pattern and not fits(value, info.pattern):
        sample, words = FORMS.get(info.pattern, ("", f"something of the form {info.pattern}"))
        message = f"{shown(value)} must be {words}{', like ' if sample else ''}{sample}"
        raise Unfit(message)
    return value


def fits(value: str, pattern: str) -> bool:
    """Whether a text has a form; `$` alone would let a line break at the end through.

    >>> fits("st07", NAME), fits("st07" + chr(10), NAME)
    (True, False)
    """
    find = re.fullmatch if pattern.startswith("^") and pattern.endswith("$") else re.search
    return find(pattern, value) is not None


def choice(value: object, info: Any) -> Any:
    """One of a few words."""
    if isinstance(value, (str, int)) and not isinstance(value, bool) and value in info.values:
        return value
    message = f"{shown(value)} is not known; {meant(value if isinstance(value, str) else '', info.values)}"
    raise Unfit(message)


def switch(value: object, info: Any) -> bool:  # noqa: ARG001 - the shape of all rules
    """True or false."""
    if not isinstance(value, bool):
        message = f"{shown(value)} is neither true nor false; write true or false, without quotes"
        raise Unfit(message)
    return value


def span(value: object, info: Any) -> Span:  # noqa: ARG001 - the shape of all rules
    """A length of time."""
    if isinstance(value, int) and abs(value) > LARGEST:
        message = f"{shown(value)} is beyond any measure; write it like '60s'"
        raise Unfit(message)
    try:
        return Span.parse(value if isinstance(value, (int, float, str)) else shown(value))
    except ValueError as error:
        raise Unfit(str(error)) from error


RULES: dict[type[inspect.Type], Callable[[object, Any], Any]] = {
    inspect.FloatType: number,
    inspect.IntType: whole_number,
    inspect.StrType: text,
    inspect.LiteralType: choice,
    inspect.BoolType: switch,
    inspect.CustomType: span,  # the only type of ours that msgspec does not know
}
EXAMPLES: dict[type[inspect.Type], str] = {
    inspect.FloatType: "55.0",
    inspect.IntType: "5",
    inspect.StrType: '"..."',
    inspect.BoolType: "true",
    inspect.CustomType: '"60s"',
}


def example(info: inspect.Type) -> str:
    """Something the key could hold, as it is written in the file."""
    first = alternatives(info)[0]
    if isinstance(first, inspect.LiteralType):
        return quoted(first.values[0])
    if isinstance(first, inspect.VarTupleType):
        return f"[{example(first.item_type)}]"
    if isinstance(first, inspect.StrType) and first.pattern in FORMS:
        return FORMS[first.pattern][0]
    return EXAMPLES.get(type(first), "...")


def quoted(value: object) -> str:
    """A plain value in the quotes of TOML."""
    return (
        f'"{shown(value)}"'
        if isinstance(value, (int, float, dt.date))
        else f'"{value}"'
        if isinstance(value, str)
        else '"..."'
    )


def alternatives(info: inspect.Type) -> list[inspect.Type]:
    """What a value may be; descriptions and None left out: TOML has no null."""
    if isinstance(info, inspect.Metadata):
        return alternatives(info.type)
    if isinstance(info, inspect.UnionType):
        return [each for part in info.types for each in alternatives(part) if not isinstance(each, inspect.NoneType)]
    return [info]
