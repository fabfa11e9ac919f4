"""Shifts: net available time and the takt it makes."""

import pytest

from edge_agent.planning.shifts import Shift


def test_takt_is_net_available_time_over_demand():
    """Breaks are no available time: 8 h less 45 min for 430 parts makes 60.7 s."""
    shift = Shift(name="early", start="06:00", end="14:00", breaks=("09:00-09:15", "12:00-12:30"), demand=430)
    assert pytest.approx(26_100 / 430) == shift.takt_s


def test_a_shift_goes_over_midnight():
    """An end before the start is on the next day, and so may a break be."""
    shift = Shift(name="night", start="22:00", end="06:00", breaks=("23:45-00:15",))
    assert 7.5 * 3600 == shift.available_s


def test_a_shift_without_demand_makes_no_takt():
    """Nothing wanted, nothing said of the pace."""
    assert Shift(name="early", start="06:00", end="14:00").takt_s is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"breaks": ("05:00-05:30",)}, "not inside"),
        ({"breaks": ("13:50-14:10",)}, "not inside"),
        ({"breaks": ("09:00-09:00",)}, "not inside"),
        ({"breaks": ("09:00-09:30", "09:15-09:45")}, "overlaps"),
        ({"breaks": ("06:00-14:00",)}, "no time to work"),
        ({"days": ()}, "at least one"),
        ({"days": ("mon", "mon")}, "once"),
    ],
)
def test_a_shift_nobody_can_work_is_refused(changes, reason):
    """The reason names the key, so that the complaint finds its line."""
    with pytest.raises(ValueError, match=reason) as refused:
        Shift(**{"name": "early", "start": "06:00", "end": "14:00", **changes})
    assert next(iter(changes)) in str(refused.value)
