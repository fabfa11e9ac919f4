"""What every lamp driver of the table must keep, without naming one: a new file is examined by being in the table."""

import re

import msgspec
import pytest
from gpiozero.pins.mock import MockFactory, MockPin
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.andon.legend import Mode, Sign, Tier
from edge_agent.signals import LAMPS, lamp
from edge_agent.station.picture import Stack

FREE = [f"GPIO{number}" for number in range(9, 28)]  # as many as a driver may name
every_driver = pytest.mark.parametrize("driver", LAMPS, ids=lambda driver: str(driver.__struct_config__.tag))
LEVELS = st.builds(
    Stack,
    lamps=st.dictionaries(st.sampled_from(Tier), st.sampled_from(Mode)),
    sound=st.none() | st.sampled_from(Mode),
    line_stop=st.booleans(),
    sign=st.sampled_from(Sign),
    reason=st.just("For a test."),
    changes_ns=st.none(),
)


class Pin(MockPin):
    """A mock pin whose output can fail."""

    broken = False

    def _set_state(self, value):
        if self.broken:
            message = "the line is gone"
            raise OSError(message)
        super()._set_state(value)


def settings_of(driver):
    """Settings with every pin the driver can have."""
    return driver(**dict(zip(driver.PINS, FREE, strict=False)))


def levels(pins, settings):
    """What its pins read."""
    return {name: pins.pin(getattr(settings, name)).state for name in settings.PINS}


@every_driver
def test_it_is_named_frozen_and_strict(driver):
    """Settings are immutable, refuse unknown keys, and their kind is a plain word."""
    config = driver.__struct_config__
    assert issubclass(driver, lamp.Settings)
    assert (True, True) == (config.frozen, config.forbid_unknown_fields)
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", str(config.tag))
    assert settings_of(driver) == msgspec.convert(msgspec.to_builtins(settings_of(driver)), driver)


@every_driver
def test_tiers_are_named_from_the_top(driver):
    """The legend is made from what is wired, and only from that."""
    assert list(Tier) == list(settings_of(driver).tiers())
    assert () == driver().tiers()


@every_driver
def test_it_opens_dark_and_closes_dark_and_can_be_opened_again(driver):
    """No flash at start, nothing lit at the end, nothing reserved afterwards; closing twice is harmless."""
    pins, settings = MockFactory(), settings_of(driver)
    level = Stack(
        lamps=dict.fromkeys(Tier, Mode.CONTINUOUS),
        sound=Mode.CONTINUOUS,
        line_stop=True,
        sign=Sign.RUNNING,
        reason="All at once.",
        changes_ns=None,
    )
    for _ in range(2):
        light = settings.open(pins)
        assert not any(levels(pins, settings).values())
        assert light.show(level, 0) is None
        assert all(levels(pins, settings).values())
        light.close()
        light.close()
        assert not any(levels(pins, settings).values())
    assert not any(pins._reservations.values())


@every_driver
@given(before=LEVELS, level=LEVELS, now_ns=st.integers(0, 10**13))
def test_what_is_shown_depends_on_level_and_time_alone(driver, before, level, now_ns):
    """Whatever was shown before: the same level at the same instant is the same light."""
    settings = settings_of(driver)
    seen = []
    for history in ((), (before,), (level, before)):
        pins = MockFactory()
        light = settings.open(pins)
        for earlier in history:
            light.show(earlier, now_ns // 2)
        light.show(level, now_ns)
        seen.append(levels(pins, settings))
        light.close()
    assert [seen[0]] * 3 == seen


@every_driver
def test_each_output_may_fail_alone(driver):
    """The one that failed is named, every other one is written, and it heals by itself."""
    settings = settings_of(driver)
    for broken in driver.PINS:
        pins = MockFactory(pin_class=Pin)
        light = settings.open(pins)
        level = Stack(
            lamps=dict.fromkeys(Tier, Mode.CONTINUOUS),
            sound=Mode.CONTINUOUS,
            line_stop=True,
            sign=Sign.RUNNING,
            reason="All at once.",
            changes_ns=None,
        )
        pin = pins.pin(getattr(settings, broken))
        pin.broken = True
        assert broken in light.show(level, 0)
        assert [broken] == [name for name, lit in levels(pins, settings).items() if not lit]
        pin.broken = False
        assert light.show(level, 0) is None
        assert all(levels(pins, settings).values())
        light.close()
