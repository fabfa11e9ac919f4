"""The legend: one phase for all, the worst sign has its tier, every stack can say what matters."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.andon.legend import (
    FAST_PERIOD_NS,
    LEGEND,
    SLOW_PERIOD_NS,
    Mode,
    Sign,
    Tier,
    legend,
    lit,
    next_change_ns,
    show,
)

STACKS = [set(tiers) for size in range(1, 6) for tiers in itertools.combinations(Tier, size)]


@given(st.sampled_from(list(Mode)), st.integers(-(10**18), 10**18))
def test_the_next_change_is_the_next_change(mode: Mode, now_ns: int) -> None:
    """Until then nothing switches, and then it does."""
    change_ns = next_change_ns([mode], now_ns)
    if mode is Mode.CONTINUOUS:
        assert change_ns is None
        return
    assert change_ns is not None
    assert change_ns > now_ns
    assert lit(mode, now_ns) is lit(mode, change_ns - 1)
    assert lit(mode, now_ns) is not lit(mode, change_ns)


@pytest.mark.parametrize(("mode", "period_ns"), [(Mode.BLINKING, SLOW_PERIOD_NS), (Mode.BLINKING_FAST, FAST_PERIOD_NS)])
def test_blinking_is_half_on_half_off(mode: Mode, period_ns: int) -> None:
    """0.8 Hz and 2.8 Hz, two apart."""
    samples = [lit(mode, t) for t in range(0, period_ns, period_ns // 1000)]
    assert abs(sum(samples) / len(samples) - 0.5) < 0.01
    assert 2.0 == pytest.approx(1e9 / FAST_PERIOD_NS - 1e9 / SLOW_PERIOD_NS, abs=1e-6)


@given(st.sets(st.sampled_from(list(Sign))), st.sampled_from(STACKS), st.booleans())
def test_only_tiers_that_are_there_are_lit(signs: set[Sign], tiers: set[Tier], hurry: bool) -> None:
    """And green never stands for anything but running."""
    lamps = show(signs, tiers, hurry)
    assert lamps.keys() <= tiers
    if Tier.GREEN in lamps:
        assert Sign.RUNNING in signs


@pytest.mark.parametrize("tiers", [tiers for tiers in STACKS if tiers & {Tier.RED, Tier.YELLOW, Tier.WHITE}], ids=str)
def test_every_stack_can_call(tiers: set[Tier]) -> None:
    """With red, yellow or white there is a pattern for a call, a stop, and for both attended."""
    for sign in (Sign.CALL_WAITING, Sign.CALL_ATTENDED, Sign.STOP_WAITING, Sign.STOP_ATTENDED):
        assert show({sign}, tiers)
    waiting, attended = show({Sign.CALL_WAITING}, tiers), show({Sign.CALL_ATTENDED}, tiers)
    assert waiting != attended


def test_the_worst_sign_has_its_tier() -> None:
    """A stopped line outshines a call on the same tier."""
    signs = {Sign.STOP_WAITING, Sign.CALL_ATTENDED}
    assert {Tier.YELLOW: Mode.BLINKING_FAST} == show(signs, {Tier.YELLOW})


def test_stopped_blind_and_dead_are_three_patterns_on_every_stack() -> None:
    """Machine stopped, sensor dead, agent dead must never look alike."""
    for tiers in STACKS:
        if tiers & {Tier.RED, Tier.YELLOW}:
            stopped, blind = show({Sign.STOP_WAITING}, tiers), show({Sign.BLIND}, tiers)
            assert {} not in (stopped, blind)
            assert stopped != blind


@pytest.mark.parametrize("tiers", [tiers for tiers in STACKS if tiers != {Tier.GREEN}], ids=str)
def test_only_a_dead_agent_is_dark(tiers: set[Tier]) -> None:
    """Planned time, a rule set aside and a lost sensor show something on every stack that can, each its own pattern."""
    shown = [show({sign}, tiers) for sign in (Sign.BLIND, Sign.PLANNED, Sign.SET_ASIDE)]
    assert {} not in shown[1:]
    assert all(one != other for one, other in itertools.combinations(shown, 2))


def test_every_sign_has_a_row_and_every_row_a_response() -> None:
    """A lamp without a defined response is a lamp people learn to ignore."""
    assert list(Sign) == [row.sign for row in LEGEND]
    assert all(row.means and row.who_does_what for row in LEGEND)
    assert ("all dark", "nobody is watching", "maintenance") == legend({Tier.RED})[-1]
