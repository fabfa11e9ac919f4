"""The stack light on real output lines over mock pins: levels, patterns, failures, and dark at the end."""

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from edge_agent.andon.legend import SLOW_PERIOD_NS, Mode, Sign, Tier
from edge_agent.signals.stack import Settings
from edge_agent.station.picture import TEST_STEP_NS, Stack
from tests.story_station import made

WIRED = {"red": "GPIO23", "yellow": "GPIO24", "green": "GPIO25", "buzzer": "GPIO16", "line_stop": "GPIO26"}
LIT_NS, DARK_NS = 0, SLOW_PERIOD_NS // 2  # the two halves of a slow blink


class Pin(MockPin):
    """A mock pin whose output can fail."""

    broken = False

    def _set_state(self, value):
        if self.broken:
            message = "the line is gone"
            raise OSError(message)
        super()._set_state(value)


@pytest.fixture
def pins():
    return MockFactory(pin_class=Pin)


def shown(lamps=None, *, sound=None, line_stop=False):
    """A level of the stack."""
    return Stack(
        lamps=lamps or {}, sound=sound, line_stop=line_stop, sign=Sign.RUNNING, reason="For a test.", changes_ns=None
    )


def high(pins):
    """Names of the outputs whose pin is high."""
    return [name for name, pin in WIRED.items() if pins.pin(pin).state]


def test_every_output_follows_the_level(pins):
    """Steady, blinking, sounding, requesting the stop: each pin is what the level says for this instant."""
    light = Settings(**WIRED).open(pins)
    level = shown({Tier.RED: Mode.CONTINUOUS, Tier.YELLOW: Mode.BLINKING}, sound=Mode.BLINKING, line_stop=True)
    assert light.show(level, LIT_NS) is None
    assert ["red", "yellow", "buzzer", "line_stop"] == high(pins)
    light.show(level, DARK_NS)
    assert ["red", "line_stop"] == high(pins)
    light.show(shown({Tier.GREEN: Mode.CONTINUOUS}), LIT_NS)
    assert ["green"] == high(pins)
    light.close()


def test_active_low_is_the_same_the_other_way_round(pins):
    """A relay board: off is high from the first moment, a lit lamp is low, and off again at the end."""
    light = Settings(**WIRED, active="low").open(pins)
    assert list(WIRED) == high(pins)
    light.show(shown({Tier.GREEN: Mode.CONTINUOUS}), LIT_NS)
    assert ["red", "yellow", "buzzer", "line_stop"] == high(pins)
    written = [pins.pin(pin) for pin in WIRED.values()]
    light.close()
    assert all(pin.state for pin in written)


def test_a_disturbed_output_heals_with_the_next_level(pins):
    """Whatever else wrote the pin: the level is written again, changed or not."""
    light = Settings(**WIRED).open(pins)
    light.show(shown({Tier.GREEN: Mode.CONTINUOUS}), LIT_NS)
    pins.pin("GPIO25").state = False
    pins.pin("GPIO23").state = True
    light.show(shown({Tier.GREEN: Mode.CONTINUOUS}), LIT_NS)
    assert ["green"] == high(pins)
    light.close()


def test_a_tier_that_is_not_wired_has_no_output(pins):
    """What the settings name is what the legend may use, from the top."""
    settings = Settings(green="GPIO25", red="GPIO23")
    assert (Tier.RED, Tier.GREEN) == settings.tiers()
    light = settings.open(pins)
    assert light.show(shown({Tier.BLUE: Mode.CONTINUOUS}, sound=Mode.CONTINUOUS, line_stop=True), LIT_NS) is None
    assert [] == high(pins)
    light.close()


def test_the_lamp_test_shows_each_tier_and_then_sounds(pins):
    """At start, wherever in a blink the clock happens to be: every wire is heard or seen once, alone."""
    for phase in range(4):
        station = made()
        station.tiers = (Tier.RED, Tier.YELLOW, Tier.GREEN)
        began_ns = phase * SLOW_PERIOD_NS // 4
        station.begin(began_ns)
        light = Settings(**WIRED).open(pins)
        seen = []
        for step in range(5):
            now_ns = began_ns + step * TEST_STEP_NS + TEST_STEP_NS // 2
            light.show(station.stack(now_ns), now_ns)
            seen.append(high(pins))
        assert [["red"], ["yellow"], ["green"], ["buzzer"], []] == seen
        light.close()


def test_a_pin_that_cannot_be_had_leaves_the_others_free(pins):
    """The second lamp is on the first one's pin: it is said, and nothing stays reserved or lit."""
    with pytest.raises(OSError, match="GPIO23"):
        Settings(red="GPIO23", yellow="GPIO23").open(pins)
    light = Settings(**WIRED).open(pins)
    light.close()


def test_one_that_cannot_be_switched_off_keeps_no_other_lit(pins):
    """At the end the driver fails for one output: it is the only one that may stay as it is."""
    light = Settings(**WIRED).open(pins)
    light.show(shown(dict.fromkeys((Tier.RED, Tier.YELLOW, Tier.GREEN), Mode.CONTINUOUS), line_stop=True), LIT_NS)
    pins.pin("GPIO26").broken = True
    with pytest.raises(OSError, match="the line is gone"):
        light.close()
    assert ["line_stop"] == high(pins)


def test_alive_pulses_whatever_is_shown(pins):
    """On but for the last eighth of a slow blink, with every lamp dark; it says when it changes, and ends off."""
    light = Settings(green="GPIO25", alive="GPIO21").open(pins)
    levels, now_ns = [], 0
    while now_ns < 2 * SLOW_PERIOD_NS:
        light.show(shown(), now_ns)
        due_ns = light.due_ns(now_ns)
        levels.append((bool(pins.pin("GPIO21").state), due_ns - now_ns))
        now_ns = due_ns
    gap_ns = SLOW_PERIOD_NS // 8
    assert levels == [(True, SLOW_PERIOD_NS - gap_ns), (False, gap_ns)] * 2
    light.close()
    assert not pins.pin("GPIO21").state
    assert Settings(green="GPIO25").open(pins).due_ns(0) is None
