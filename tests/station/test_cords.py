"""What cords and call buttons mean to the calls, momentary and latching, whole and cut."""

import msgspec
import pytest

from edge_agent.andon.response import Response
from edge_agent.events import CallCleared, CallRaised, SensorBack, SensorLost
from edge_agent.observations import Pull, Released, Restore, Source
from edge_agent.standard import NS_PER_S, Standard, Workplace
from edge_agent.station.station import Station

WORKPLACE = Workplace(
    standard=Standard(standard_cycle_s=50.0, takt_s=60.0),
    sources=(Source(name="cord", sees="call"), Source(name="latch", sees="call", latching=True)),
)
TOLD = (CallRaised, CallCleared, SensorLost, SensorBack)


class Line:
    """A station with two cords, and what it said of calls and sensors."""

    def __init__(self, memory=None):
        self.station = Station(WORKPLACE, (), Response(), memory=memory)
        self.station.begin(0 if memory is None else memory.kept_ns)

    def at(self, at_s, kind, sensor="cord", **words):
        """Let it happen; the events of calls and sensors, by their last word."""
        at_ns = round(at_s * NS_PER_S)
        seen = None if kind is None else kind(at_ns, **words) if kind is Restore else kind(at_ns, sensor, **words)
        said = [event.data for event in self.station.step(seen, at_ns)]
        return [getattr(data, "how", type(data).__name__) for data in said if isinstance(data, TOLD)]


def test_a_momentary_cord_is_let_go_and_pulled_again():
    """The release says nothing; the second pull withdraws."""
    line = Line()
    assert ["CallRaised"] == line.at(1, Pull, call="help")
    assert [] == line.at(2, Released)
    assert ["withdrawn"] == line.at(3, Pull, call="help")
    assert [] == line.at(4, Released)
    assert ["CallRaised"] == line.at(5, Pull, call="help")


def test_a_latching_cord_is_pushed_back():
    """Pushing it back is the second pull; one pushed back after a reset is no new call."""
    line = Line()
    assert ["CallRaised"] == line.at(1, Pull, "latch", call="help")
    assert ["withdrawn"] == line.at(3, Released, "latch")
    assert ["CallRaised"] == line.at(5, Pull, "latch", call="help")
    assert ["restored"] == line.at(6, Restore)
    assert [] == line.at(8, Released, "latch")
    assert ["CallRaised"] == line.at(9, Pull, "latch", call="help")


def test_a_latching_cord_pulled_anew_while_its_call_goes_on_is_no_second_pull():
    """Pushed back while the agent was off: the call is remembered, and the next pull does not withdraw it."""
    line = Line()
    line.at(1, Pull, "latch", call="help")
    again = Line(msgspec.structs.replace(line.station.memory(), kept_ns=10 * NS_PER_S))
    assert [] == again.at(12, Pull, "latch", call="help")
    assert ["withdrawn"] == again.at(13, Released, "latch")


@pytest.mark.parametrize("sensor", ["cord", "latch"])
@pytest.mark.parametrize("standing", [False, True])
def test_a_cord_that_stays_pulled_when_its_call_is_over_is_lost_until_it_is_at_rest(sensor, standing):
    """A cut cord was restored: after ten seconds the station is blind and names it, each time anew, without restart."""
    line = Line()
    for began_s in (100, 200):
        assert ["CallRaised"] == line.at(began_s, Pull, sensor, call="help", standing=standing)
        assert [] == line.at(began_s + 30, None)  # while its call is open, somebody is asked to come anyway
        assert ["restored"] == line.at(began_s + 31, Restore)
        assert [] == line.at(began_s + 40.9, None)
        assert ["SensorLost"] == line.at(began_s + 41, None)
        assert "blind" == line.station.stack((began_s + 41) * NS_PER_S).sign
        assert ["SensorBack"] == line.at(began_s + 50, Released, sensor)


def test_a_second_pull_that_is_held_is_forgiven_for_ten_seconds():
    """A hand may hold the cord a while; longer than that it is told, and taken back with the release."""
    line = Line()
    line.at(1, Pull, call="help")
    line.at(2, Released)
    assert ["withdrawn"] == line.at(3, Pull, call="help")
    assert [] == line.at(12.9, None)
    assert ["SensorLost"] == line.at(13, None)
    assert ["SensorBack"] == line.at(14, Released)


def test_one_cord_and_several_buttons_have_a_call_each():
    """Each button withdraws its own call and no other."""
    line = Line()
    for sensor, call in (("cord", "help"), ("material", "material"), ("quality", "quality")):
        assert ["CallRaised"] == line.at(1, Pull, sensor, call=call)
        line.at(2, Released, sensor)
    assert ["withdrawn"] == line.at(3, Pull, "material", call="material")
    assert ["help", "quality"] == [call.kind for call in line.station.calls.open.values()]
