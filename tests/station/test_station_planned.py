"""What holds in every history of a station with breaks, stops, changeovers, products, a set clock and restarts."""

from collections import Counter

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.andon.legend import Mode, Sign, Tier
from edge_agent.andon.response import Response
from edge_agent.events import CallCleared, CallEscalated, CallRaised, Hour, ShiftSummary
from edge_agent.kind import kind_of
from edge_agent.observations import Changeover, ClockTold, CycleEnd, PlannedStop, ProductChosen
from edge_agent.standard import NS_PER_S, Span
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station
from tests.pace.test_ledger_adds_up import BEGAN_NS, PLAN
from tests.station.test_station import WATCHES, WORKPLACE, after_test, observations

S = NS_PER_S
PAUSES = st.sampled_from([0, 1, S, 30 * S, 50 * S, 50 * S, 600 * S, 3600 * S])
SET_BY = st.sampled_from([0, 0, 0, 30 * S, -30 * S, 7200 * S, -7200 * S])


def plannings(at_ns):
    """Anything that can be said of the plan."""
    return st.one_of(
        SET_BY.map(lambda by_ns: ClockTold(at_ns, BEGAN_NS + at_ns + by_ns, synchronised=True)),
        st.booleans().map(lambda on: PlannedStop(at_ns, on)),
        st.booleans().map(lambda on: Changeover(at_ns, on)),
        st.sampled_from(["left", "right", "none"]).map(lambda name: ProductChosen(at_ns, name)),
    )


@st.composite
def histories(draw):
    """Turns of a station; `restart` among what is seen begins it anew."""
    now_ns, turns = 1, [(ClockTold(1, BEGAN_NS, synchronised=True), 1)]
    for _ in range(draw(st.integers(1, 50))):
        now_ns += draw(PAUSES)
        parts = st.just(CycleEnd(now_ns, "press"))
        turns.append((draw(st.one_of(parts, observations(now_ns), plannings(now_ns), st.just("restart"))), now_ns))
    return turns


def made(memory=None, watches=WATCHES):
    """A station with shifts at every hour, breaks and a planned stop."""
    return Station(WORKPLACE, watches, Response(), memory=memory, plan=PLAN)


def lived(turns, made=made):
    """The station after each turn, with what the turn said and whether it was planned time all along."""
    station = made()
    station.begin(0)
    for seen, now_ns in turns:
        due_ns = station.ledger.due_ns()
        rested = station.planned.rests and (due_ns is None or due_ns > now_ns)
        if seen == "restart":
            station = made(msgspec.json.decode(msgspec.json.encode(station.memory()), type=Memory))
            said = station.begin(now_ns)
        else:
            said = station.step(seen, now_ns)
        yield station, now_ns, said, rested and station.planned.rests


@settings(max_examples=40, deadline=None)
@given(histories())
def test_the_time_adds_up_whatever_is_seen(turns):
    """Each hour and shift told is its elements, to the nanosecond; so is what is not told yet."""
    for station, now_ns, said, _ in lived(turns):
        for event in said:
            if isinstance(event.data, Hour | ShiftSummary):
                assert event.data.elapsed_ns == event.data.elements.elapsed_ns
        account = station.ledger.account
        assert now_ns == account.at_ns
        for tally in (account.hour, account.shift):
            assert now_ns - tally.began_ns == tally.told().elapsed_ns + account.gap_ns - account.booked_ns


@settings(max_examples=40, deadline=None)
@given(histories())
def test_planned_time_is_white_and_never_green(turns):
    """White, or white blinking where a sensor is lost; and green never beside a call, held ones included."""
    for station, now_ns, _, _ in lived(turns):
        after_test(station, now_ns)
        shown = station.stack(now_ns)
        assert shown.reason.endswith(".")
        if station.watch.tested:  # then it shows what the test asks for, and that it is tested
            assert Sign.TEST is shown.sign
            continue
        if station.planned.rests:
            assert (Mode.BLINKING if station.senses.lost else Mode.CONTINUOUS) == shown.lamps[Tier.WHITE]
            assert Tier.GREEN not in shown.lamps
        assert Tier.GREEN not in shown.lamps or not station.calls.open


@settings(max_examples=40, deadline=None)
@given(histories())
def test_nothing_is_late_in_planned_time(turns):
    """No delay is called and none escalated while no work is planned."""
    delays = set()
    for _, _, said, rested in lived(turns):
        for event in said:
            if isinstance(event.data, CallRaised) and event.data.family == "delay":
                delays.add(event.data.call)
                assert not rested
            assert not (rested and isinstance(event.data, CallEscalated) and event.data.call in delays)


@settings(max_examples=40, deadline=None)
@given(histories())
def test_each_call_ends_once_or_is_open(turns):
    """Through breaks and restarts: none is raised twice, ended twice, or forgotten."""
    raised, cleared = Counter(), Counter()
    for station, _, said, _ in lived(turns):
        raised.update(event.data.call for event in said if isinstance(event.data, CallRaised))
        cleared.update(event.data.call for event in said if isinstance(event.data, CallCleared))
        assert {1} >= set(raised.values())
        assert {1} >= set(cleared.values())
        assert raised.keys() - cleared.keys() == station.calls.open.keys()


class Nobody(set):
    """A set that nobody gets into."""

    def add(self, element):
        """Leave it out."""


def with_everybody_heard(memory=None):
    """A station in which each answer is acted on, also one that only repeats NORMAL."""
    station = with_delays(memory)
    station.watch.quiet = Nobody()
    return station


def with_delays(memory=None):
    """A station with an on-delay, an off-delay or a deadband on some detectors."""
    delays = {
        "cycle_overrun": {"on_delay": Span(40, "s")},
        "no_cycle": {"off_delay": Span(2, "takt")},
        "behind_takt": {"deadband": 1.0},
        "slow_drift": {"off_delay": Span(90, "s")},
    }
    watches = [(msgspec.structs.replace(each, **delays.get(kind_of(type(each)), {})), of) for each, of in WATCHES]
    return made(memory, watches)


@settings(max_examples=30, deadline=None)
@given(histories())
def test_what_repeats_normal_needs_nobody_to_act(turns):
    """What is said and remembered is the same whether or not answers that change nothing are acted on."""
    whole = []
    for made_so in (with_delays, with_everybody_heard):
        lives = list(lived(turns, made_so))
        whole.append(([event for _, _, said, _ in lives for event in said], lives[-1][0].memory()))
    assert whole[0] == whole[1]
