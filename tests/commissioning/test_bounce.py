"""From edges to bounce: what was given is counted right whatever bounces, and the debounce proposed counts the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.commissioning.bounce import counted, proposed, window_ms
from edge_agent.observations.raw import RawEdge

MS = 1_000_000


def edges(*at_ms: float, given: bool = True) -> list[RawEdge]:
    """Edges in turn, the first of them giving the signal."""
    return [
        RawEdge(round(at * MS), sensor="press", pin="GPIO17", given=given == (place % 2 == 0))
        for place, at in enumerate(at_ms)
    ]


def part(at_ms: float, *bounces_ms: float, held_ms: float = 200.0) -> list[float]:
    """When the edges of one part come: closing with bounces, and opening with the same."""
    pairs = [at_ms + each for each in bounces_ms]
    return [at_ms, *pairs, at_ms + held_ms, *(each + held_ms for each in pairs)]


def test_five_parts_with_their_bounce():
    """Each bounces for 3.4 ms at both ends: five are counted, and 8 ms would do."""
    seen = edges(*(at for number in range(5) for at in part(1000.0 * number, 1.0, 1.5, 2.0, 3.4)))
    found = counted(seen, 50.0, given=False)
    assert (5, 50) == (len(found.signals), found.edges)
    assert 3.4 == pytest.approx(found.bounce_ms)
    assert (1.0, 1.0, 1.0, 1.0) == found.cycles_s
    assert 8.0 == proposed(seen, found, 2.0, given=False)


def test_what_is_set_already_stays_where_it_would_do():
    """Nobody is asked to change 5 ms to 3 ms because the contact was in a good mood."""
    seen = edges(*part(0.0, 0.3, 0.6), *part(1000.0, 0.3, 0.6))
    assert 5.0 == proposed(seen, counted(seen, 50.0, given=False), 5.0, given=False)


def test_a_bounce_that_is_counted_twice_is_seen():
    """With the debounce that is set one part counts as more: that is what the test is for."""
    seen = edges(*part(0.0, 4.0, 8.0))
    assert 1 == len(counted(seen, 50.0, given=False).signals)
    assert 3 == len(counted(seen, 1.0, given=False).signals), "twice closing, and once opening"
    assert 20.0 == proposed(seen, counted(seen, 50.0, given=False), 1.0, given=False)


def test_a_short_pulse_is_no_bounce():
    """A part passes a proximity sensor in 5 ms: one signal, whatever the window."""
    seen = edges(0.0, 5.0, 1000.0, 1005.0)
    found = counted(seen, 50.0, given=False)
    assert (2, 0.0) == (len(found.signals), found.bounce_ms)


def test_a_contact_that_never_rests_has_no_remedy_here():
    """Forty milliseconds of bounce want twice as much, which would eat the signal: none is proposed."""
    seen = edges(*(at for number in range(5) for at in part(100.0 * number, 15.0, 30.0, 40.0, 45.0, held_ms=50.0)))
    found = counted(seen, 45.0, given=False)
    assert proposed(seen, found, 5.0, given=False) is None


def test_nothing_was_heard():
    """No edge, no signal, and nothing to complain of."""
    assert () == counted([], 50.0, given=False).signals
    assert 5.0 == proposed([], counted([], 50.0, given=False), 5.0, given=False)


@given(
    st.lists(st.lists(st.floats(0.05, 3.0), max_size=6), min_size=1, max_size=6),
    st.floats(20.0, 400.0),
)
def test_the_proposal_counts_what_was_given(bounces: list[list[float]], held_ms: float):
    """Whatever the contact does within 20 ms of a change, the debounce that is proposed counts the parts."""
    at_ms: list[float] = []
    for number, gaps in enumerate(bounces):
        even = gaps[: len(gaps) // 2 * 2]  # it ends where it was going
        pairs = [sum(even[: place + 1]) for place in range(len(even))]
        at_ms += part(2000.0 * number, *pairs, held_ms=held_ms)
    seen = edges(*at_ms)
    found = counted(seen, 50.0, given=False)
    assert len(bounces) == len(found.signals)
    would_do = proposed(seen, found, 5.0, given=False)
    assert would_do is not None
    assert would_do >= 2 * found.bounce_ms
    assert found.signals == counted(seen, would_do, given=False).signals


def test_the_window_fits_the_work():
    """A press of 20 strokes a second is not given 50 ms; a cord that is slow by its setting keeps it."""
    assert 12.5 == window_ms(0.05, 5.0)
    assert 50.0 == window_ms(55.0, 5.0)
    assert 80.0 == window_ms(None, 80.0)
