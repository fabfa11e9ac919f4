"""The sign on the lamps, on simulated pins: all together, and unlike anything that a station shows."""

from gpiozero.pins.mock import MockFactory

from edge_agent.andon.legend import LEGEND, Tier
from edge_agent.andon.legend import show as shown
from edge_agent.card.sign import STEP_S, Sign, show
from edge_agent.signals.stack import Settings
from edge_agent.standard import to_ns

PINS = {"red": "GPIO23", "yellow": "GPIO24", "green": "GPIO25", "buzzer": "GPIO12", "line_stop": "GPIO16"}


class Clock:
    """A clock that moves when somebody rests, and looks at the pins then."""

    def __init__(self, look=lambda: None):
        self.now_ns, self.look, self.seen = 5, look, []

    def pause(self, seconds):
        """Note what is lit."""
        self.seen.append(self.look())
        self.now_ns += to_ns(seconds)


def lit(sign, times, names=tuple(PINS)):
    """What is lit at each step of the sign, shown so many times, and after it."""
    pins = MockFactory()
    settings = Settings(**{name: PINS[name] for name in names})

    def look():
        return {name for name in names if pins.pin(PINS[name]).state}

    clock = Clock(look)
    lamps = settings.open(pins)
    show(lamps, settings.tiers(), sign, lambda done: done < times, lambda: clock.now_ns, clock.pause)
    return clock.seen, look()


def runs(seen):
    """How long, in seconds, something was lit or dark, in turn."""
    lengths = []
    for place, each in enumerate(seen):
        if place and bool(each) == bool(seen[place - 1]):
            lengths[-1] += STEP_S
        else:
            lengths.append(STEP_S)
    return [round(length, 2) for length in lengths]


def test_accepted_is_one_long_light():
    """All tiers together, no buzzer, no request to the line; then dark."""
    seen, after = lit(Sign.ACCEPTED, 1)
    assert ([3.0, 0.5], set()) == (runs(seen), after)
    assert {"red", "yellow", "green"} == seen[0]


def test_refused_is_four_short_ones_and_a_pause():
    """As often as it is asked for."""
    seen, after = lit(Sign.REFUSED, 2)
    assert ([0.3] * 7 + [1.5]) * 2 == runs(seen)
    assert (set(), [{"red", "yellow", "green"}]) == (after, [each for each in seen if each][:1])


def test_no_state_of_a_station_lights_all_tiers():
    """Whatever is shown at once, one of red, yellow and green is dark."""
    signs = {row.sign for row in LEGEND}
    for sign in signs:
        assert not {Tier.RED, Tier.YELLOW, Tier.GREEN} <= shown({sign}, tuple(Tier)).keys()


def test_a_single_lamp_shows_it_too():
    """Groups of four, where the station's own patterns have one or two."""
    seen, _ = lit(Sign.REFUSED, 1, ("red",))
    assert [0.3] * 7 + [1.5] == runs(seen)
