"""What every sensor of the table must keep, without naming one: a new file is examined by being in the table."""

import re
from typing import get_args

import msgspec
import pytest

from edge_agent.kind import kind_of
from edge_agent.observations import Source
from edge_agent.reference import settings_of
from edge_agent.sensors import SENSORS, AnySensor
from edge_agent.sensors.wire import Settings

# Values for fields that have no default; a new required field of another name needs a line here.
REQUIRED = {
    "name": "it",
    "pin": "GPIO17",
    "start_pin": "GPIO5",
    "end_pin": "GPIO6",
    "port": "/dev/serial/by-id/usb-gauge",
    "characteristic": "bore_mm",
    "path": "day.jsonl",
    "sees": "cycle",
    "format": "f32",
    "rate_hz": 1000.0,
}
# Choices of which exactly one must be made.
CHOICES = [{}, {"pin": "GPIO17"}, {"call": "help"}, {"profile": "mitutoyo"}]


def examples(kind):
    """Configurations of a kind: its required fields, and each choice that it accepts beside them."""
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    required = {name: REQUIRED[name] for name, field in fields.items() if field.required}
    for choice in CHOICES:
        if choice.keys() <= fields.keys():
            try:
                yield msgspec.convert({"kind": kind_of(kind), **required, **choice}, kind)
            except msgspec.ValidationError:
                continue


every_kind = pytest.mark.parametrize("kind", SENSORS, ids=kind_of)


def test_table_and_union_are_one():
    """Every kind a configuration may name is in the table, once, under a name of its own."""
    assert get_args(AnySensor) == SENSORS
    assert len(SENSORS) == len({kind_of(kind) for kind in SENSORS})


@every_kind
def test_kind_is_frozen_and_named(kind):
    """Settings are immutable, refuse unknown keys, and their kind is a plain word."""
    assert issubclass(kind, Settings)
    config = kind.__struct_config__
    assert config.frozen
    assert config.forbid_unknown_fields
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind_of(kind))


@every_kind
def test_kind_and_settings_are_documented(kind):
    """The kind says in a sentence what it is, and each setting what it means."""
    assert "." in (kind.__doc__ or "")
    assert not kind.__doc__.startswith(kind.__name__)
    for setting in settings_of(kind):
        assert setting.meaning, f"{kind.__name__}.{setting.name} has no description"


@every_kind
def test_source_is_sane(kind):
    """The core is told the sensor's own name, and of what a reading is."""
    sources = [settings.source() for settings in examples(kind)]
    assert sources
    for source in sources:
        assert isinstance(source, Source)
        assert source.name == REQUIRED["name"]
        assert (source.sees == "reading") == (source.characteristic is not None)
        assert source.heard_within_s is None or source.heard_within_s > 0


@every_kind
def test_round_trip(kind):
    """What a configuration gives is what it was, and the union finds the kind again."""
    for settings in examples(kind):
        assert settings == msgspec.convert(msgspec.to_builtins(settings), AnySensor)


@every_kind
def test_pins_are_text_fields(kind):
    """Fields that name pins are there, and hold the pin's name as text."""
    for settings in examples(kind):
        given = [getattr(settings, name) for name in kind.PINS]
        assert all(isinstance(pin, str) for pin in given if pin is not None)
        assert not kind.PINS or any(given)


@every_kind
def test_unknown_setting_is_refused(kind):
    """A misspelt setting is an error, not a default."""
    for settings in examples(kind):
        with pytest.raises(msgspec.ValidationError, match="unknown field"):
            msgspec.convert({**msgspec.to_builtins(settings), "nmae": "x"}, kind)


@every_kind
def test_opens_and_closes_twice(kind, bench, inbox):
    """A wire opens, closes, and leaves everything free for the next."""
    for settings in examples(kind):
        for _ in range(2):
            settings.open(inbox.post, bench.factory).close()
    assert not any(bench.factory._reservations.values())
