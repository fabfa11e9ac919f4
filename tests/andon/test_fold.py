"""One stop calls once: what is told in a call is told, shown and as late as if it had called for itself."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.andon import fold
from edge_agent.andon.response import KindResponse, Response
from edge_agent.events import CallCleared, CallEscalated, CallRaised, CallUpdated
from edge_agent.observations import Acknowledge, Arrive, CycleEnd, PlannedStop, Restore
from edge_agent.observations.asked import ServiceChange, Shelve
from edge_agent.standard import NS_PER_S, Span
from edge_agent.station.station import Station
from tests import story_station
from tests.life import Life
from tests.stories import story

S, M, H = NS_PER_S, 60 * NS_PER_S, 3600 * NS_PER_S
LOOK_NS = 19 * S


def calling(response: Response) -> Life:
    """A station whose people are called in this way."""
    times = story_station.TIMES
    return Life(lambda memory: Station(story.workplace(times), story.watches(times), response, memory=memory))


def stopped(life: Life | None = None, for_ns: int = 125 * S) -> Life:
    """A station that has made two parts and stands since: an overrun, and no cycle told in its call."""
    life = life or Life(story_station.made)
    for _ in range(2):
        life.see(None, 50 * S)
        life.see(CycleEnd(life.now_ns, "press"))
    life.see(None, for_ns)
    return life


def told(life: Life, kind: type, name: str = "kind") -> list[str]:
    """What was said last, of this type."""
    return [getattr(event.data, name) for event in life.said if isinstance(event.data, kind)]


def test_a_stop_calls_once():
    """The later sights of it are told with what they measured, shown in `state`, and noted for the board."""
    life = stopped()
    assert [["cycle_overrun"], ["no_cycle"]] == [told(life, CallRaised), told(life, CallUpdated, "also")[:1]]
    also = next(event.data for event in life.said if isinstance(event.data, CallUpdated) and event.data.also)
    assert (1, "No cycle for 120.0 s.", 120.0) == (also.call, also.text, also.measured.value)
    (shown,) = life.station.state(life.now_ns).calls
    assert ("no_cycle",) == shown.also
    assert ("cycle_overrun", "no_cycle") == life.station.ledger.account.gap_calls


def test_it_ends_once():
    """What ends with the call is not raised."""
    life = stopped()
    life.see(CycleEnd(life.now_ns, "press"))
    assert [["cycle_overrun"], []] == [told(life, CallCleared), told(life, CallRaised)]
    assert {} == life.station.calls.folds.known


def test_what_stands_when_the_call_ends_is_raised_and_as_late():
    """Nobody came: being behind calls as late as it is, and is escalated as if it had called for itself."""
    life = stopped(for_ns=5 * M)
    life.see(CycleEnd(life.now_ns, "press"))
    raised = next(event.data for event in life.said if isinstance(event.data, CallRaised))
    behind_s = 300.0 - raised.waited_s
    assert ("behind_takt", 2) == (raised.kind, raised.call)
    assert 0.0 < behind_s < 300.0
    assert ["group_leader"] == told(life, CallEscalated, "to")


def test_who_came_for_the_stop_is_given_time_anew():
    """Somebody is there: the call that is left begins to wait now."""
    life = stopped(for_ns=4 * M)
    life.see(Arrive(life.now_ns))
    life.see(None, M)
    life.see(CycleEnd(life.now_ns, "press"))
    raised = next(event.data for event in life.said if isinstance(event.data, CallRaised))
    assert ("behind_takt", 0.0) == (raised.kind, raised.waited_s)
    assert [] == told(life, CallEscalated)


@pytest.mark.parametrize(
    "own",
    [
        KindResponse(kind="no_cycle", to="maintenance"),
        KindResponse(kind="no_cycle", acknowledge=Span(10, "s")),
        KindResponse(kind="no_cycle"),
        KindResponse(kind="cycle_overrun", to="setter"),
    ],
)
def test_who_has_people_of_its_own_calls_for_itself(own):
    """Another role, a faster time, or only a table of its own."""
    life = stopped(calling(Response(call=(own,))))
    assert ["cycle_overrun", "no_cycle"] == told(life, CallRaised)


@pytest.mark.parametrize("out", ["cycle_overrun:press", "no_cycle:press"])
def test_what_is_set_aside_hides_nothing(out):
    """The rule that called, or the one that is told in its call, goes out of service: both are calls."""
    life = stopped()
    life.see(ServiceChange(life.now_ns, detector=out, out=True, why="moved", who="Mia"))
    assert ["no_cycle"] == told(life, CallRaised)
    assert ["cycle_overrun", "no_cycle"] == [call.kind for call in life.station.calls.open.values()]


def test_a_shelf_hides_only_its_own():
    """The call is shelved: what was told in it lights the lamp for itself."""
    life = stopped()
    life.see(Shelve(life.now_ns, call=1, for_ns=H, why="known", who="Mia"))
    assert ["no_cycle"] == told(life, CallRaised)
    assert [2] == [call.call for call in life.station.calls.asking()]


def test_a_restart_forgets_nothing():
    """What was told in a call is known after a restart, on a clock that begins anew."""
    life = stopped(for_ns=4 * M)
    known = life.station.calls.folds.known
    life.boot(life.keep(), 1000 * S, 10 * S)
    assert known.keys() == life.station.calls.folds.known.keys()
    life.see(CycleEnd(life.now_ns, "press"))
    life.see(CycleEnd(life.now_ns, "press"), 50 * S)


DEEDS = st.sampled_from(["part", "stop", "resume", "restart", "reboot"])
PEOPLE = st.sampled_from(["acknowledge", "arrive", "restore"])


def lamps(history: list[tuple[str, int]]) -> list[tuple[object, ...]]:
    """What is to be seen every few seconds: lamps, sound, and whether the line is to stop."""
    life, seen = Life(story_station.made, reads_back_every=1000), []
    for deed, after_s in history:
        for _ in range(after_s * S // LOOK_NS):
            life.see(None, LOOK_NS)
            stack = life.station.stack(life.now_ns)
            seen.append((stack.lamps, stack.sound, stack.line_stop))
        happen(life, deed)
    return seen


def happen(life: Life, deed: str) -> None:
    """Let one thing happen."""
    match deed:
        case "part":
            life.see(CycleEnd(life.now_ns, "press"))
        case "stop" | "resume":
            life.see(PlannedStop(life.now_ns, on=deed == "stop"))
        case "restart":
            life.restart(life.keep(), S)
        case "reboot":
            life.boot(life.keep(), 5000 * S, 20 * S)
        case _:
            person = {"acknowledge": Acknowledge, "arrive": Arrive, "restore": Restore}[deed]
            life.see(person(life.now_ns))


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(DEEDS, st.integers(5, 250)), max_size=8))
def test_where_nobody_answers_the_lamp_is_the_same(history):
    """Colour, blinking and sound at each instant are those of a station where each gap calls for itself."""
    folded = lamps(history)
    with patch.dict(fold.IMPLIES, clear=True):
        assert lamps(history) == folded


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.one_of(DEEDS, PEOPLE), st.integers(5, 250)), max_size=8))
def test_where_somebody_answers_no_colour_is_another(history):
    """Who came for the stop came for all that follows from it: it may be steady and silent, and is never greener."""
    folded = lamps(history)
    with patch.dict(fold.IMPLIES, clear=True):
        assert [row[0].keys() for row in lamps(history)] == [row[0].keys() for row in folded]
