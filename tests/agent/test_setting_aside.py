"""Rules set aside by request, and what is answered."""

from __future__ import annotations

import pytest

from edge_agent.agent import reception
from edge_agent.andon.roles import Role
from edge_agent.control import Request
from edge_agent.events.upkeep import CallShelved, DetectorService
from edge_agent.standard import NS_PER_S
from tests.andon.test_shelf import OVERRUN, called

S = NS_PER_S


class Desk:
    """A station whose cycle has run too long, asked a second apart."""

    def __init__(self, roles=()):
        self.station, self.now_ns, self.roles = called(only="cycle_overrun"), 131 * S, roles
        self.said = []

    def ask(self, **words):
        """The answer."""
        self.now_ns += S
        request = Request(**({"who": "lead"} | words))
        return reception.answer(self.station, self.step, request, self.now_ns, self.roles)

    def step(self, seen):
        """As the agent hands it on."""
        events = self.station.step(seen, self.now_ns)
        self.said += [event.data for event in events]
        return events


def test_a_call_is_shelved_and_taken_back():
    """Each answer names the call; a second taking back says that nothing is shelved."""
    desk = Desk()
    shelved = desk.ask(do="shelve", call=1, for_s=600, why="known")
    assert (True, (1,)) == (shelved.ok, shelved.calls)
    assert OVERRUN in desk.station.hygiene.shelf.shelved
    back = desk.ask(do="unshelve", call=1)
    assert (True, (1,)) == (back.ok, back.calls)
    assert "call 1 is not shelved; shelved: none" == desk.ask(do="unshelve", call=1).error
    assert "no call is shelved; shelved: none" == desk.ask(do="unshelve").error


def test_who_sets_aside_is_recorded_with_their_role():
    """Of a shelf, of its taking back, and of a detector's service; a shelf whose time is over was ended by nobody."""
    desk = Desk()
    desk.ask(do="shelve", call=1, for_s=600, why="known", role="leader")
    desk.ask(do="unshelve", call=1, role="other")
    desk.ask(do="shelve", call=1, for_s=60, why="known", role="leader")
    desk.now_ns += 61 * S
    desk.step(None)
    desk.ask(do="rule-out", text=OVERRUN, why="known", role="maintenance")
    desk.ask(do="rule-back", text=OVERRUN, role="other")
    aside = [data for data in desk.said if isinstance(data, (CallShelved, DetectorService))]
    assert ["leader", "other", "leader", "", "maintenance", "other"] == [data.role for data in aside]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"call": 1, "for_s": 600}, "a shelf needs who and why: what is being done about it"),
        ({"call": 1, "why": "known"}, "a shelf needs a call, and for how long"),
        ({"call": 9, "for_s": 600, "why": "known"}, "call 9 is not open"),
        (
            {"call": 1, "for_s": 40_000, "why": "known"},
            "a call is shelved for at most 8h ([hygiene] longest_shelf), and longer than nothing",
        ),
    ],
)
def test_what_is_no_shelf_is_answered_with_why(words, error):
    """And nothing is set aside."""
    desk = Desk()
    answer = desk.ask(do="shelve", **words)
    assert (False, error) == (answer.ok, answer.error)
    assert {} == desk.station.hygiene.shelf.shelved


def test_a_rule_goes_out_of_service_and_comes_back():
    """A name that is none is answered with those there are."""
    desk = Desk()
    assert f"there is no detector 'press'; detectors here: {OVERRUN}, silent:press" == (
        desk.ask(do="rule-out", text="press", why="moved").error
    )
    assert desk.ask(do="rule-out", text=OVERRUN, why="moved").ok
    assert f"{OVERRUN} is out of service already" == desk.ask(do="rule-out", text=OVERRUN, why="moved").error
    assert desk.ask(do="rule-back", text=OVERRUN).ok


@pytest.mark.parametrize("do", ["shelve", "unshelve", "rule-out", "rule-back"])
def test_who_may_not_shelve_is_denied(do):
    """Setting aside is one deed for roles, whatever is set aside."""
    desk = Desk((Role(name="operator", may=("acknowledge",)), Role(name="lead", may=("shelve",))))
    assert desk.ask(do=do, role="operator", call=1, for_s=600, why="known", text=OVERRUN).denied
    assert not desk.ask(do=do, role="lead", call=1, for_s=600, why="known", text=OVERRUN).denied
