from hypothesis import given
from hypothesis import strategies as st

from edge_agent.signals.backoff import Backoff
from edge_agent.standard import to_ns, to_s

CHANCES = st.floats(0, 1, exclude_max=True)


@given(st.lists(st.none() | st.floats(0, 100), max_size=50), CHANCES)
def test_every_wait_is_within_its_bounds(history, chance):
    """After any history a station waits at least half a second, and more than a minute only in a quarrel."""
    backoff = Backoff(lambda: chance)
    for lived_s in history:
        wait_s = to_s(backoff.failed_ns() if lived_s is None else backoff.ended_ns(to_ns(lived_s), shared=True))
        assert 0.5 <= wait_s <= (300.0 if backoff.quarrels else 60.0)


def test_waits_grow_and_a_connection_that_lived_ends_the_growth():
    """Two, four, eight seconds at most, up to a minute; after ten good seconds it begins anew."""
    backoff = Backoff(lambda: 1.0)
    assert [to_s(backoff.failed_ns()) for _ in range(7)] == [2, 4, 8, 16, 32, 60, 60]
    assert to_s(backoff.ended_ns(to_ns(10.0), shared=False)) == 2


def test_two_stations_do_not_come_at_the_same_moment():
    """The whole wait is drawn by chance, so that a plant's stations spread after its broker was away."""
    early, late = Backoff(lambda: 0.0), Backoff(lambda: 0.9)
    for _ in range(5):
        waits = (early.failed_ns(), late.failed_ns())
    assert waits[0] == to_ns(0.5)
    assert waits[1] > to_ns(25.0)


def test_a_quarrel_about_the_client_id_slows_down_to_minutes():
    """Three connections in a row that lived less than ten seconds are said, and one that lives ends it."""
    backoff = Backoff(lambda: 0.0)
    for lived_s in (1, 1):
        backoff.ended_ns(to_ns(lived_s), shared=True)
    assert not backoff.quarrels
    assert to_s(backoff.ended_ns(to_ns(1.0), shared=True)) == 60.0
    assert backoff.quarrels
    assert to_s(backoff.ended_ns(to_ns(11.0), shared=True)) == 0.5
    assert not backoff.quarrels


def test_a_link_that_flaps_is_tried_again_within_the_minute():
    """Without another machine there is nobody to make room for, however short the connections live."""
    backoff = Backoff(lambda: 1.0)
    waits_s = [to_s(backoff.ended_ns(to_ns(2.0), shared=False)) for _ in range(20)]
    assert max(waits_s) == 60.0
    assert backoff.quarrels
