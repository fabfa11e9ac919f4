"""What was released is not taken back; and each way of taking something back is found."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import pytest

from edge_agent.signals import contract
from tests.contract import released
from tests.contract.compatibility import breaks


class Part(msgspec.Struct):
    """A record without a tag."""

    name: str


class Stop(msgspec.Struct, tag="stop", tag_field="type"):
    """One of two that say which they are."""

    at: int


class Go(msgspec.Struct, tag="go", tag_field="type"):
    """The other."""

    at: int


def schema(shape):
    """As the contract writes them."""
    return msgspec.json.schema(shape)


def record(*fields, strict=False):
    """The schema of a record of these fields."""
    return schema(msgspec.defstruct("Told", fields, forbid_unknown_fields=strict))


WORDS = Literal["red", "green"]
MORE = Literal["red", "green", "blue"]
SHORT = Annotated[str, msgspec.Meta(max_length=10)]
LONG = Annotated[str, msgspec.Meta(max_length=20)]
DIGITS = Annotated[str, msgspec.Meta(pattern="^[0-9]+$")]
OLD = [("x", int)]


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (record(), "$.x is gone"),
        (record(("x", int, 0)), "$.x is no longer always there"),
        (record(("x", str)), "$.x: integer is no longer said"),
        (record(("x", int | None)), "$.x: null was never said here"),
        (record(("x", float)), "$.x: number was never said here"),
    ],
    ids=["removed", "optional", "another type", "null as well", "fractions as well"],
)
def test_what_subscribers_rely_on(new, found):
    """A field they read is gone, may be missing, or is something else now."""
    assert found in breaks(record(*OLD), new, taken=False)


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (record(strict=True), "$.x is gone"),
        (record(*OLD, ("y", int)), "$.y must be written from now on"),
        (record(("x", str)), "$.x: integer is no longer taken"),
        (record(*OLD, strict=True), "$: unknown fields are refused from now on"),
    ],
    ids=["removed", "required added", "another type", "strict"],
)
def test_what_senders_rely_on(new, found):
    """What they write is refused, or they lack what must be written now."""
    assert found in breaks(record(*OLD), new, taken=True)


@pytest.mark.parametrize(
    ("old", "new", "taken", "found"),
    [
        (MORE, WORDS, False, "$: the value blue is gone"),
        (MORE, WORDS, True, "$: the value blue is gone"),
        (str, WORDS, True, "$: only green, red from now on"),
        (int | None, int, True, "$: null is no longer taken"),
        (LONG, SHORT, True, "$: maxLength was 20, is 10"),
        (SHORT, LONG, False, "$: maxLength was 10, is 20"),
        (SHORT, str, False, "$: maxLength was 10, is None"),
        (str, DIGITS, True, "$: pattern was None, is ^[0-9]+$"),
        (DIGITS, str, False, "$: pattern was ^[0-9]+$, is None"),
        (tuple[int, ...], tuple[str, ...], False, "$[]: integer is no longer said"),
        (tuple[int, int], tuple[int, int, int], False, "$: 2 entries have become 3"),
        (tuple[int, int], tuple[int, str], False, "$[1]: integer is no longer said"),
        (dict[str, int], dict[str, str], False, "$[]: integer is no longer said"),
        (Stop | Go, Stop, True, "$: object go is no longer taken"),
        (tuple[Part, ...], tuple[Stop, ...], False, "$[]: object is no longer said"),
    ],
)
def test_each_way_of_taking_back_is_found(old, new, taken, found):
    """Values, ranges, forms, entries, records: with the place and what has changed."""
    assert found in breaks(schema(old), schema(new), taken=taken)


@pytest.mark.parametrize(
    ("old", "new", "taken"),
    [
        (record(*OLD), record(*OLD, ("y", int)), False),
        (record(("x", int, 0)), record(*OLD), False),
        (record(*OLD), record(*OLD, ("y", int, 0)), True),
        (record(*OLD), record(("x", int, 0)), True),
        (record(*OLD), record(("x", float)), True),
        (record(*OLD), record(("x", int | None)), True),
        (schema(WORDS), schema(MORE), False),
        (schema(WORDS), schema(MORE), True),
        (schema(SHORT), schema(LONG), True),
        (schema(LONG), schema(SHORT), False),
        (schema(Stop), schema(Stop | Go), True),
        (schema(tuple[Part, ...]), schema(tuple[Part, ...]), False),
    ],
)
def test_additions_are_allowed(old, new, taken):
    """New fields and values in what is said; new fields that may be left out, and more room, in what is taken."""
    assert [] == breaks(old, new, taken=taken)


def test_each_schema_has_its_copy():
    """A type of event or a payload without one could be taken back unseen."""
    assert set() == set(released.new()), "python -m tests.contract --new"


def test_a_new_type_without_its_copy_is_found(monkeypatch):
    """Control: one more in the catalogue, and nobody has kept it."""
    more = contract.schemas() | {"andon.new.v1": {}}
    monkeypatch.setattr(contract, "schemas", lambda: more)
    assert {"andon.new.v1": {}} == released.new()


def test_nothing_released_is_taken_back():
    """A change that takes something back needs a new type of event, or a new version of the whole contract."""
    assert {} == released.taken_back(), "give it a new name, .v2; or: python -m tests.contract --release, if never out"


@pytest.mark.parametrize("name", released.released())
def test_a_schema_without_one_of_its_fields_is_found(name):
    """Control, over every released schema: one property or alternative less, and something is taken back."""
    old = contract.schemas()[name]
    new = msgspec.json.decode(msgspec.json.encode(old))
    shapes = [new, *new.get("$defs", {}).values()]
    shape = next(each for each in shapes if each.get("properties"))
    shape["properties"].popitem()
    assert breaks(old, new, taken=name in released.TAKEN)


def test_a_type_that_is_gone_is_found(monkeypatch):
    """Control: the catalogue without one of its types."""
    kept = {name: each for name, each in contract.schemas().items() if name != "andon.call.raised.v1"}
    monkeypatch.setattr(contract, "schemas", lambda: kept)
    assert {"andon.call.raised.v1": ["the whole of it is gone"]} == released.taken_back()
    with pytest.raises(ValueError, match="needs a new version"):
        released.release()
