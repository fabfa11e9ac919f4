"""What people ask at the control socket about the plan, and what they are answered."""

from typing import get_args, get_type_hints

import msgspec
import pytest

from edge_agent.agent import reception
from edge_agent.andon.legend import Sign
from edge_agent.andon.roles import DEEDS, Role
from edge_agent.control import Request
from edge_agent.events import CallCleared, PlanChanged
from edge_agent.observations import Pull
from edge_agent.planning.shifts import Modes
from edge_agent.standard import NS_PER_S
from edge_agent.station.station import Station
from tests.stories import story
from tests.story_station import TIMES


class Desk:
    """A station that is asked, and what it said."""

    def __init__(self, modes=None, roles=()):
        plan = msgspec.structs.replace(story.plan(TIMES), modes=modes or Modes())
        self.station = Station(story.workplace(TIMES), story.watches(TIMES), story.Response(), plan=plan)
        self.station.begin(0)
        self.now_ns, self.said, self.cleared, self.roles, self.all_said = 0, [], [], roles, []

    def step(self, seen):
        """As the agent does."""
        events = self.station.step(seen, self.now_ns)
        self.all_said += [event.data for event in events]
        self.said += [event.data for event in events if isinstance(event.data, PlanChanged)]
        self.cleared += [event.data for event in events if isinstance(event.data, CallCleared)]
        return events

    def ask(self, do, text="", **words):
        """The error, or None where it was done."""
        return self.answer(do=do, text=text, **words).error

    def answer(self, **words):
        """The whole answer, a second later."""
        self.now_ns += NS_PER_S
        request = Request(**{"who": "lead"} | words)
        answer = reception.answer(self.station, self.step, request, self.now_ns, self.roles)
        assert answer.ok is (answer.error is None)
        return answer

    def stopped(self):
        """A cord was pulled, and nobody came by the fixed position."""
        self.station.step(Pull(self.now_ns, "cord", "help"), self.now_ns)
        self.now_ns += 40 * NS_PER_S
        self.step(None)


def test_a_planned_stop_begins_once_and_ends_once():
    """With who and why; a second one, and a second end, are refused with what can be done instead."""
    desk = Desk()
    assert None is desk.ask("planned-stop", "meeting")
    assert "a planned stop is on already; end it with `edge-agent plan resume`" == desk.ask("planned-stop", "meeting")
    assert None is desk.ask("resume")
    assert "neither a planned stop nor a changeover is on" in desk.ask("resume")
    assert [("planned_stop", True, "meeting", "lead"), ("planned_stop", False, "", "lead")] == [
        (data.what, data.on, data.why, data.who) for data in desk.said
    ]


def test_what_people_do_is_recorded_with_their_role():
    """Who and as which: of a plan, of the answers to a call and of its end; a wire has none."""
    desk = Desk()
    desk.ask("planned-stop", "meeting", role="planner")
    desk.ask("resume", role="planner")
    desk.step(Pull(desk.now_ns, "cord", "help"))
    for do in ("acknowledge", "arrive", "restore"):
        desk.ask(do, role=f"who may {do}")
    desk.step(Pull(desk.now_ns, "cord", "help"))
    desk.step(Pull(desk.now_ns, "cord", "help"))
    assert ["planner", "planner", "who may acknowledge", "who may arrive", "who may restore", ""] == [
        data.role for data in desk.all_said if hasattr(data, "role")
    ]


def test_resume_ends_both():
    """A stop in a changeover: work goes on after one word."""
    desk = Desk()
    desk.ask("changeover")
    desk.ask("planned-stop")
    assert None is desk.ask("resume")
    assert "working" == desk.station.ledger.planned.kind


def test_a_restore_says_whether_the_call_was_right_and_why():
    """Both travel with the event; a reason that is not in the configuration is refused with those that are."""
    desk = Desk()
    desk.station.response = msgspec.structs.replace(desk.station.response, reasons=("tool", "material"))
    desk.station.step(Pull(0, "cord", "help"), 0)
    words = {"do": "restore", "verdict": "false_alarm", "who": "lead"}
    refused = reception.answer(desk.station, desk.step, Request(**words, reason="tea"), NS_PER_S)
    assert "'tea' is no reason here; write one of: tool, material" == refused.error
    assert reception.answer(desk.station, desk.step, Request(**words, reason="tool"), NS_PER_S).ok
    (cleared,) = desk.cleared
    assert ("restored", "false_alarm", "tool", "lead") == (cleared.how, cleared.verdict, cleared.reason, cleared.who)


@pytest.mark.parametrize("do", ["planned-stop", "changeover"])
def test_only_the_reasons_of_the_configuration_are_taken(do):
    """Where some are written, the others are refused and those there are named."""
    desk = Desk(Modes(stop_reasons=("meeting", "cleaning"), changeover_reasons=("meeting", "cleaning")))
    assert f"{do}: it needs a reason; write one of: meeting, cleaning" == desk.ask(do)
    assert f"{do}: 'tea' is none of its reasons; write one of: meeting, cleaning" == desk.ask(do, "tea")
    assert [] == desk.said
    assert None is desk.ask(do, "cleaning")


def test_a_product_is_one_of_the_configuration():
    """An unknown one is refused with those there are; the one that is made is said to be."""
    desk = Desk()
    assert "there is no product 'large'; products of the configuration: wide, small" == desk.ask("product", "large")
    assert None is desk.ask("product", "small")
    assert "small is what is made already" == desk.ask("product", "small")
    assert ["small"] == [data.product for data in desk.said]


ROLES = (
    Role(name="operator", may=("acknowledge", "restore")),
    Role(name="team_leader", may=("acknowledge", "arrive", "restore", "restore_stopped", "plan")),
)
READING = {"status", "calls", "figures", "follow", "confirm", "uplink"}  # answered before anybody is asked for a role


def test_every_request_that_does_something_is_a_deed_of_a_role():
    """None is forgotten: what is not read only, the table of deeds has."""
    known = get_args(get_type_hints(Request)["do"])
    assert set(known) - READING == DEEDS.keys()


@pytest.mark.parametrize("via", ["control", "remote"])
@pytest.mark.parametrize("do", sorted(DEEDS))
def test_who_may_not_changes_nothing(do, via):
    """No role, an unknown one, one that may not: denied with who may, and the station is as it was."""
    desk = Desk(roles=(Role(name="idler"),))
    desk.station.step(Pull(0, "cord", "help"), 0)
    before = desk.station.memory()
    for role in ("", "stranger", "idler"):
        answer = desk.answer(do=do, via=via, role=role)
        assert (False, True) == (answer.ok, answer.denied)
        assert "roles that may" in answer.error
    assert (before, []) == (desk.station.memory(), desk.station.said)


@pytest.mark.parametrize("via", ["control", "remote"])
def test_red_turns_green_only_for_a_role_that_may(via):
    """Who may restore, but not a stopped line, is denied by either way; the line stays stopped for the one who may."""
    desk = Desk(roles=ROLES)
    desk.stopped()
    answer = desk.answer(do="restore", via=via, role="operator")
    assert (True, (1,)) == (answer.denied, answer.calls)
    why = f"role 'operator' may not restore a call that has stopped the line by {via}; roles that may: team_leader"
    assert f"call 1 has stopped the line: {why}" == answer.error
    assert Sign.STOP_WAITING == desk.station.stack(desk.now_ns).sign
    assert desk.answer(do="restore", via=via, role="team_leader").ok
    assert {} == desk.station.calls.open


def test_a_stop_that_comes_with_the_restore_is_not_ended_by_it():
    """The fixed position passes in the very step of a remote restore: red was first, and stays."""
    desk = Desk()
    desk.station.step(Pull(0, "cord", "help"), 0)
    desk.now_ns = desk.station.due_ns() - NS_PER_S
    answer = desk.answer(do="restore", via="remote")
    assert (True, True) == (answer.denied, desk.station.calls.open[1].line_stop)


def test_the_plan_is_for_those_who_may():
    """The same request, as who may not and as who may."""
    desk = Desk(roles=ROLES)
    assert "role 'operator' may not plan by control; roles that may: team_leader" == desk.ask(
        "planned-stop", role="operator"
    )
    assert [] == desk.said
    assert None is desk.ask("planned-stop", role="team_leader")
