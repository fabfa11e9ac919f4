"""Each invariant is seen to break: a history that is doctored by hand is caught, with the rule it breaks."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest

from edge_agent.andon.gate import Waiting
from edge_agent.andon.legend import Mode, Sign, Tier
from edge_agent.andon.response import Response
from edge_agent.detect import out_of_spec, repeat
from edge_agent.detect.rule import Finding, Verdict
from edge_agent.events import (
    CallAcknowledged,
    CallAttended,
    CallCleared,
    CallEscalated,
    CallRaised,
    CallUpdated,
    Event,
    Hour,
    Measured,
    SensorBack,
    SensorLost,
    ShiftSummary,
)
from edge_agent.events.upkeep import CallShelved, DetectorService, ModeChanged
from edge_agent.observations import Acknowledge, ClockTold, CycleEnd, Gone, Pull, Reading, Released, Restore, Returned
from edge_agent.observations.asked import ServiceChange, Shelve, UnderTest
from edge_agent.standard import NS_PER_S
from edge_agent.station import picture
from edge_agent.station.station import Station
from tests import story_station
from tests.invariants import InvariantError
from tests.life import Life
from tests.stories import story

S, M, H = NS_PER_S, 60 * NS_PER_S, 3600 * NS_PER_S
MIDNIGHT_NS = 1_795_392_000 * S  # of a Monday, UTC


def working() -> Life:
    """A station that runs, past its lamp test, at midnight."""
    life = Life(story_station.made)
    life.see(ClockTold(0, MIDNIGHT_NS, synchronised=True))
    for _ in range(3):
        life.see(None, 50 * S)
        life.see(CycleEnd(life.now_ns, "press"))
    return life


def doctored(life: Life, seen, change) -> None:
    """One step more; what is said of it is changed before the audit hears it."""
    said = life.station.step(seen, life.now_ns)
    life.audit.stepped(life.station, seen, change(said), life.now_ns)


def changed(which, /, **fields):
    """Events with fields of one kind of them replaced."""

    def change(said):
        return [
            Event(event.at_ns, msgspec.structs.replace(event.data, **fields))
            if isinstance(event.data, which)
            else event
            for event in said
        ]

    return change


def test_what_is_not_doctored_passes():
    """The control of the controls: calls, answers, a lost sensor, an hour and a restart break nothing."""
    life = working()
    life.see(Pull(life.now_ns, "cord", "help"))
    life.see(Acknowledge(life.now_ns), 10 * S)
    life.restart(life.keep(), S)
    life.see(Restore(life.now_ns))
    life.see(Gone(life.now_ns, "gauge", "unplugged"))
    life.see(Returned(life.now_ns, "gauge"))
    life.boot(life.keep(), S, 20 * S)
    life.see(ClockTold(life.now_ns, MIDNIGHT_NS + 3 * M, synchronised=True))
    said = life.see(None, 25 * H)
    assert {Hour, ShiftSummary} <= {type(event.data) for event in said}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda said: said * 2, "a call has the next number"),
        (lambda _: [], "what is raised and has not ended is open"),
        (lambda said: [Event(said[0].at_ns + 1, said[0].data)], "nothing is said of what comes after"),
    ],
)
def test_a_call_is_raised_once(change, rule):
    """Twice, not at all, or before it happened."""
    life = working()
    with pytest.raises(InvariantError, match=rule):
        doctored(life, Pull(life.now_ns, "cord", "help"), change)


def test_a_call_ends_once():
    """An end of a call that is not open."""
    life = working()
    life.see(Pull(life.now_ns, "cord", "help"))
    with pytest.raises(InvariantError, match="only an open call"):
        doctored(life, Restore(life.now_ns), lambda said: said * 2)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"call": 2}, "only an open call"),
        ({"kind": "material"}, "a call stays what it is"),
        ({"waited_s": 10.5}, "a time told is the difference of its stamps"),
    ],
)
def test_an_answer_is_of_its_call(fields, rule):
    """Another call, another kind, another duration than that of the stamps."""
    life = working()
    life.see(Pull(life.now_ns, "cord", "help"))
    life.see(None, 10 * S)
    with pytest.raises(InvariantError, match=rule):
        doctored(life, Acknowledge(life.now_ns), changed(CallAcknowledged, **fields))


def test_a_refusal_is_told_once():
    """A stopped line, and somebody afar who tries to restore it in a loop: told again, it is found."""
    life = working()
    life.see(Pull(life.now_ns, "cord", "help"))
    life.see(None, 5 * M)
    for _ in range(3):
        life.see(Restore(life.now_ns, via="remote", ends_stop=False), S)
    again = CallUpdated(call=1, kind="help", what="restore_refused", text="")
    with pytest.raises(InvariantError, match="a refusal is told once"):
        doctored(
            life, Restore(life.now_ns, via="remote", ends_stop=False), lambda said: [*said, Event(life.now_ns, again)]
        )


@pytest.mark.parametrize("which", [CallAttended, CallCleared])
def test_a_verdict_is_not_lost(which):
    """Neither on the way up, nor by the time the gap has ended."""
    life = working()
    life.see(None, 100 * S)
    judged = Restore(life.now_ns, verdict="false_alarm")
    seen = judged if which is CallAttended else CycleEnd(life.now_ns, "press")
    if which is CallCleared:
        life.see(judged)
    with pytest.raises(InvariantError, match="a verdict travels with its call"):
        doctored(life, seen, changed(which, verdict=None))


def test_an_answer_needs_a_person():
    """What nobody did is not said to be done."""
    life = working()
    life.see(Pull(life.now_ns, "cord", "help"))
    said = life.station.step(Acknowledge(life.now_ns), life.now_ns)
    with pytest.raises(InvariantError, match="no event without its cause"):
        life.audit.stepped(life.station, None, said, life.now_ns)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda said: said * 2, "a shelf needs the person"),
        (
            lambda said: [event for event in said if not isinstance(event.data, CallShelved)],
            "what is shelved is said to be",
        ),
        (changed(CallShelved, ended="time"), "only a shelf that began ends"),
    ],
)
def test_a_shelf_is_said_once(change, rule):
    """Twice, not at all, or as the end of one that never began."""
    life = working()
    life.see(None, 3 * M)
    with pytest.raises(InvariantError, match=rule):
        doctored(life, Shelve(life.now_ns, call=1, for_ns=H, why="known", who="Mia"), change)


@pytest.mark.parametrize(
    ("aside", "rule"),
    [
        (lambda now_ns: Shelve(now_ns, call=1, for_ns=H, why="known", who="Mia"), "a call that is set aside"),
        (
            lambda now_ns: ServiceChange(now_ns, detector="no_cycle:press", out=True, why="moved", who="Mia"),
            "what is set aside is told in no call",
        ),
    ],
)
def test_nothing_set_aside_is_told(aside, rule):
    """In a call that is shelved now, whether or not it was when it was raised; nor what a rule out of service found."""
    life = working()
    life.see(None, 80 * S)
    measured = Measured(detector="no_cycle:press", value=1.0, limit=1.0, unit="s", limit_from="2takt", onset_ns=0)
    also = CallUpdated(call=1, kind="cycle_overrun", what="also", text="", also="no_cycle", measured=measured)
    doctored(life, None, lambda said: [*said, Event(life.now_ns, also)])
    with pytest.raises(InvariantError, match=rule):
        doctored(life, aside(life.now_ns), lambda said: [*said, Event(life.now_ns, also)])


def test_what_was_shelved_and_is_not_is_told_again():
    """A call raised while its rule was shelved, which outlasts the shelf, is told what follows from its stop."""
    life = working()
    life.see(None, 80 * S)
    life.see(Shelve(life.now_ns, call=1, for_ns=100 * S, why="known", who="Mia"))
    life.see(CycleEnd(life.now_ns, "press"))
    said = [event.data for event in life.see(None, 5 * M)]
    raised = [each for each in said if isinstance(each, CallRaised) and each.kind == "cycle_overrun"]
    assert [True] == [each.shelved for each in raised]
    assert {"no_cycle"} <= {each.also for each in said if isinstance(each, CallUpdated)}


def test_a_rule_goes_out_of_service_by_a_person():
    """It is back without having been out; and nobody said that it shall be out."""
    life = working()
    asked = ServiceChange(life.now_ns, detector="no_cycle:press", out=True, why="moved", who="Mia")
    with pytest.raises(InvariantError, match="out of service and back in turn"):
        doctored(life, asked, changed(DetectorService, in_service=True))
    life = working()
    said = life.station.step(asked, life.now_ns)
    with pytest.raises(InvariantError, match="service is changed by a person"):
        life.audit.stepped(life.station, None, said, life.now_ns)


def test_set_aside_is_never_green(monkeypatch):
    """A lamp that forgets that a rule is out of service."""
    life = working()
    green = [(Sign.RUNNING, "Running.")]
    monkeypatch.setattr(picture, "signs", lambda *_: iter(green))
    with pytest.raises(InvariantError, match="nothing that is set aside"):
        life.see(ServiceChange(life.now_ns, detector="no_cycle:press", out=True, why="moved", who="Mia"))


def test_levels_are_called_one_by_one_and_in_time(monkeypatch):
    """A level left out; and a station that sleeps through its response times."""
    life = working()
    life.see(Pull(life.now_ns, "cord", "method"))
    life.see(None, 59 * S)
    life.now_ns += S
    with pytest.raises(InvariantError, match="levels go up one by one"):
        doctored(life, None, changed(CallEscalated, level=2))
    life = working()
    life.see(Pull(life.now_ns, "cord", "method"))
    monkeypatch.setattr(life.station.calls, "_deadlines", dict)
    with pytest.raises(InvariantError, match="nobody came"):
        life.see(None, 10 * M)


def test_nothing_is_overdue_after_a_step(monkeypatch):
    """A deadline that does not move would keep the process awake for ever."""
    life = working()
    monkeypatch.setattr(life.station, "due_ns", lambda: life.now_ns)
    with pytest.raises(InvariantError, match="nothing is overdue"):
        life.audit.stepped(life.station, None, [], life.now_ns)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (changed(Hour, difference=0), "the difference is actual less plan"),
        (changed(Hour, elapsed_ns=H - 1), "the elements are the elapsed time"),
        (changed(Hour, losses={}), "the losses are the time lost"),
        (changed(Hour, cumulative=0), "differences add up"),
        (changed(Hour, good=1), "every judgement is in an hour"),
        (changed(Hour, actual=4, difference=4 - 60), "every part is in an hour"),
        (changed(ShiftSummary, good=1), "a shift is its hours"),
        (lambda said: [event for event in said if not isinstance(event.data, ShiftSummary)], "a shift that is over"),
        (lambda said: said[1:], "no hour of a shift is left out"),
        (lambda said: [each for event in said for each in [event] * 2], "no time is told twice"),
    ],
)
def test_the_books_add_up(change, rule):
    """A part, a nanosecond, a judgement, an hour or a shift too many or too few."""
    life = working()
    said = [*life.station.step(None, 24 * H), *life.station.step(None, 25 * H)]
    told = [event for event in said if isinstance(event.data, Hour | ShiftSummary)]
    rest = [event for event in said if event not in told]
    with pytest.raises(InvariantError, match=rule):
        life.audit.stepped(life.station, None, [*rest, *change(told)], 25 * H)


def test_an_hour_left_out_in_the_middle_is_seen():
    """The shift ran on, and nobody told."""
    life = working()
    life.see(None, 2 * H)
    life.station.step(None, 3 * H)
    with pytest.raises(InvariantError, match="no hour of a shift is left out"):
        life.see(None, 2 * H)


def test_running_time_adds_up():
    """A nanosecond that is booked nowhere."""
    life = working()
    life.station.ledger.account.hour.elements["apt"] -= 1
    with pytest.raises(InvariantError, match="time adds up"):
        life.see(None, 1)


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ([SensorLost(sensor="gauge", why=".")], "a sensor is lost once"),
        ([SensorBack(sensor="press", lost_s=1.0)], "only a lost sensor is back"),
        ([SensorBack(sensor="gauge", lost_s=0.0)], "a sensor that is lost is said to be"),
    ],
)
def test_a_sensor_is_lost_and_back_in_turn(more, rule):
    """Lost twice, back without having been lost, lost without a word."""
    life = working()
    with pytest.raises(InvariantError, match=rule):
        doctored(life, Gone(0, "gauge", "unplugged"), lambda said: [*said, *(Event(0, data) for data in more)])


@pytest.mark.parametrize(
    ("seen", "rule"),
    [
        (lambda at_ns: Pull(at_ns, "cord", "help"), "shown first"),
        (lambda at_ns: Gone(at_ns, "gauge", "unplugged"), "green is beside no lost sensor"),
        (lambda at_ns: Reading(at_ns, "gauge", "bore_mm", 26.0), "shown first"),
    ],
)
def test_green_is_earned(monkeypatch, seen, rule):
    """A lamp that is green whatever is known."""
    life = working()
    monkeypatch.setattr(picture, "signs", lambda *_: iter([(Sign.RUNNING, "Running.")]))
    life.see(None)
    with pytest.raises(InvariantError, match=rule):
        life.see(seen(life.now_ns))


@pytest.mark.parametrize(
    ("sign", "reason", "rule"),
    [
        (Sign.RUNNING, "Running.", "fresh evidence"),
        (Sign.BLIND, "", "a reason"),
        (Sign.STARTING, "Just started.", "a start ends"),
    ],
)
def test_a_lamp_that_hangs_is_seen(monkeypatch, sign, reason, rule):
    """Green that outlives its evidence, no reason, dark for ever."""
    judges = [(out_of_spec.Settings(), "bore_mm")]  # and nobody calls a silence a gap
    life = Life(lambda memory: Station(story.workplace(story_station.TIMES), judges, Response(), memory=memory))
    life.see(None, 10 * S)
    life.see(Reading(life.now_ns, "gauge", "bore_mm", 25.0))
    monkeypatch.setattr(picture, "signs", lambda *_: iter([(sign, reason)]))
    with pytest.raises(InvariantError, match=rule):
        life.see(None, H)


def test_what_is_kept_reads_back():
    """A number that JSON does not know would be lost with a restart."""
    life = working()
    finding = Finding(verdict=Verdict.ABNORMAL, at_ns=0, text=".", limit=float("inf"))
    name = life.station.watch.detectors[0].name
    life.station.watch.gate.waiting[name] = Waiting(detector=name, finding=finding, due_ns=life.now_ns + H)
    with pytest.raises(InvariantError, match="what is kept reads back"):
        life.see(None)


def test_a_start_resumes_what_is_open():
    """A memory without the call that is open."""
    life = working()
    life.see(Pull(life.now_ns, "cord", "help"))
    kept = life.keep()
    memory = msgspec.json.decode(kept.memory)
    memory["calls"] = []
    with pytest.raises(InvariantError, match="resumes the open calls"):
        life.restart(dataclasses.replace(kept, memory=msgspec.json.encode(memory)))


def test_what_comes_back_is_told_once_in_its_window(monkeypatch):
    """A restore that ended its silence too; the control is the restore as it is."""

    def pulled() -> None:
        watches = [(repeat.Settings(many=3), "every")]
        times = story_station.TIMES
        life = Life(lambda memory=None: Station(story.workplace(times), watches, Response(), memory=memory))
        for _ in range(7):
            life.see(Pull(life.now_ns, "cord", "help"), M)
            life.see(Released(life.now_ns, "cord"))
            life.see(Restore(life.now_ns))

    pulled()
    began = repeat.Repeat.restart
    monkeypatch.setattr(
        repeat.Repeat, "restart", lambda self, now_ns: (began(self, now_ns), self.silent_until_ns.clear())
    )
    with pytest.raises(InvariantError, match="what comes back is told once in its window"):
        pulled()


def under_test(show: str = "") -> Life:
    """A station that is under test for a minute."""
    life = working()
    life.see(UnderTest(life.now_ns, for_ns=M, show=show, who="anna"))
    return life


def test_a_test_that_is_not_doctored_passes():
    """The control: a pull, a part, a lamp, an end, a pull that stands, a restart."""
    life = under_test("green")
    life.see(Pull(life.now_ns, "cord", "help"))
    life.see(CycleEnd(life.now_ns, "press"), 20 * S)
    said = life.see(UnderTest(life.now_ns, for_ns=0, who="anna"))
    assert ["andon.station.mode.v1", "andon.call.raised.v1"] == [event.type for event in said]
    life.see(UnderTest(life.now_ns, for_ns=M))
    life.restart(life.keep(), S)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda _: [], "a test is shown and said"),
        (changed(ModeChanged, mode="test"), "a test begins, then ends"),
        (changed(ModeChanged, seen={}), "a pull under test is counted"),
    ],
)
def test_a_test_ends_once_and_tells_what_was_seen(change, rule):
    """Not silently, not as another beginning, and no pull is lost in it."""
    life = under_test()
    life.see(Pull(life.now_ns, "cord", "help"))
    life.see(Released(life.now_ns, "cord"))
    with pytest.raises(InvariantError, match=rule):
        doctored(life, UnderTest(life.now_ns, for_ns=0), change)


def test_nobody_is_called_and_nothing_is_green_under_test(monkeypatch):
    """A call raised in it, a green lamp nobody asked for, a stop taken back."""
    life = under_test()
    with pytest.raises(InvariantError, match="a test calls and counts nobody"):
        doctored(life, None, lambda _: Life(story_station.made).see(Pull(0, "cord", "help")))
    for lamps, rule in (({Tier.GREEN: Mode.CONTINUOUS}, "what is asked is lit"), ({}, "what is asked is lit")):
        life = under_test()
        stack = life.station.stack(life.now_ns)
        monkeypatch.setattr(
            life.station, "stack", lambda _, shown=stack, lit=lamps: msgspec.structs.replace(shown, lamps=lit)
        )
        with pytest.raises(InvariantError, match=rule):
            life.see(None)


def test_a_test_that_goes_on_for_ever_is_seen(monkeypatch):
    """The bound of the core taken away."""
    monkeypatch.setattr("edge_agent.station.testing.LONGEST_NS", 100 * H)
    life = working()
    life.see(UnderTest(life.now_ns, for_ns=2 * H))
    with pytest.raises(InvariantError, match="a test ends by itself"):
        life.see(None, 31 * M)
