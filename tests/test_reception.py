"""What people ask at the control socket about the plan, and what they are answered."""

import msgspec
import pytest

from edge_agent import reception
from edge_agent.control import Request
from edge_agent.events import CallCleared, PlanChanged
from edge_agent.observations import Pull
from edge_agent.shifts import Modes
from edge_agent.standard import NS_PER_S
from edge_agent.station import Station
from tests.stories import story
from tests.story_station import TIMES


class Desk:
    """A station that is asked, and what it said."""

    def __init__(self, modes=None):
        plan = msgspec.structs.replace(story.plan(TIMES), modes=modes or Modes())
        self.station = Station(story.workplace(TIMES), story.watches(TIMES), story.Response(), plan=plan)
        self.station.begin(0)
        self.now_ns, self.said, self.cleared = 0, [], []

    def step(self, seen):
        """As the agent does."""
        events = self.station.step(seen, self.now_ns)
        self.said += [event.data for event in events if isinstance(event.data, PlanChanged)]
        self.cleared += [event.data for event in events if isinstance(event.data, CallCleared)]
        return events

    def ask(self, do, text=""):
        """The error, or None where it was done."""
        self.now_ns += NS_PER_S
        answer = reception.answer(self.station, self.step, Request(do=do, text=text, who="lead"), self.now_ns)
        assert answer.ok is (answer.error is None)
        return answer.error


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
    assert "there is no product 'large'; products of the configuration: small" == desk.ask("product", "large")
    assert None is desk.ask("product", "small")
    assert "small is what is made already" == desk.ask("product", "small")
    assert ["small"] == [data.product for data in desk.said]
