"""What holds in every history of a station, whatever was seen and whenever it was killed."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.andon.legend import Mode, Tier
from edge_agent.andon.life import Call
from edge_agent.andon.life import State as CallState
from edge_agent.andon.response import Response
from edge_agent.detect import (
    behind_takt,
    chatter,
    consecutive_defects,
    cycle_overrun,
    defect_rate,
    implausible,
    micro_stop,
    no_cycle,
    out_of_spec,
    reading_drift,
    repeat,
    run_rules,
    short_cycle,
    silent,
    slow_drift,
    stuck,
)
from edge_agent.detect.block import Readings
from edge_agent.events import BaselineRelearned, CallAcknowledged, CallCleared, CallEscalated, CallRaised, Event
from edge_agent.observations import (
    Acknowledge,
    Arrive,
    CycleEnd,
    CycleStart,
    Gone,
    Heard,
    Judged,
    LampTest,
    Observation,
    Overflowed,
    Pull,
    Reading,
    Relearn,
    Restore,
    Returned,
    Samples,
    Source,
    Trouble,
    UnderTest,
    Unreadable,
)
from edge_agent.standard import NS_PER_S, Characteristic, Standard, Workplace
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station

WORKPLACE = Workplace(
    standard=Standard(standard_cycle_s=50.0, takt_s=60.0),
    characteristics=(
        Characteristic(name="bore_mm", lower=24.98, upper=25.02),
        Characteristic(name="length_mm", upper=40.0),
        Characteristic(name="weight_g"),
    ),
    sources=(
        Source(name="press", sees="cycle"),
        Source(name="gauge", sees="reading", characteristic="bore_mm", heard_within_s=300.0),
        Source(name="cord", sees="call"),
    ),
)
WATCHES = (
    (cycle_overrun.Settings(), "press"),
    (no_cycle.Settings(), "press"),
    (behind_takt.Settings(), "press"),
    (out_of_spec.Settings(), "bore_mm"),
    (slow_drift.Settings(baseline=20, mode="observe"), "press"),
    (silent.Settings(), "press"),
    (silent.Settings(), "gauge"),
    (chatter.Settings(), "press"),
    (implausible.Settings(), "gauge"),
    (stuck.Settings(), "gauge"),
    (micro_stop.Settings(), "press"),
    (short_cycle.Settings(), "press"),
    (run_rules.Settings(), "press"),
    (reading_drift.Settings(), "bore_mm"),
    (consecutive_defects.Settings(), "bore_mm"),
    (defect_rate.Settings(), "bore_mm"),
    (repeat.Settings(), "every"),
)
READINGS = st.one_of(st.floats(24.97, 25.03), st.floats(allow_nan=False, allow_infinity=False))
SENSORS = st.sampled_from(["press", "gauge"])
SOMEONE = st.fixed_dictionaries(
    {"call": st.none() | st.integers(0, 5), "via": st.sampled_from(["local", "control", "remote"])}
)
VERDICTS = st.sampled_from([None, "true", "false_alarm", "standard_wrong"])


def observations(at_ns: int) -> st.SearchStrategy[Observation | None]:
    """Anything that can be seen at `at_ns`."""
    return st.one_of(
        st.none(),
        st.just(CycleEnd(at_ns, "press")),
        st.just(CycleStart(at_ns, "press")),
        READINGS.map(lambda value: Reading(at_ns, "gauge", "bore_mm", value)),
        st.lists(READINGS, min_size=1, max_size=9).map(
            lambda values: Samples(at_ns, "gauge", "bore_mm", 1000, tuple(values))
        ),
        st.booleans().map(lambda good: Judged(at_ns, "gauge", "bore_mm", good)),
        READINGS.map(lambda value: Reading(at_ns, "gauge", "length_mm", value)),
        READINGS.map(lambda value: Reading(at_ns, "gauge", "weight_g", value)),
        st.sampled_from(["help", "quality", "material", "maintenance", "safety", "method"]).map(
            lambda kind: Pull(at_ns, f"{kind} cord", kind)
        ),
        st.just(Pull(at_ns, "help cord", "help", standing=True)),
        SOMEONE.map(lambda by: Acknowledge(at_ns, **by)),
        SOMEONE.map(lambda by: Arrive(at_ns, **by)),
        st.builds(lambda by, verdict: Restore(at_ns, verdict=verdict, **by), SOMEONE, VERDICTS),
        st.sampled_from([None, "slow_drift:press"]).map(lambda name: Relearn(at_ns, name)),
        SENSORS.map(lambda name: Gone(at_ns, name, "unplugged")),
        SENSORS.map(lambda name: Returned(at_ns, name)),
        st.sampled_from([Heard(at_ns, "gauge"), Unreadable(at_ns, "gauge", "?"), Overflowed(at_ns, 3)]),
        st.sampled_from([LampTest(at_ns), Trouble(at_ns, "journal", "disk full")]),
        st.sampled_from([0, 30, 7200]).map(lambda for_s: UnderTest(at_ns, for_ns=for_s * NS_PER_S)),
        st.sampled_from(["", "green", "line_stop"]).map(lambda show: UnderTest(at_ns, for_ns=NS_PER_S, show=show)),
    )


@st.composite
def histories(draw: st.DrawFn, most: int = 60) -> list[tuple[Observation | None, int]]:
    """A history: pauses from nothing to an hour, stamps sometimes older than the turn they are taken in."""
    now_ns, turns = 0, []
    for _ in range(draw(st.integers(1, most))):
        now_ns += draw(st.sampled_from([0, 1, 50_000_000, NS_PER_S, 30 * NS_PER_S, 50 * NS_PER_S, 3600 * NS_PER_S]))
        at_ns = now_ns - draw(st.sampled_from([0, 0, 1000, 20_000_000, 200 * NS_PER_S]))
        turns.append((draw(observations(at_ns)), now_ns))
    return turns


def made(memory: Memory | None = None) -> Station:
    return Station(WORKPLACE, WATCHES, Response(), memory=memory, version="test")


def lived(turns: list[tuple[Observation | None, int]]) -> tuple[Station, list[Event]]:
    """A station that has lived through `turns`, and everything it said."""
    station = made()
    said = station.begin(0)
    for seen, now_ns in turns:
        said += station.step(seen, now_ns)
    return station, said


def after_test(station: Station, now_ns: int) -> None:
    """Look past the lamp test, which shows every tier whatever is known."""
    if station.tested_ns is not None and now_ns - station.tested_ns < 5 * NS_PER_S:
        station.tested_ns = None


@given(histories())
def test_green_is_never_shown_when_it_is_not_known(turns: list[tuple[Observation | None, int]]) -> None:
    """Green stands alone: no sensor lost, no call open, fresh evidence; and there is always a reason."""
    station = made()
    station.begin(0)
    for seen, now_ns in turns:
        station.step(seen, now_ns)
        after_test(station, now_ns)
        stack = station.stack(now_ns)
        assert stack.reason.endswith(".")
        if station.testing.now:
            continue  # a lamp that is asked for is lit: tests/invariants/testing.py
        assert len({Tier.RED, Tier.YELLOW, Tier.GREEN} & stack.lamps.keys()) <= 1
        if Tier.GREEN in stack.lamps:
            assert {Tier.GREEN: Mode.CONTINUOUS} == stack.lamps
            assert not station.senses.lost
            assert not station.calls.open
            assert any(
                0 <= now_ns - finding.at_ns <= 300 * NS_PER_S + 200 * NS_PER_S
                for finding in station.watch.findings.values()
            )
        elif not stack.lamps:
            assert now_ns - station.planned.began_ns <= 300 * NS_PER_S, (
                "a living agent is not dark for longer than its start"
            )


@given(histories())
def test_every_call_that_was_raised_is_open_or_ended_once(turns: list[tuple[Observation | None, int]]) -> None:
    """Numbers are given once; a call ends at most once; what has not ended is open."""
    station, said = lived(turns)
    raised = [event.data.call for event in said if isinstance(event.data, CallRaised)]
    ended = [event.data.call for event in said if isinstance(event.data, CallCleared)]
    assert sorted(set(raised)) == raised
    assert len(set(ended)) == len(ended)
    assert set(raised) - set(ended) == set(station.calls.open)
    assert all(count == 1 for count in Counter(call.source for call in station.calls.open.values()).values())


@given(histories())
def test_an_unanswered_call_escalates(turns: list[tuple[Observation | None, int]]) -> None:
    """Whatever happened before, a call nobody attends reaches the last level once its times are over."""
    station, said = lived(turns)
    said += station.step(None, station.clock_ns + 2 * 3600 * NS_PER_S)
    last = len(station.response.escalate)
    for call in station.calls.open.values():
        if call.state is not CallState.ATTENDED:
            levels = [e.data.level for e in said if isinstance(e.data, CallEscalated) and e.data.call == call.call]
            assert list(range(1, last + 1)) == levels
    due_ns = station.calls.due_ns()
    assert due_ns is None or due_ns > station.clock_ns


def dated(call: Call) -> Call:
    """A call without the time it was held: under test that is counted when it is kept."""
    return msgspec.structs.replace(call, held_ns=0)


@given(histories(), st.data())
def test_a_restart_doubles_and_forgets_nothing(
    turns: list[tuple[Observation | None, int]], data: st.DataObject
) -> None:
    """Killed at any turn and made anew from what was kept: the open calls and their numbers go on."""
    cut = data.draw(st.integers(0, len(turns)))
    station, said = lived(turns[:cut])
    kept = msgspec.json.decode(msgspec.json.encode(station.memory()), type=Memory)
    assert [dated(call) for call in kept.calls] == [dated(call) for call in station.calls.open.values()]
    station = made(kept)
    said += station.begin(turns[cut][1] if cut < len(turns) else turns[-1][1])
    for seen, now_ns in turns[cut:]:
        said += station.step(seen, now_ns)
    raised = [event.data.call for event in said if isinstance(event.data, CallRaised)]
    ended = [event.data.call for event in said if isinstance(event.data, CallCleared)]
    assert sorted(set(raised)) == raised
    assert set(raised) - set(ended) == set(station.calls.open)


@given(histories(), st.lists(st.floats(0, 1), max_size=5))
def test_it_does_not_matter_how_often_it_is_asked(
    turns: list[tuple[Observation | None, int]], wakes: list[float]
) -> None:
    """More wake-ups between the same observations change nothing that is said."""
    _, once = lived([turn for turn in turns if turn[0] is not None and turn[0].at_ns == turn[1]])
    more = []
    before_ns = 0
    for seen, now_ns in turns:
        if seen is not None and seen.at_ns == now_ns:
            more += [(None, before_ns + round((now_ns - before_ns) * part)) for part in sorted(wakes)]
            more.append((seen, now_ns))
            before_ns = now_ns
    _, often = lived(more)
    assert once == often


@given(
    st.lists(st.lists(st.sampled_from([25.0, 25.01, 24.99, 25.005, 25.03, 24.9]), min_size=1, max_size=60), max_size=8)
)
def test_readings_by_the_block_say_what_they_say_one_by_one(blocks: list[list[float]]) -> None:
    """The same findings, calls and counts at the same instants, whichever way a curve is handed over."""
    said: list[list[Event]] = []
    for by_block in (False, True):
        station = made()
        events, now_ns = station.begin(0), 0
        for values in blocks:
            now_ns += NS_PER_S
            seen = Samples(now_ns, "gauge", "bore_mm", 1000, tuple(values))
            if by_block:
                events += station.step(seen, now_ns)
                continue
            events += station.step(Heard(now_ns, "gauge"), now_ns)
            for sample in Readings.from_samples(seen).samples():
                for reading in sample:
                    answers = station.watch.show(reading, now_ns)
                    for detector, finding in answers:
                        if detector.of in {"bore_mm", "gauge"}:
                            station._judge(detector, finding)
            events += station.step(None, now_ns)
        said.append([event for event in events if event.data.KEPT])
    assert said[0] == said[1]


def test_what_was_learned_survives_a_restart_and_is_forgotten_only_when_asked() -> None:
    """A baseline goes on where it was kept; `relearn` is an event that says who asked."""
    turns = [
        (CycleEnd((n + 1) * 50 * NS_PER_S + n % 3 * NS_PER_S, "press"), (n + 1) * 52 * NS_PER_S) for n in range(30)
    ]
    station, _ = lived(turns)
    kept = msgspec.json.decode(msgspec.json.encode(station.memory()), type=Memory)
    again = made(kept)
    again.begin(turns[-1][1])
    assert [20] == [learned.fit.count for learned in kept.learned if learned.fit and learned.frozen]
    assert kept.learned == again.memory().learned
    said = again.step(Relearn(turns[-1][1], None, "maintenance"), turns[-1][1])
    assert {"slow_drift:press"} <= {e.data.detector for e in said if isinstance(e.data, BaselineRelearned)}
    assert {"maintenance"} == {event.data.who for event in said}
    assert all(learned.fit is None for learned in again.memory().learned)


def test_a_restored_detector_knows_nothing_until_it_sees_something() -> None:
    """A latched gap that was restored is no answer any more: neither bad nor good."""
    station, _ = lived([(Reading(NS_PER_S, "gauge", "bore_mm", 30.0), NS_PER_S), (Restore(2 * NS_PER_S), 2 * NS_PER_S)])
    verdicts = {detector.name: detector.verdict for detector in station.state(2 * NS_PER_S).detectors}
    assert "warming" == verdicts["out_of_spec:bore_mm"]


def test_due_is_in_the_future_or_nothing() -> None:
    """After a step to now, nothing is due now: the process sleeps."""
    station, _ = lived([(CycleEnd(NS_PER_S, "press"), NS_PER_S), (None, 7200 * NS_PER_S)])
    due_ns = station.due_ns()
    assert due_ns is None or due_ns > 7200 * NS_PER_S


def test_a_late_edge_does_not_raise_what_its_own_time_forbids() -> None:
    """The loop was busy: the cycle ended before its limit, and is read after it. Nothing is called."""
    station = made()
    station.begin(0)
    station.step(CycleEnd(NS_PER_S, "press"), NS_PER_S)
    said = station.step(CycleEnd(75 * NS_PER_S, "press"), 80 * NS_PER_S)
    assert [] == [event for event in said if isinstance(event.data, CallRaised)]


def test_memory_moves_to_another_boot() -> None:
    """CLOCK_MONOTONIC begins anew with a boot; ages of open calls do not."""
    station, _ = lived([(Pull(NS_PER_S, "cord", "help"), NS_PER_S)])
    moved = station.memory().moved(-10 * NS_PER_S)
    assert -9 * NS_PER_S == moved.calls[0].raised_ns
    assert moved.calls[0].attended_ns is None


@pytest.mark.parametrize("value", [1e308, -1e308, 0.0, 5e-324])
def test_an_absurd_reading_is_out_of_spec_and_nothing_else(value: float) -> None:
    """The lamp calls; nothing breaks."""
    station, said = lived([(Reading(NS_PER_S, "gauge", "bore_mm", value), NS_PER_S)])
    assert ["out_of_spec"] == [event.data.kind for event in said if isinstance(event.data, CallRaised)]
    assert (0, 1) == (station.parts.good, station.parts.bad)


def test_samples_and_readings_that_nothing_judges_are_no_parts() -> None:
    """A thousand values a minute of one tool, a weight without limits: neither makes the yield better."""
    of_a_part = (Reading(0, "gauge", "bore_mm", 26.0), Judged(0, "gauge", "weight_g", True))
    says_nothing = (Samples(0, "gauge", "bore_mm", 1000, (25.0,) * 1000), Reading(0, "gauge", "weight_g", 80.0))
    for seen, counted in ((of_a_part, (0, 1)), (says_nothing, (0, 0)), (of_a_part + says_nothing, (0, 1))):
        station, _ = lived([(msgspec.structs.replace(each, at_ns=NS_PER_S), NS_PER_S) for each in seen])
        assert counted == (station.parts.good, station.parts.bad)
    station, _ = lived([(Reading(NS_PER_S, "gauge", "weight_g", 80.0, good), NS_PER_S) for good in (True, False)])
    assert (1, 1) == (station.parts.good, station.parts.bad)


def test_an_answer_read_late_is_not_before_its_call() -> None:
    """Somebody pressed acknowledge a moment before the overrun was called: whoever reads it sees no negative wait."""
    station = made()
    said = [*station.begin(0), *station.step(CycleEnd(NS_PER_S, "press"), NS_PER_S)]
    said += station.step(None, 76 * NS_PER_S)
    said += station.step(Acknowledge(75 * NS_PER_S), 77 * NS_PER_S)
    stamps = {type(event.data): event.at_ns for event in said}
    assert 76 * NS_PER_S == stamps[CallRaised] == stamps[CallAcknowledged]
