"""A test asked for at the control socket: begun, gone on with, ended, refused; and what the wires said meanwhile."""

from __future__ import annotations

import msgspec
import pytest

from edge_agent.agent import reception
from edge_agent.agent.wires import Wires
from edge_agent.andon.roles import Role
from edge_agent.control import Answer, Request
from edge_agent.events import Event
from edge_agent.events.upkeep import ModeChanged
from edge_agent.observations import Arrive, CycleEnd, LampTest, Observation, Pull, UnderTest
from edge_agent.observations.raw import Contact, RawEdge
from edge_agent.sensors.tap import MOST_KEPT, Tap
from edge_agent.standard import NS_PER_S
from tests.story_station import made

S = NS_PER_S


class Wire:
    """A contact that says what the test wants said."""

    def __init__(self) -> None:
        self.tap: Tap | None = None

    def listen(self, tap: Tap | None) -> None:
        """Take a tap, or let go of it."""
        self.tap = tap

    def contacts(self) -> tuple[Contact, ...]:
        """At rest."""
        return (Contact(sensor="cord", pin="GPIO27", given=False),)

    def edge(self, at_ns: int) -> None:
        """One edge, if anybody listens."""
        if self.tap is not None:
            self.tap.take(RawEdge(at_ns, sensor="cord", pin="GPIO27", given=True))


class Desk:
    """The station of the stories, asked as the control socket asks it."""

    def __init__(self, roles: tuple[Role, ...] = ()) -> None:
        self.station, self.roles, self.now_ns = made(), roles, 0
        self.wires, self.wire = Wires(), Wire()
        self.wires.add(self.wire)
        self.steps: list[Observation | None] = []
        self.said: list[Event] = self.station.begin(0)

    def step(self, seen: Observation | None) -> list[Event]:
        """One step of the station."""
        self.steps.append(seen)
        said = self.station.step(seen, self.now_ns)
        self.said += said
        return said

    def ask(self, do: str, after_s: float = 0.0, **words: object) -> Answer:
        """Ask, so long after what was before."""
        self.now_ns += round(after_s * S)
        self.step(None)
        request = msgspec.convert({"do": do, "who": "anna", **words}, Request)
        answer = reception.answer(self.station, self.step, request, self.now_ns, self.roles, self.wires)
        self.wires.mind(self.now_ns, tested=self.station.testing.now is not None)
        return answer

    @property
    def tested(self) -> bool:
        """Whether the station says that it is under test."""
        return self.station.state(self.now_ns).mode == "test"


def test_a_test_begins_goes_on_and_ends():
    """The station is told only what changes it: not four times a second that all is as before."""
    desk = Desk()
    assert desk.ask("test", for_s=60).ok
    assert desk.tested
    for _ in range(8):
        desk.ask("test", 0.25, for_s=60)
    assert 1 == sum(isinstance(each, UnderTest) for each in desk.steps)
    desk.ask("test", 0.25, for_s=60, text="red")
    assert {"red": "continuous"} == desk.station.state(desk.now_ns).lamp
    desk.ask("test", 40, for_s=60, text="red")
    desk.now_ns += 45 * S
    desk.step(None)
    assert desk.tested, "it was asked for again within the minute"
    assert desk.ask("test-end").ok
    assert not desk.tested


def test_a_terminal_that_has_died_leaves_the_station_in_service():
    """Nobody asks again: the time that was asked for is the end of it, and two minutes are the most."""
    desk = Desk()
    assert 120.0 == desk.ask("test", for_s=3600).left_s
    desk.now_ns += 119 * S
    desk.step(None)
    assert desk.tested
    desk.now_ns += 1 * S
    desk.step(None)
    assert not desk.tested
    assert "time" == [event.data.ended for event in desk.said if isinstance(event.data, ModeChanged)][-1]


def test_a_test_that_never_ends_does():
    """A terminal that asks for ever, and nobody in front of it: half an hour is the most."""
    desk = Desk()
    assert not desk.ask("test-on", for_s=60).ok, "who goes on begins none"
    desk.ask("test", for_s=60)
    answers = [desk.ask("test-on", 50, for_s=60).ok for _ in range(40)]
    assert [True] * 35 + [False] * 5 == answers
    (ended,) = (event.data for event in desk.said if isinstance(event.data, ModeChanged) and event.data.ended)
    assert ("time", 1800) == (ended.ended, pytest.approx(ended.lasted_s))
    assert not desk.tested
    assert "Begin it again if you are still there" in (desk.ask("test-on", for_s=60).error or "")


def test_nobody_hides_a_call_that_waits():
    """A person has pulled: whoever wants to test goes there first, and says so."""
    desk = Desk()
    desk.step(Pull(0, "cord", "help"))
    answer = desk.ask("test", for_s=60)
    assert (False, (1,)) == (answer.ok, answer.calls)
    assert "edge-agent calls arrive 1" in (answer.error or "")
    assert not desk.tested
    desk.step(Arrive(desk.now_ns, 1, "anna", "control"))
    assert desk.ask("test", for_s=60).ok


def test_one_tests_at_a_time():
    """Two people at two terminals would each see the other's lamps."""
    desk = Desk()
    desk.ask("test", for_s=60)
    refused = desk.ask("test", for_s=60, who="bert")
    assert not refused.ok
    assert "anna tests this station" in (refused.error or "")
    assert desk.ask("test-end", who="bert").ok, "but anybody may end it"


def test_a_test_needs_a_role_where_there_are_some():
    """It silences calls: that is more than to test a lamp."""
    desk = Desk((Role(name="operator", may=("test_light",)), Role(name="maintenance", may=("test",))))
    assert desk.ask("test", role="operator", for_s=60).denied
    assert desk.ask("test", role="maintenance", for_s=60).ok
    began = desk.said[-1].data
    assert isinstance(began, ModeChanged)
    assert ("anna", "maintenance") == (began.who, began.role)
    assert Desk().ask("test", via="remote", for_s=60).denied, "nobody from afar"


def test_what_wires_say_is_told_under_test_and_not_kept_otherwise():
    """Edges with their bounce, each once; what was before the test is nobody's."""
    desk = Desk()
    desk.wire.edge(1)
    heard = desk.ask("test", for_s=60).heard
    assert heard is not None
    assert ((), (Contact(sensor="cord", pin="GPIO27", given=False),)) == (heard.raw, heard.contacts)
    for at_ns in (2, 3):
        desk.wire.edge(at_ns)
    heard = desk.ask("test", for_s=60).heard
    assert heard is not None
    assert [2, 3] == [raw.at_ns for raw in heard.raw]
    desk.ask("test-end")
    assert desk.wire.tap is None


def test_a_tap_is_bounded():
    """A contact gone wild costs no memory: the oldest go, and are counted."""
    tap = Tap()
    for at_ns in range(MOST_KEPT + 5):
        tap.take(RawEdge(at_ns, sensor="cord", pin="GPIO27", given=True))
    kept, lost = tap.taken()
    assert (MOST_KEPT, 5, 5) == (len(kept), lost, kept[0].at_ns)
    assert ((), 0) == tap.taken()


def test_ending_what_is_not_on_is_said():
    """And a lamp test in between would spoil what somebody looks at."""
    desk = Desk()
    assert "in service" in (desk.ask("test-end").error or "")
    desk.ask("test", for_s=60)
    assert not desk.ask("test-light").ok
    assert not any(isinstance(each, LampTest) for each in desk.steps)


def test_an_output_that_is_none_is_refused():
    """With those there are: a slip would light nothing, and pass for a dead lamp."""
    refused = Desk().ask("test", for_s=60, text="gren")
    assert not refused.ok
    assert "no output is called 'gren'; write one of: red, yellow, green" in (refused.error or "")


def test_a_part_under_test_is_no_part():
    """Neither counted nor judged; the event at the end has it."""
    desk = Desk()
    desk.ask("test", for_s=60)
    desk.step(CycleEnd(desk.now_ns, "press"))
    desk.ask("test-end")
    ended = desk.said[-1].data
    assert isinstance(ended, ModeChanged)
    assert {"press": 1} == ended.seen
    assert 0 == desk.station.state(desk.now_ns).cycles
