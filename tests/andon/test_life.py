"""The life of a call: every state under every signal, and the rules at the head of the table."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge_agent.andon.legend import KINDS
from edge_agent.andon.life import LIFE, By, Call, Signal, State, deadline, step
from edge_agent.andon.response import Response
from edge_agent.events import CallAttended, CallCleared, CallEscalated, CallLineStop, CallUpdated
from edge_agent.standard import NS_PER_S, Span

RESPONSE = Response().of("help")
CALL = Call(
    call=1,
    kind="help",
    family="call",
    trigger="operator",
    source="cord",
    text="Help is called.",
    tier="yellow",
    clears="on_restore",
    raised_ns=0,
    fixed_ns=40 * NS_PER_S,
)
FROM_PEOPLE = (Signal.ACKNOWLEDGE, Signal.ARRIVE, Signal.RESTORE, Signal.SECOND_PULL)


def in_state(state: State) -> Call:
    return msgspec.structs.replace(CALL, state=state)


@pytest.mark.parametrize(("state", "signal"), list(itertools.product(State, Signal)))
def test_every_cell_of_the_table(state: State, signal: Signal) -> None:
    """A cell that is there leads where it says; one that is empty changes nothing and says nothing."""
    before = in_state(state)
    after, said = step(before, signal, NS_PER_S, RESPONSE, By("someone", "local"))
    if signal in LIFE[state]:
        assert LIFE[state][signal] is after.state
        assert said is not None
    else:
        assert (before, None) == (after, said)


def test_a_cleared_call_hears_nothing() -> None:
    """Nothing happens to a call that has ended."""
    assert {} == LIFE[State.CLEARED]


@pytest.mark.parametrize("signal", FROM_PEOPLE)
def test_twice_is_harmless(signal: Signal) -> None:
    """Whatever people do twice, the second time changes nothing and says nothing."""
    once, _ = step(CALL, signal, NS_PER_S, RESPONSE)
    twice, said = step(once, signal, 2 * NS_PER_S, RESPONSE)
    if once.state is not State.CLEARED and signal is not Signal.SECOND_PULL:
        assert (once, None) == (twice, said)


def test_the_three_stamps_are_three() -> None:
    """Claimed, arrived and restored are measured apart, each from the raise."""
    claimed, _ = step(CALL, Signal.ACKNOWLEDGE, 5 * NS_PER_S, RESPONSE)
    there, said = step(claimed, Signal.ARRIVE, 9 * NS_PER_S, RESPONSE)
    assert (5 * NS_PER_S, 9 * NS_PER_S) == (there.acknowledged_ns, there.attended_ns)
    assert isinstance(said, CallAttended)
    assert said.waited_s == 9.0
    _, ended = step(there, Signal.RESTORE, 20 * NS_PER_S, RESPONSE)
    assert isinstance(ended, CallCleared)
    assert ("restored", 20.0) == (ended.how, ended.open_s)


@pytest.mark.parametrize(
    ("before", "how"),
    [
        (CALL, "withdrawn"),
        (in_state(State.ATTENDED), "restored"),
        (msgspec.structs.replace(CALL, line_stop=True), "restored"),
    ],
)
def test_a_second_pull_is_named_for_what_it_is(before: Call, how: str) -> None:
    """Nobody there: withdrawn. Someone there, or the line already stopped: restored."""
    _, said = step(before, Signal.SECOND_PULL, NS_PER_S, RESPONSE)
    assert isinstance(said, CallCleared)
    assert how == said.how


def test_a_remote_restore_of_a_stopped_line_only_says_so() -> None:
    """Red does not turn green from afar."""
    stopped = msgspec.structs.replace(CALL, line_stop=True)
    after, said = step(stopped, Signal.RESTORE_NOT_ALLOWED, NS_PER_S, RESPONSE)
    assert msgspec.structs.replace(stopped, refused=True) == after
    assert isinstance(said, CallUpdated)
    assert said.what == "restore_refused"


@pytest.mark.parametrize("refusal", [Signal.RESTORE_TOO_SOON, Signal.RESTORE_NOT_ALLOWED])
def test_a_refusal_is_said_once_until_the_call_changes(refusal: Signal) -> None:
    """A reset that chatters, or a program in a loop, fills no journal; after the next level it is said once more."""
    call, said = in_state(State.ATTENDED), []
    for signal in (refusal, refusal, Signal.NEXT_LEVEL, refusal, refusal, Signal.GAP_ENDED_LATCHED, refusal):
        call, one = step(call, signal, NS_PER_S, RESPONSE)
        said.append(one.what if isinstance(one, CallUpdated) else type(one))
    refused = "restore_refused"
    assert [refused, type(None), CallEscalated, refused, type(None), "gap_ended", refused] == said


def test_escalation_names_the_next_role_each_time() -> None:
    """Level after level, and then it stays."""
    call, roles = CALL, []
    while (due := deadline(call, RESPONSE, 60.0)) is not None:
        call, said = step(call, due[1], due[0], RESPONSE)
        if isinstance(said, CallEscalated):
            roles.append((said.to, said.waited_s))
    assert [("group_leader", 60.0), ("area_manager", 900.0)] == roles
    assert call.state is State.RAISED
    assert call.line_stop


def test_restoring_too_slowly_escalates_too() -> None:
    """Someone is there, but normal work is not restored in time: the next level comes."""
    response = Response(restore=Span(10, "min")).of("help")
    there, _ = step(CALL, Signal.ARRIVE, 30 * NS_PER_S, response)
    assert (630 * NS_PER_S, Signal.NEXT_LEVEL) == deadline(there, response, 60.0)


def test_the_fixed_position_waits_for_nobody_who_is_there() -> None:
    """With someone at the station the fixed position passes without a stop."""
    there, _ = step(CALL, Signal.ARRIVE, NS_PER_S, RESPONSE)
    assert (there, None) == step(there, Signal.FIXED_POSITION, 40 * NS_PER_S, RESPONSE)


def test_a_call_that_may_not_stop_the_line_has_no_fixed_position() -> None:
    """Only help, quality and safety may stop it."""
    assert {"help", "quality", "safety"} == {kind for kind, meaning in KINDS.items() if meaning.stops_line}


@example([(Signal.ARRIVE, 0), (Signal.RESTORE_TOO_SOON, 1)])  # a stamp of 0 is a stamp
@given(st.lists(st.tuples(st.sampled_from(Signal), st.integers(0, 10**13)), max_size=30))
def test_any_history_keeps_the_rules(history: list[tuple[Signal, int]]) -> None:
    """A level never falls, a stamp never moves, a stop is never undone, time never runs backwards in what is said."""
    call = CALL
    for signal, at_ns in history:
        if signal is Signal.NEXT_LEVEL and call.level >= len(RESPONSE.escalate):
            continue  # time does not give this signal then: see `deadline`
        before = call
        call, said = step(call, signal, at_ns, RESPONSE)
        assert call.level >= before.level
        assert call.line_stop >= before.line_stop
        assert before.attended_ns in {None, call.attended_ns}
        assert getattr(said, "waited_s", 0.0) >= 0.0
        assert getattr(said, "open_s", 0.0) >= 0.0
        if isinstance(said, CallLineStop):
            assert call.state is not State.ATTENDED


def test_what_is_said_while_the_gap_stands_is_kept_to_the_end() -> None:
    """A verdict and its reason, said with what comes of them at once; the last verdict counts, with its own reason."""
    delay = msgspec.structs.replace(CALL, clears="by_itself")
    here, said = step(delay, Signal.RESTORE_TOO_SOON, NS_PER_S, RESPONSE, By("anna", "control", "true", "jam"))
    assert isinstance(said, CallAttended)
    assert ("true", "jam") == (said.verdict, said.reason)
    here, said = step(here, Signal.RESTORE_TOO_SOON, 2 * NS_PER_S, RESPONSE, By("anna", "control", "false_alarm"))
    assert isinstance(said, CallUpdated)
    assert ("false_alarm", "") == (said.verdict, said.reason)
    here, said = step(here, Signal.RESTORE_TOO_SOON, 3 * NS_PER_S, RESPONSE, By("ben", "control", "true", "jam"))
    assert said is None, "refused again, and said at the end"
    here, _ = step(here, Signal.RESTORE_TOO_SOON, 3 * NS_PER_S, RESPONSE, By("ben", "local"))
    for signal, by, told in (
        (Signal.GAP_ENDED, By(), ("true", "jam")),
        (Signal.RESTORE, By("ben", "local"), ("true", "jam")),
        (Signal.RESTORE, By("ben", "control", "standard_wrong", "slow"), ("standard_wrong", "slow")),
    ):
        _, ended = step(here, signal, 4 * NS_PER_S, RESPONSE, by)
        assert isinstance(ended, CallCleared)
        assert told == (ended.verdict, ended.reason)


def test_who_may_not_restore_judges_nothing() -> None:
    """A restore from afar that is refused leaves no verdict with the call."""
    stopped = msgspec.structs.replace(CALL, line_stop=True)
    after, said = step(stopped, Signal.RESTORE_NOT_ALLOWED, NS_PER_S, RESPONSE, By("x", "remote", "false_alarm"))
    assert isinstance(said, CallUpdated)
    assert (None, None) == (after.verdict, said.verdict)
