"""What planned time does to detectors, calls and cycles, beyond what the stories show."""

import msgspec
import pytest

from edge_agent.andon.response import Response
from edge_agent.detect import behind_takt, no_cycle, silent, slow_drift
from edge_agent.events import CallCleared, CallEscalated, CallRaised, CycleFinished, Hour, SensorBack, SensorLost
from edge_agent.observations import (
    Arrive,
    Changeover,
    CycleEnd,
    Gone,
    PlannedStop,
    ProductChosen,
    Pull,
    Reading,
    Returned,
)
from edge_agent.standard import NS_PER_S, Span
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station
from tests.stories import story

S, M = NS_PER_S, 60 * NS_PER_S
TIMES = {"standard": "50", "takt": "60"}
SHIFT = TIMES | {"clock": "08:50", "early": "06:00-14:00", "break": "09:00-09:15"}


def begun(settings, *watches, memory=None, now_ns=0):
    """A station that looks for these, told the time of its story."""
    made = Station(
        story.workplace(settings),
        [(each, "press") for each in watches],
        Response(),
        memory=memory,
        plan=story.plan(settings),
    )
    said = made.begin(now_ns)
    if "clock" in settings:
        said += made.step(story.wall(settings, 0), now_ns)
    return made, said


def parts(station, *at_ns):
    """Finish parts; what was said."""
    return [event for each in at_ns for event in station.step(CycleEnd(each, "press"), each)]


def of(kind, said):
    """The records of a kind."""
    return [event.data for event in said if isinstance(event.data, kind)]


def test_a_cycle_that_spans_a_break_has_no_length():
    """Neither the one that began before the break, nor one that began in it; the next is one again."""
    station, _ = begun(SHIFT, no_cycle.Settings())
    said = parts(station, 9 * M, 9 * M + 50 * S, 12 * M, 26 * M, 26 * M + 50 * S)
    assert [None, 50.0, None, None, 50.0] == [data.cycle_s for data in of(CycleFinished, said)]


def test_silence_in_a_break_means_nothing():
    """Ten minutes of work without a sound lose the sensor; a break among them does not count. What is lost stays so."""
    station, said = begun(SHIFT, silent.Settings(after=Span(10, "min")))
    said += parts(station, M)
    for at_ns in (9 * M, 11 * M, 24 * M, 34 * M):
        said += station.step(None, at_ns)
    assert [] == of(SensorLost, said)
    assert [35 * M] == [event.at_ns for event in station.step(None, 40 * M) if isinstance(event.data, SensorLost)]
    station, said = begun(SHIFT, silent.Settings(after=Span(5, "min")))
    said += [event for at_ns in (9 * M, 12 * M, 26 * M) for event in station.step(None, at_ns)]
    assert (1, 0) == (len(of(SensorLost, said)), len(of(SensorBack, said)))


def test_behind_takt_stands_still_in_a_break():
    """One part behind before the break is one behind after it; parts made in the break count."""
    station, _ = begun(SHIFT, behind_takt.Settings())
    parts(station, *(each * M for each in range(1, 9)))
    station.step(None, 9 * M + 30 * S)
    assert 1 == station.ledger.paced().missing
    assert [] == of(CallRaised, station.step(None, 11 * M))
    parts(station, 14 * M)
    said = station.step(None, 25 * M + 59 * S)
    assert (1, 0) == (station.ledger.paced().missing, len(of(CallRaised, said)))
    (raised,) = of(CallRaised, station.step(None, 26 * M))
    assert "2 parts behind takt: 11 due, 9 made." == raised.text


def test_a_drift_goes_on_after_a_break():
    """What was seen over cycles before a break is not forgotten by it."""
    station, _ = begun(TIMES, slow_drift.Settings(baseline=20))
    detector = station.watch.detectors[0]
    parts(station, *(each * 50 * S for each in range(25)))
    before = station.watch.findings[detector.name]
    station.step(PlannedStop(1300 * S, True), 1300 * S)
    station.step(PlannedStop(1900 * S, False), 1900 * S)
    assert before == station.watch.findings[detector.name]


def test_a_call_of_quality_is_asked_for_in_a_break():
    """Only delays are held: a bad part waits for nobody's coffee."""
    station = Station(story.workplace(SHIFT), story.watches(SHIFT), Response(), plan=story.plan(SHIFT))
    station.begin(0)
    station.step(story.wall(SHIFT, 0), 0)
    station.step(None, 12 * M)
    assert "planned" == station.stack(12 * M).sign
    said = station.step(Reading(12 * M, "gauge", "bore_mm", 26.0), 12 * M)
    assert ["out_of_spec"] == [data.kind for data in of(CallRaised, said)]
    assert "call_waiting" == station.stack(12 * M).sign
    assert of(CallEscalated, station.step(None, 14 * M))


@pytest.mark.parametrize("restart", [False, True], ids=["without a restart", "over a restart in the break"])
def test_the_time_of_a_break_is_not_counted_against_those_called(restart):
    """Raised 90 s before the break, the next level is called when the rest of the time is over after it."""
    settings = SHIFT | {"only": "no_cycle"}
    slow = Response(escalate=(msgspec.structs.replace(Response().escalate[1]),))  # after 15 minutes
    station = Station(story.workplace(settings), [(no_cycle.Settings(), "press")], slow, plan=story.plan(settings))
    station.begin(0)
    station.step(story.wall(settings, 0), 0)
    parts(station, 6 * M)  # called at 8:00, two minutes before the break of fifteen
    station.step(None, 20 * M)
    if restart:
        memory = msgspec.json.decode(msgspec.json.encode(station.memory()), type=Memory)
        watches = [(no_cycle.Settings(), "press")]
        station = Station(story.workplace(settings), watches, slow, memory=memory, plan=story.plan(settings))
        station.begin(20 * M)
    assert not of(CallEscalated, station.step(None, 38 * M - 1))
    assert 1 == len(of(CallEscalated, station.step(None, 38 * M)))


@pytest.mark.parametrize(
    ("arrived", "levels"), [(9, (34, 44)), (26, (36, 46))], ids=["attended before the break", "attended after it"]
)
def test_a_break_counts_only_against_the_stamp_it_came_after(arrived, levels):
    """The time to restore work begins with the arrival, then with each level: what lay before is no part of it."""
    levels_of = tuple(msgspec.structs.replace(each, after=Span(9, "h")) for each in Response().escalate)
    answer = Response(restore=Span(10, "min"), escalate=levels_of)
    station = Station(story.workplace(SHIFT), [(no_cycle.Settings(), "press")], answer, plan=story.plan(SHIFT))
    station.begin(0)
    station.step(story.wall(SHIFT, 0), 0)
    parts(station, 6 * M)  # called at 8:00; the break is from 10:00 to 25:00
    station.step(Arrive(arrived * M), arrived * M)
    said = station.step(None, 60 * M)
    assert levels == tuple(event.at_ns // M for event in said if isinstance(event.data, CallEscalated))


def test_a_held_delay_ends_with_the_first_part_after_the_break():
    """It is neither ended nor raised anew by the break."""
    station, _ = begun(SHIFT, no_cycle.Settings())
    parts(station, 7 * M)
    said = station.step(None, 24 * M)
    assert [1, 0] == [len(of(CallRaised, said)), len(of(CallCleared, said))]
    assert "planned" == station.stack(24 * M).sign
    assert None is station.stack(24 * M).sound
    said = station.step(None, 25 * M + S) + parts(station, 26 * M)
    assert [0, 1] == [len(of(CallRaised, said)), len(of(CallCleared, said))]


def test_another_product_brings_its_standard_and_a_restart_keeps_it():
    """Detectors, cycles and calls are held against the product's times; also after a restart."""
    station, _ = begun(TIMES, no_cycle.Settings())
    station.step(ProductChosen(S, "small"), S)
    memory = msgspec.json.decode(msgspec.json.encode(station.memory()), type=Memory)
    again, _ = begun(TIMES, no_cycle.Settings(), memory=memory, now_ns=2 * S)
    for each in (station, again):
        assert (30.0, 30.0) == (each.calls.pace_s, each.cycles.takt_s)
        assert 60 * S == each.watch.detectors[0].after_ns
        assert "small" == each.state(2 * S).pace.product


def test_a_product_that_is_not_known_changes_nothing():
    """No event, no new standard."""
    station, _ = begun(TIMES, no_cycle.Settings())
    assert [] == station.step(ProductChosen(S, "large"), S)
    assert 60.0 == station.calls.pace_s


def test_what_the_station_sees_is_in_the_hour_it_tells():
    """Parts, judgements and calls; the time without the press is told as unseen, not as a stoppage."""
    station, _ = begun(SHIFT, no_cycle.Settings())
    parts(station, M)
    station.step(Gone(2 * M, "press", "unplugged"), 2 * M)
    station.step(Returned(6 * M, "press"), 6 * M)
    parts(station, 7 * M)
    station.step(Pull(8 * M, "cord", "help"), 8 * M)
    station.step(Reading(8 * M, "gauge", "bore_mm", 25.0), 8 * M)
    (hour,) = of(Hour, station.step(None, 10 * M))
    assert (4 * M, 2) == (hour.elements.blind_ns, hour.actual)
    assert (1, ["help", "no_cycle"]) == (hour.good, [call.kind for call in hour.calls])
    assert 10 * M == hour.elements.elapsed_ns


def test_no_slot_runs_from_the_instant_a_break_begins():
    """The cord is pulled as the bell rings: the window is 30 s, whatever the last cycle has left."""
    station, _ = begun(SHIFT, no_cycle.Settings())
    parts(station, 10 * M - 10 * S)
    station.step(Pull(10 * M, "cord", "help"), 10 * M)
    (call,) = station.calls.open.values()
    assert 10 * M + 30 * S == call.fixed_ns


@pytest.mark.parametrize(
    ("clock", "reason"), [("05:00", "No shift is scheduled{}."), ("09:00", "Break{}."), ("08:00", "")]
)
def test_a_clock_that_nobody_has_set_is_named_with_what_it_decides(clock, reason):
    """A Pi that starts without a network has Friday night's time: its shifts are followed, and who looks is told."""
    station, _ = begun(TIMES | {"early": "06:00-14:00", "break": "09:00-09:15"}, no_cycle.Settings())
    told = story.shown(TIMES, M, 0, clock)
    for synchronised, words in ((False, ", by a clock that no time server has set"), (True, "")):
        station.step(msgspec.structs.replace(told, synchronised=synchronised), M)
        if reason:
            assert reason.format(words) == station.stack(M).reason == station.state(M).reason
        else:
            assert not station.planned.rests


def test_changeover_in_a_stop_shows_white_until_both_are_over():
    """The second one is what is planned when the first one ends."""
    station, _ = begun(TIMES, no_cycle.Settings())
    station.step(PlannedStop(S, True, "meeting"), S)
    station.step(Changeover(2 * S, True), 2 * S)
    assert "Planned stop: meeting." == station.stack(10 * S).reason
    station.step(PlannedStop(11 * S, False), 11 * S)
    assert "Changeover." == station.stack(11 * S).reason
    station.step(Changeover(12 * S, False), 12 * S)
    assert "starting" == station.stack(12 * S).sign


def test_the_memory_of_a_boot_long_ago_books_the_absence_as_unseen():
    """A machine that was off for an hour: its clock begins anew, and the hour is not taken for work."""
    station, _ = begun(TIMES, no_cycle.Settings())
    parts(station, 10 * S)
    memory = station.memory().moved(-3600 * S - 10 * S + 5 * S)  # five seconds after power on, an hour later
    watches = [(no_cycle.Settings(), "press")]
    again = Station(story.workplace(TIMES), watches, Response(), memory=memory, plan=story.plan(TIMES))
    assert memory == again.memory()
    again.begin(5 * S)
    assert 3600 * S == again.ledger.account.shift.elements["blind"]
