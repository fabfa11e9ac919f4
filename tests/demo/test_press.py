"""The press script: what happens is decided by seed and length alone."""

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.demo.press import JITTER_S, WORK_S, lasts_s, script
from edge_agent.demo.station_file import CONTACTS, LIMIT_MM, OVERRUN_FACTOR, STANDARD_S

DEFAULT_S = 59.3  # of the default minute


@given(st.integers(), st.floats(0, 600))
def test_it_never_lasts_longer_than_it_may(seed, length_s):
    """Every act lies within the length, however short."""
    assert length_s + 1e-6 >= lasts_s(list(script(seed, length_s)))


@given(st.integers(), st.floats(0, 200))
def test_the_same_seed_plays_the_same(seed, length_s):
    """Two scripts of one seed are equal, act for act."""
    assert list(script(seed, length_s)) == list(script(seed, length_s))


@given(st.integers(), st.floats(0, 300))
def test_every_button_is_let_go(seed, length_s):
    """Whatever is pulled or pressed is let go next, and every part begun is finished."""
    does = [act.does for act in script(seed, length_s)]
    for place, deed in enumerate(does):
        if deed in {"pull", "call_material", "arrive", "reset"}:
            assert "let_go" == does[place + 1]
    assert does.count("begin") == does.count("end")
    assert does.count("unplug") == does.count("plug")


def test_the_default_tells_the_whole_story():
    """A minute has room for an overrun, a bad bore, both cords, material and the gauge."""
    does = [act.does for act in script(1, DEFAULT_S)]
    assert [3, 1, 5, 3, 1] == [does.count(deed) for deed in ("pull", "call_material", "arrive", "reset", "unplug")]
    assert 1 == sum(act.does == "measure" and act.value > LIMIT_MM[1] for act in script(1, DEFAULT_S))


def test_a_good_part_is_far_from_the_limits():
    """A busy machine may be late by half a second at speed 1 before good work is called slow."""
    assert STANDARD_S * OVERRUN_FACTOR - 0.5 > WORK_S + JITTER_S
    values = [act.value for act in script(2, 20.0) if act.does == "measure"]
    assert all(LIMIT_MM[0] + 0.01 < value < LIMIT_MM[1] - 0.01 or value > LIMIT_MM[1] for value in values)


def test_every_deed_of_a_contact_has_its_wire():
    """What the press and its people do reaches a pin, gauge and pauses apart."""
    does = {act.does for act in script(1, DEFAULT_S)}
    assert set(CONTACTS) == does - {"measure", "plug", "unplug", "wait"}
