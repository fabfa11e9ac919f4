"""Behind is one thing: what the lamp calls and what the board tells come from the same books."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.andon.response import Response
from edge_agent.detect import behind_takt
from edge_agent.events import CallRaised, Hour
from edge_agent.observations import CycleEnd, Gone, PlannedStop, ProductChosen, Returned
from edge_agent.standard import NS_PER_S
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station
from tests.stories import story

S, M = NS_PER_S, 60 * NS_PER_S
TIMES = {"standard": "50", "takt": "60", "clock": "13:40", "early": "06:00-14:00", "late": "14:00-22:00"}
DEEDS = {
    "part": lambda at_ns: CycleEnd(at_ns, "press"),
    "gone": lambda at_ns: Gone(at_ns, "press", "unplugged"),
    "returned": lambda at_ns: Returned(at_ns, "press"),
    "stop": lambda at_ns: PlannedStop(at_ns, on=True),
    "resume": lambda at_ns: PlannedStop(at_ns, on=False),
    "small": lambda at_ns: ProductChosen(at_ns, "small"),
    "wide": lambda at_ns: ProductChosen(at_ns, "wide"),
    "nothing": lambda _: None,
}


def station(now_ns=0, memory=None, settings=TIMES):
    """A station that looks for a backlog only, begun, and told the time."""
    watches = [(behind_takt.Settings(), "press")]
    made = Station(story.workplace(settings), watches, Response(), memory=memory, plan=story.plan(settings))
    made.begin(now_ns)
    made.step(story.wall(settings, now_ns), now_ns)
    return made


def agree(made):
    """Whether the lamp's detector, where it is asked, says of this shift what the books say."""
    (detector,) = made.watch.detectors
    asked = made.watch.asks(detector.name)
    return not asked or detector.behind == (made.ledger.account.standing == "behind")


@given(
    st.lists(
        st.tuples(st.integers(0, 150), st.sampled_from([*["part"] * 8, "restart", *DEEDS])), min_size=1, max_size=40
    )
)
def test_lamp_and_board_agree_in_every_history(history):
    """Whatever is unplugged, stopped, changed over or restarted, and over the change of shift."""
    made, now_ns = station(), 0
    for wait_s, deed in history:
        now_ns += wait_s * S
        if deed == "restart":
            kept = msgspec.json.decode(msgspec.json.encode(made.memory()), type=Memory)
            made = station(now_ns, kept)
        else:
            made.step(DEEDS[deed](now_ns), now_ns)
        assert agree(made)


def test_parts_that_nobody_could_see_are_not_called_for():
    """Ten minutes without the sensor: ten parts of the plan are told as unseen, and nobody is called behind."""
    made, said = station(), []
    for at_ns in range(M, 6 * M, M):
        said += made.step(CycleEnd(at_ns, "press"), at_ns)
    said += made.step(Gone(6 * M - S, "press", "unplugged"), 6 * M - S)
    said += made.step(Returned(16 * M - S, "press"), 16 * M - S)
    for at_ns in range(16 * M, 22 * M, M):
        said += made.step(CycleEnd(at_ns, "press"), at_ns)
    assert [] == [event for event in said if isinstance(event.data, CallRaised)]
    (told,) = [event.data for event in said if isinstance(event.data, Hour)]
    assert (20, 9, 10, -11) == (told.plan, told.actual, told.unseen, told.difference)


def test_a_restart_forgets_no_backlog():
    """Five parts behind before it is five parts behind after it, and it is called once."""
    made = station()
    said = made.step(None, 5 * M)
    kept = msgspec.json.decode(msgspec.json.encode(made.memory()), type=Memory)
    made = station(5 * M, kept)
    said += made.step(CycleEnd(5 * M + S, "press"), 5 * M + S)
    assert 1 == len([event for event in said if isinstance(event.data, CallRaised)])
    assert 1 == len(made.calls.open)
    assert (4, "behind") == (made.ledger.paced().missing, made.ledger.account.standing)
