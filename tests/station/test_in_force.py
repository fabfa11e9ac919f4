"""What a station is held against, as figures, and what of it has changed."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.andon.response import Response
from edge_agent.detect import cycle_overrun, out_of_spec
from edge_agent.events import StandardChanged
from edge_agent.events.upkeep import Change
from edge_agent.observations import CycleEnd, ProductChosen, Relearn
from edge_agent.planning.plan import Plan
from edge_agent.standard import NS_PER_S, Characteristic, Span, Standard
from edge_agent.station import in_force
from edge_agent.station.in_force import Figure, changes, tell
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station
from tests.books import EARLY
from tests.stories import story

S = NS_PER_S
WORDS = {"standard": "50", "takt": "60"}
PLACE = story.workplace(WORDS)


def figures(place=PLACE, plan=None, watches=()):
    """What is in force at the station of the stories."""
    return in_force.in_force(place, plan or story.plan(WORDS), watches)


def test_figures_have_names_and_units():
    """The standard, its products, the specification and the settings of each detector."""
    watches = [(cycle_overrun.Settings(on_delay=Span(2, "takt"), deadband=3.0), "press")]
    found = figures(watches=watches)
    assert Figure("50", "s") == found["standard_cycle_s"]
    assert Figure("60", "s") == found["takt_s"]
    assert Figure("20", "s") == found["product small standard_cycle_s"]
    assert Figure("25.02", "mm") == found["bore_mm upper"]
    assert Figure("1.5") == found["cycle_overrun:press factor"]
    assert Figure("2takt") == found["cycle_overrun:press on_delay"]
    assert Figure("3.0", "s") == found["cycle_overrun:press deadband"]
    assert "cycle_overrun:press off_delay" not in found


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"place": msgspec.structs.replace(PLACE, characteristics=(Characteristic(name="bore_mm", lower=24.98),))},
            [("bore_mm nominal", "25", None, "mm"), ("bore_mm upper", "25.02", None, "mm")],
        ),
        (
            {"plan": msgspec.structs.replace(story.plan(WORDS), standard=Standard(standard_cycle_s=45.0))},
            [("standard_cycle_s", "50", "45", "s"), ("takt_s", "60", None, "s")],
        ),
        ({"watches": [(out_of_spec.Settings(), "bore_mm")]}, [("out_of_spec:bore_mm mode", None, "light", "")]),
    ],
)
def test_what_differs_is_named_with_old_and_new(change, expected):
    """None for what was, or is, not in force."""
    found = changes(figures(), figures(**change))
    assert expected == [(each.what, each.old, each.new, each.unit) for each in found]


def test_a_demand_is_a_figure():
    """Parts of a shift."""
    shift = msgspec.structs.replace(EARLY, demand=420)
    plan = Plan(calendar=type(story.plan(WORDS).calendar)("UTC", [shift]), standard=PLACE.standard)
    assert Figure("420", "parts") == figures(plan=plan)["shift early demand"]


FIGURES = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("123").map(Figure))


@given(FIGURES, FIGURES)
def test_the_changes_lead_from_one_to_the_other(before, now):
    """Each is a change, all of them together make the new of the old."""
    after = dict(before)
    for each in changes(before, now):
        assert each.old != each.new
        after.pop(each.what, None)
        if each.new is not None:
            after[each.what] = Figure(each.new, each.unit)
    assert now == after


def test_many_changes_are_several_events():
    """No event grows beyond what a broker takes, and none of them is lost."""
    many = tuple(Change(what=str(number), old=None, new="1") for number in range(250))
    events = []
    tell(lambda _, data: events.append(data), 0, StandardChanged(who="file", via="file", changes=many))
    assert [100, 100, 50] == [len(event.changes) for event in events]
    assert many == tuple(change for event in events for change in event.changes)


def made(memory=None, **words):
    """A station of the stories, begun at nought, and what it said of its standard."""
    words = WORDS | words
    station = Station(story.workplace(words), story.watches(words), Response(), memory=memory, plan=story.plan(words))
    return station, of(station.begin(0))


def of(said):
    """What was said of the standard."""
    return [event.data for event in said if isinstance(event.data, StandardChanged)]


def kept(station):
    """Its memory as the journal keeps it."""
    return msgspec.json.decode(msgspec.json.encode(station.memory()), type=Memory)


def test_a_first_start_and_a_second_like_it_say_nothing():
    """Nothing is remembered, or nothing is different; a memory of an older version has no figures."""
    first, said = made()
    assert [] == said
    assert [] == made(kept(first))[1]
    assert [] == made(msgspec.structs.replace(kept(first), in_force={}), standard="45")[1]


def test_a_changed_file_is_said_once():
    """By `file`, at the first start with it."""
    first, _ = made()
    second, (changed,) = made(kept(first), takt="55", on_delay="20s")
    assert ("file", "file") == (changed.who, changed.via)
    assert [("cycle_overrun:press on_delay", None, "20s"), ("takt_s", "60", "55")] == [
        (each.what, each.old, each.new) for each in changed.changes
    ]
    assert [] == made(kept(second), takt="55", on_delay="20s")[1]


def cycles(station, count, length_s, from_s=0.0):
    """Cycles one after another; what was said of the standard."""
    found = []
    for number in range(1, count + 1):
        at_ns = round((from_s + number * length_s) * S)
        found += of(station.step(CycleEnd(at_ns, "press"), at_ns))
    return found


def test_a_limit_that_is_learned_is_said_when_it_is_frozen():
    """Not before, not again, and not where the limit stays what the setting makes it."""
    station, _ = made(gauge="none")
    assert [] == cycles(station, 100, 50.0)
    (changed,) = cycles(station, 1, 50.0, 5000.0)
    (limit,) = changed.changes
    assert ("agent", "agent") == (changed.who, changed.via)
    assert ("cycle_overrun:press limit_s", "75", "60", "s") == (limit.what, limit.old, limit.new, limit.unit)
    assert [] == cycles(station, 50, 50.0, 5050.0)


def test_a_limit_learned_anew_is_said_anew():
    """From what held meanwhile, which is the setting's."""
    station, _ = made(gauge="none")
    cycles(station, 101, 50.0)
    at_ns = 5051 * S
    station.step(Relearn(at_ns), at_ns)
    (changed,) = cycles(station, 101, 55.0, 5051.0)
    assert "75" == changed.changes[0].old


def test_a_limit_learned_for_another_product_is_held_against_its_own_setting():
    """Chosen while the first is still being learned: 1.5 x its own 20 s, not those of the first."""
    station, _ = made(gauge="none")
    cycles(station, 10, 50.0)
    station.step(ProductChosen(501 * S, "small"), 501 * S)
    (changed,) = cycles(station, 102, 20.0, 501.0)
    assert "30" == changed.changes[0].old


def test_another_product_is_no_change_of_the_standard():
    """Its own standard was in force for it before; its limit is learned for it."""
    station, _ = made(gauge="none")
    cycles(station, 101, 50.0)
    said = station.step(ProductChosen(5051 * S, "small"), 5051 * S)
    assert [] == of(said)
    (changed,) = cycles(station, 102, 20.0, 5051.0)
    assert [("cycle_overrun:press limit_s", "30", "24")] == [
        (each.what, each.old, each.new) for each in changed.changes
    ]
