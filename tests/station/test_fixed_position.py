"""The fixed position: what is answered before it never stops the line, and what is not was red first."""

import pytest
from gpiozero.pins.mock import MockFactory
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.andon.legend import Tier
from edge_agent.events import CallCleared, CallLineStop, CallRaised
from edge_agent.observations import CycleEnd, Pull, Released
from edge_agent.signals.stack import Settings
from edge_agent.standard import NS_PER_S
from tests.story_station import made

LIFE = (CallRaised, CallLineStop, CallCleared)
TAKT_NS = 60 * NS_PER_S  # of the station of the stories
FIRST = st.integers(1, TAKT_NS - 2)


class Line:
    """A station whose takt slot begins at 0, and the line-stop request on its pin."""

    def __init__(self):
        self.pins = MockFactory()
        self.light = Settings(red="GPIO23", yellow="GPIO24", green="GPIO25", line_stop="GPIO26").open(self.pins)
        self.station = made()
        self.station.begin(-TAKT_NS)
        self.said, self.requested = [], []
        self.see(CycleEnd(0, "press"), 0)

    def see(self, seen, now_ns):
        """Let it happen, after everything that was due before it, with the outputs written in each turn."""
        while (due_ns := self.station.due_ns()) is not None and due_ns < now_ns:
            self.turn(None, due_ns)
        self.turn(seen, now_ns)

    def turn(self, seen, now_ns):
        """One turn, as the agent has it: step, then every output."""
        self.said += [event.data for event in self.station.step(seen, now_ns)]
        stack = self.station.stack(now_ns)
        self.light.show(stack, now_ns)
        assert stack.line_stop == bool(self.pins.pin("GPIO26").state)
        assert stack.line_stop == (Tier.RED in stack.lamps)
        if stack.line_stop:
            self.requested.append(now_ns)

    def pull(self, at_ns):
        """Pull the cord and let it go."""
        self.see(Pull(at_ns, "cord", "help"), at_ns)
        self.see(Released(at_ns, "cord"), at_ns)

    def calls(self):
        """What was said of the cord's call, in order; response times are another matter."""
        return [type(data) for data in self.said if isinstance(data, LIFE) and data.kind == "help"]


def check(first_ns, second_ns):
    """Pull twice; red exactly where the second pull was not before the end of the slot."""
    line = Line()
    line.pull(first_ns)
    line.pull(second_ns)
    (cleared,) = [data for data in line.said if isinstance(data, CallCleared) and data.kind == "help"]
    if second_ns < TAKT_NS:
        assert [CallRaised, CallCleared] == line.calls()
        assert ("withdrawn", False, []) == (cleared.how, cleared.line_stopped, line.requested)
    else:
        assert [CallRaised, CallLineStop, CallCleared] == line.calls()
        assert ("restored", True) == (cleared.how, cleared.line_stopped)
        assert TAKT_NS == line.requested[0]
    assert not line.pins.pin("GPIO26").state


@pytest.mark.parametrize("second", [0.95, 1.01])
def test_pulled_at_seven_tenths_of_the_takt(second):
    """A second pull at 0.95 takt: never red. At 1.01: it was red, the stop was requested, and is then restored."""
    check(round(0.7 * TAKT_NS), round(second * TAKT_NS))


@given(FIRST, st.data())
def test_answered_in_the_slot_is_never_red(first_ns, data):
    """Whenever the first pull comes, a second one before the end of the slot keeps the line going."""
    check(first_ns, data.draw(st.integers(first_ns + 1, TAKT_NS - 1)))


@given(FIRST, st.integers(TAKT_NS + 1, 2 * TAKT_NS))
def test_answered_after_the_slot_was_red_and_is_restored(first_ns, second_ns):
    """Whenever they come, the stop was requested at the end of the slot, to the nanosecond, until the second pull."""
    check(first_ns, second_ns)
