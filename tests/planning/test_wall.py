"""The wall clock moves boundaries that are to come, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.observations import ClockTold
from edge_agent.planning.wall import LONGEST_STANDSTILL_NS, Wall

HOUR = 3600 * 10**9


def told(at_ns, wall_ns):
    return ClockTold(at_ns=at_ns, wall_ns=wall_ns, synchronised=True)


def test_a_step_forward_is_followed_at_once():
    """A boundary that the step has passed over is due now."""
    wall = Wall.first(told(0, 10 * HOUR)).told(told(60, 12 * HOUR))
    assert 12 * HOUR == wall.calendar_ns(60)
    assert wall.when_ns(11 * HOUR) <= 60


def test_a_small_step_back_lets_the_calendar_stand():
    """A boundary is not crossed twice; labels follow the clock."""
    wall = Wall.first(told(0, 10 * HOUR)).told(told(HOUR, 11 * HOUR - 600))
    assert 11 * HOUR == wall.calendar_ns(HOUR)
    assert 11 * HOUR - 600 == wall.label_ns(HOUR)
    assert 11 * HOUR + 1 == wall.calendar_ns(HOUR + 601)


def test_a_clock_that_was_wrong_altogether_is_set_right():
    """A year in the future is no reason to stand still for a year."""
    wall = Wall.first(told(0, 10_000 * HOUR)).told(told(HOUR, 1000 * HOUR))
    assert 1000 * HOUR == wall.calendar_ns(HOUR)


def test_a_boot_moves_the_instant_and_not_the_time():
    """CLOCK_MONOTONIC begins anew; the wall shows the same."""
    wall = Wall.first(told(5 * HOUR, 10 * HOUR))
    assert wall.label_ns(6 * HOUR) == wall.moved(-5 * HOUR).label_ns(HOUR)


@given(steps=st.lists(st.tuples(st.integers(1, HOUR), st.integers(-LONGEST_STANDSTILL_NS, HOUR)), max_size=20))
def test_the_calendar_never_goes_back_by_a_small_step(steps):
    """Through any small steps, a later instant is never earlier in the calendar, and a boundary is met in time."""
    wall, now_ns, before_ns = Wall.first(told(0, 1000 * HOUR)), 0, 0
    for passed_ns, step_ns in steps:
        now_ns += passed_ns
        wall_ns = max(wall.label_ns(now_ns) + step_ns, wall.calendar_ns(now_ns) - LONGEST_STANDSTILL_NS)
        wall = wall.told(told(now_ns, wall_ns))
        assert before_ns <= wall.calendar_ns(now_ns)
        before_ns = wall.calendar_ns(now_ns)
        assert before_ns + HOUR == wall.calendar_ns(wall.when_ns(before_ns + HOUR))
