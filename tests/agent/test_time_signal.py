"""The wall clock is told when the station cannot know it: at first, each minute, and when it was set."""

from edge_agent.agent.time_signal import EVERY_NS, STEP_NS, TimeSignal
from edge_agent.observations import ClockTold
from edge_agent.standard import NS_PER_S

WALL_NS = 1_795_392_000 * NS_PER_S


class Wall:
    """A wall clock that a test can set; each look at it happens at `now_ns`."""

    def __init__(self):
        self.now_ns, self.off_ns = 0, 0
        self.signal = TimeSignal(lambda: WALL_NS + self.now_ns + self.off_ns, lambda: True)

    def told(self, at_ns):
        """What is told at this instant."""
        self.now_ns = at_ns
        return self.signal.told(at_ns)


def test_it_is_told_at_first_and_once_a_minute():
    """In between it is carried on."""
    wall = Wall()
    assert 0 == wall.signal.due_ns()
    assert ClockTold(5, WALL_NS + 5, True) == wall.told(5)
    assert 5 + EVERY_NS == wall.signal.due_ns()
    assert None is wall.told(5 + EVERY_NS - 1)
    assert ClockTold(5 + EVERY_NS, WALL_NS + 5 + EVERY_NS, True) == wall.told(5 + EVERY_NS)


def test_a_step_is_told_at_once_and_a_slew_with_the_minute():
    """Half a second either way is a step; what a time server slews is not."""
    wall = Wall()
    wall.told(0)
    wall.off_ns = STEP_NS - 1
    assert None is wall.told(NS_PER_S)
    wall.off_ns = -STEP_NS
    assert WALL_NS + 2 * NS_PER_S - STEP_NS == wall.told(2 * NS_PER_S).wall_ns
    assert None is wall.told(3 * NS_PER_S)
