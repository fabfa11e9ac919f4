"""Each kind of call has its own people and times, and what it leaves out is its default or that of `[response]`."""

import pytest

from edge_agent.andon.calls import Calls
from edge_agent.andon.legend import KINDS
from edge_agent.andon.life import Signal
from edge_agent.andon.response import KindResponse, Level, Response
from edge_agent.detect import DETECTORS
from edge_agent.kind import kind_of
from edge_agent.observations import Pull
from edge_agent.standard import NS_PER_S, Span

MAINTENANCE = KindResponse(
    kind="maintenance",
    attend=Span(5, "min"),
    restore=Span(1, "h"),
    escalate=(Level(after=Span(10, "takt"), to="maintenance_leader"),),
)


@pytest.mark.parametrize("kind", [*KINDS, *(kind_of(each.SETTINGS) for each in DETECTORS)])
def test_without_a_table_a_kind_has_the_times_of_the_response(kind):
    """Only the role and the lamp are a kind's own by default: logistics on blue, maintenance for maintenance."""
    response = Response(to="foreman", acknowledge=Span(20, "s"), restore=Span(1, "h"))
    terms = response.of(kind)
    assert (Span(20, "s"), Span(1, "takt"), Span(1, "h")) == (terms.acknowledge, terms.attend, terms.restore)
    assert response.escalate == terms.escalate
    usual = {"material": ("logistics", "blue"), "maintenance": ("maintenance", "yellow")}
    assert usual.get(kind, ("foreman", "yellow")) == (terms.to, terms.tier)
    assert ("on_restore" if kind in KINDS else None) == terms.clears


def test_a_kind_keeps_its_own_and_takes_the_rest():
    """What the table says holds for its kind alone."""
    response = Response(call=(MAINTENANCE, KindResponse(kind="cycle_overrun", tier="blue", clears="on_restore")))
    terms = response.of("maintenance")
    assert ("maintenance", Span(60, "s"), Span(5, "min")) == (terms.to, terms.acknowledge, terms.attend)
    assert MAINTENANCE.escalate == terms.escalate
    overrun = response.of("cycle_overrun")
    assert ("blue", "on_restore", "team_leader") == (overrun.tier, overrun.clears, overrun.to)
    assert Response().of("help") == response.of("help")


def test_no_escalation_can_be_a_kind_s_own():
    """An empty chain is a chain: nobody else is called."""
    assert () == Response(call=(KindResponse(kind="method", escalate=()),)).of("method").escalate


def test_a_level_that_the_configuration_no_longer_has_is_the_last_there_is():
    """A call that was escalated twice before the chain was shortened still names somebody."""
    assert ["maintenance", "maintenance_leader", "maintenance_leader"] == [
        Response(call=(MAINTENANCE,)).of("maintenance").called(level) for level in range(3)
    ]


def test_two_calls_are_answered_each_by_its_own_times():
    """A maintenance call and a cord at one time: each says and keeps its own role, times and levels."""
    said = []
    calls = Calls(Response(call=(MAINTENANCE,)), 60.0, lambda at_ns, data: said.append((at_ns, data)))
    calls.pulled(Pull(0, "button", "maintenance"), None, ())
    calls.pulled(Pull(0, "cord", "method"), None, ())
    assert [("maintenance", 60.0, 300.0), ("team_leader", 60.0, 60.0)] == [
        (data.to, data.acknowledge_s, data.attend_s) for _, data in said
    ]
    for call in list(calls.open.values()):
        calls.signal(call, Signal.ACKNOWLEDGE, 0)
    said.clear()
    while (due_ns := calls.due_ns()) is not None:
        calls.advance(due_ns)
    assert [
        (60, "method", "overdue"),
        (60, "method", "group_leader"),
        (300, "maintenance", "overdue"),
        (600, "maintenance", "maintenance_leader"),
        (900, "method", "area_manager"),
    ] == [(at_ns // NS_PER_S, data.kind, getattr(data, "to", "overdue")) for at_ns, data in said]


def test_a_default_gives_way_where_the_takt_is_short():
    """Nobody is to be there before they have answered: with a takt of 40 s, 60 s to acknowledge are 40."""
    said = []
    calls = Calls(Response(), 40.0, lambda _, data: said.append(data))
    calls.pulled(Pull(0, "cord", "help"), None, ())
    assert [(40.0, 40.0)] == [(data.acknowledge_s, data.attend_s) for data in said]


def test_no_further_level_is_called_while_the_first_has_time():
    """With 5 min to come, the default of one takt gives way; with a takt of 20 min, so does that of 15 min."""
    terms = Response(attend=Span(5, "min")).of("help")
    assert ["5min", "15min"] == [str(terms.after(level, 60.0)) for level in range(2)]
    assert ["1takt", "1takt"] == [str(Response().of("help").after(level, 1200.0)) for level in range(2)]
    said = []
    calls = Calls(
        Response(attend=Span(5, "min")), 60.0, lambda at_ns, data: said.append((at_ns // NS_PER_S, data.TYPE))
    )
    calls.pulled(Pull(0, "button", "method"), None, ())
    calls.advance(calls.due_ns())
    calls.advance(calls.due_ns())
    assert [(60, "andon.call.updated.v1"), (300, "andon.call.escalated.v1")] == said[1:]
