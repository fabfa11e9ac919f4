"""What is set aside: shelved for a time, or out of service; beyond what the stories show."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.andon.legend import Sign, Tier
from edge_agent.andon.response import Response
from edge_agent.andon.shelf import Settings
from edge_agent.events import CallEscalated, CallRaised, CallShelved, DetectorService
from edge_agent.observations import (
    Arrive,
    CycleEnd,
    PlannedStop,
    Pull,
    Restore,
    ServiceChange,
    Shelve,
    Unshelve,
)
from edge_agent.standard import NS_PER_S, Span
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station
from tests.stories import story

S, M, H = NS_PER_S, 60 * NS_PER_S, 3600 * NS_PER_S
TIMES = {"standard": "50", "takt": "100", "gauge": "none"}
OVERRUN, NO_CYCLE = "cycle_overrun:press", "no_cycle:press"


def made(memory=None, settings=None, **words):
    """A station of the stories."""
    words = TIMES | words
    return Station(
        story.workplace(words),
        story.watches(words),
        Response(),
        memory=memory,
        plan=story.plan(words),
        hygiene=settings,
    )


def called(**words):
    """A station whose cycle has run too long, at 131 s: call 1."""
    station = made(**words)
    station.begin(0)
    for at_s in (5, 55):
        station.step(CycleEnd(at_s * S, "press"), at_s * S)
    station.step(None, 131 * S)
    return station


def shelve(station, at_ns=131 * S, for_ns=10 * M, call=1, why="known", who="lead"):
    """Shelve a call; what was said of it."""
    said = station.step(Shelve(at_ns, call=call, for_ns=for_ns, why=why, who=who), at_ns)
    return [event.data for event in said if isinstance(event.data, CallShelved)]


def of(said, *kinds):
    """What was said of these kinds."""
    return [event.data for event in said if isinstance(event.data, kinds)]


def test_a_shelf_says_who_why_and_until_when():
    """And that it is over, with the same words and who ended it."""
    station = called()
    (begun,) = shelve(station)
    assert (1, OVERRUN, 731 * S, 600.0, "lead", "known", None) == (
        begun.call, begun.source, begun.until_ns, begun.for_s, begun.who, begun.why, begun.ended,
    )  # fmt: skip
    (ended,) = of(station.step(None, 800 * S), CallShelved)
    assert ("agent", None, "known", "time") == (ended.who, ended.via, ended.why, ended.ended)


def test_a_shelf_stands_in_the_state():
    """For the call, for its detector, and in the reason of the lamp."""
    station = called()
    shelve(station)
    state = station.state(140 * S)
    (call,) = state.calls
    (detector,) = [each for each in state.detectors if each.name == OVERRUN]
    assert 731 * S == call.shelved_until_ns == detector.shelved_until_ns
    assert ("shelved", "abnormal") == (detector.service, detector.verdict)
    assert ("set_aside", f"Set aside: {OVERRUN} is shelved (lead: known).") == (state.sign, state.reason)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"call": 7}, "is not open"),
        ({"why": " "}, "needs who and why"),
        ({"who": "unknown"}, "needs who and why"),
        ({"for_ns": 8 * H + 1}, "at most 8h"),
        ({"for_ns": 0}, "longer than nothing"),
    ],
)
def test_what_is_no_shelf_changes_nothing(asked, words):
    """It is refused with the reason, by whatever door it came."""
    station = called()
    assert [] == shelve(station, **asked)
    assert {} == station.hygiene.shelf.shelved
    whole = Shelve(131 * S, **({"call": 1, "for_ns": M, "why": "known", "who": "lead"} | asked))
    assert words in station.hygiene.shelf.refusal(whole, station.calls.open.get(whole.call))


def test_a_second_shelf_needs_the_first_to_be_taken_back():
    """So nobody lengthens a shelf beyond the longest without a word."""
    station = called()
    shelve(station, for_ns=8 * H)
    assert [] == shelve(station, at_ns=132 * S, for_ns=8 * H)
    asked = Shelve(132 * S, call=1, for_ns=M, why="still", who="lead")
    assert "edge-agent calls unshelve 1" in station.hygiene.shelf.refusal(asked, station.calls.open[1])


def test_a_persons_call_is_never_shelved():
    """It ends when someone comes; one that has stopped the line stays red."""
    station = called()
    station.step(Pull(132 * S, "cord", "help"), 132 * S)
    assert [] == shelve(station, at_ns=133 * S, call=2)
    station.step(None, 400 * S)
    assert station.calls.open[2].line_stop
    assert [] == shelve(station, at_ns=401 * S, call=2)
    assert Sign.STOP_WAITING is station.stack(402 * S).sign


def test_the_longest_shelf_is_a_setting():
    """`[hygiene] longest_shelf`."""
    station = made(settings=Settings(longest_shelf=Span(5, "min")))
    station.begin(0)
    station.step(None, 400 * S)  # nothing was made
    assert [] == shelve(station, at_ns=400 * S, for_ns=6 * M)
    assert 1 == len(shelve(station, at_ns=400 * S, for_ns=5 * M))


def test_nobody_is_waited_for_while_it_is_shelved():
    """Escalation counts the time before and after the shelf only: 100 s after the raise, and a shelf of 600 s."""
    station = called(only="cycle_overrun")
    shelve(station, at_ns=141 * S)
    said = station.step(None, 829 * S)
    assert [] == of(said, CallEscalated)
    assert 830 * S == 130 * S + 600 * S + 100 * S
    assert 1 == len(of(station.step(None, 830 * S), CallEscalated))


def test_a_shelf_inside_planned_time_counts_once():
    """A call that is held twice over is held for the time of both together."""
    station = called()
    shelve(station, at_ns=141 * S)
    station.step(PlannedStop(200 * S, on=True), 200 * S)
    station.step(PlannedStop(900 * S, on=False), 900 * S)
    assert 900 * S - 141 * S == station.calls.open[1].held_ns


def test_calls_of_a_shelved_source_say_so():
    """They are raised, recorded and published, marked, and not shown to be anybody's."""
    station = called(only="cycle_overrun")
    shelve(station)
    said = station.step(CycleEnd(140 * S, "press"), 140 * S)
    said += station.step(None, 300 * S)
    assert [True] == [data.shelved for data in of(said, CallRaised)]
    assert [] == station.calls.asking()
    assert not station.stack(300 * S).sound


def test_an_answer_to_a_shelved_call_is_taken():
    """Somebody may go there all the same, and restore it."""
    station = called()
    shelve(station)
    station.step(Arrive(150 * S), 150 * S)
    station.step(CycleEnd(160 * S, "press"), 160 * S)
    assert {} == station.calls.open
    assert {} == station.calls.held


def test_unshelve_takes_back_by_the_call_or_all():
    """By the call it was shelved with, also once that call is over."""
    station = called()
    shelve(station)
    station.step(CycleEnd(140 * S, "press"), 140 * S)
    assert [] == of(station.step(Unshelve(141 * S, call=2, who="lead"), 141 * S), CallShelved)
    (ended,) = of(station.step(Unshelve(142 * S, call=1, who="chief"), 142 * S), CallShelved)
    assert ("chief", "control", "unshelved") == (ended.who, ended.via, ended.ended)
    assert [] == of(station.step(Unshelve(143 * S, who="lead"), 143 * S), CallShelved)


def test_a_restart_ends_shelves_and_says_so_once():
    """The second restart has nothing left to say."""
    station = called()
    shelve(station, for_ns=8 * H)
    again = made(station.memory().moved(1000 * S))
    (ended,) = of(again.begin(1200 * S), CallShelved)
    assert ("restart", 131 * S + 8 * H + 1000 * S) == (ended.ended, ended.until_ns)
    third = made(again.memory())
    assert [] == of(third.begin(1300 * S), CallShelved)


def out(station, name, at_ns, why="being mended", who="lead"):
    """Take a detector out of service; what was said."""
    return of(station.step(ServiceChange(at_ns, detector=name, out=True, why=why, who=who), at_ns), DetectorService)


def back(station, name, at_ns):
    """Put it back; what was said."""
    return of(station.step(ServiceChange(at_ns, detector=name, out=False, who="lead"), at_ns), DetectorService)


def test_out_of_service_is_not_asked_and_says_who_and_why():
    """It raises nothing; its state says so; back, it begins anew and says how long it was out."""
    station = called()
    (said,) = out(station, OVERRUN, 132 * S)
    assert (OVERRUN, False, "lead", "control", "being mended", None) == (
        said.detector, said.in_service, said.who, said.via, said.why, said.out_s,
    )  # fmt: skip
    (detector,) = [each for each in station.state(133 * S).detectors if each.name == OVERRUN]
    assert ("out_of_service", "unknown") == (detector.service, detector.verdict)
    assert f"{OVERRUN} is out of service (lead: being mended)." == detector.aside
    station.step(CycleEnd(135 * S, "press"), 135 * S)
    assert [] == [data for data in of(station.step(None, 250 * S), CallRaised) if data.kind == "cycle_overrun"]
    (said,) = back(station, OVERRUN, 252 * S)
    assert (True, 120.0) == (said.in_service, said.out_s)


def test_an_open_call_of_a_rule_out_of_service_waits_for_a_person():
    """It neither lights nor escalates, ends with a restore, and is taken up again when the rule is back."""
    station = called()
    out(station, OVERRUN, 132 * S)
    assert [] == of(station.step(None, 200 * S), CallEscalated)
    assert [1] == list(station.calls.open)
    station.step(Restore(201 * S), 201 * S)
    assert {} == station.calls.open


@pytest.mark.parametrize(
    ("name", "taken", "words"),
    [
        ("no_cycel:press", True, "there is no detector 'no_cycel:press'"),
        (NO_CYCLE, False, "is in service"),
    ],
)
def test_no_service_changes_by_a_slip(name, taken, words):
    """What is refused says why, and changes nothing."""
    station = called()
    asked = ServiceChange(132 * S, detector=name, out=taken, why="x", who="lead")
    assert [] == of(station.step(asked, 132 * S), DetectorService)
    assert words in station.hygiene.shelf.service_refusal(asked)


def test_out_of_service_needs_a_reason():
    """Nobody finds out later what was being mended, else."""
    station = called()
    assert [] == out(station, NO_CYCLE, 132 * S, why="")
    assert [] == out(station, NO_CYCLE, 132 * S, who="unknown")


def test_a_sensor_is_not_lost_on_the_word_of_a_rule_out_of_service():
    """The ground goes with the rule; back, it may find the same again."""
    words = TIMES | {"gauge": "there"}
    station = Station(story.workplace(words), story.watches(words), Response())
    station.begin(0)
    for number in range(5):
        station.step(CycleEnd(number * S, "press"), number * S)
    assert "gauge" in station.senses.lost
    out(station, "silent:gauge", 6 * S)
    assert "gauge" not in station.senses.lost
    back(station, "silent:gauge", 7 * S)
    for number in range(10, 15):
        station.step(CycleEnd(number * S, "press"), number * S)
    assert "gauge" in station.senses.lost


def test_out_of_service_lasts_over_a_restart_but_not_longer_than_the_detector():
    """A rule the configuration no longer has is forgotten."""
    station = called()
    out(station, NO_CYCLE, 132 * S)
    memory = station.memory()
    again = made(memory)
    again.begin(140 * S)
    assert {NO_CYCLE} == again.watch.out
    without = made(memory, only="cycle_overrun")
    without.begin(140 * S)
    assert set() == without.watch.out


ASIDE = st.one_of(
    st.tuples(st.just("shelve"), st.integers(1, 4), st.sampled_from([30 * S, 10 * M, 9 * H])),
    st.tuples(st.just("unshelve"), st.none() | st.integers(1, 4)),
    st.tuples(st.sampled_from(["out", "back"]), st.sampled_from([OVERRUN, NO_CYCLE, "silent:press"])),
    st.tuples(st.sampled_from(["cycle", "pull", "restore", "stop", "resume", "restart", "wait"])),
)


def happened(station, deed, now_ns):
    """Let one of them happen; the station afterwards, another one after a restart."""
    match deed:
        case ("shelve", call, for_ns):
            station.step(Shelve(now_ns, call=call, for_ns=for_ns, why="known", who="lead"), now_ns)
        case ("unshelve", call):
            station.step(Unshelve(now_ns, call=call, who="lead"), now_ns)
        case ("out" | "back" as what, name):
            asked = ServiceChange(now_ns, detector=name, out=what == "out", why="mended", who="lead")
            station.step(asked, now_ns)
        case ("restart",):
            memory = msgspec.json.decode(msgspec.json.encode(station.memory()), type=Memory)
            station = made(memory)
            station.begin(now_ns)
        case (word,):
            seen = story.observations({"wait": "", "stop": "stop tea"}.get(word, word), now_ns)[0]
            station.step(seen, now_ns)
    return station


@given(st.lists(st.tuples(ASIDE, st.sampled_from([S, 50 * S, 100 * S, 20 * M])), max_size=40))
def test_nothing_set_aside_is_ever_green_or_loud(history):
    """In every history: no green while a rule is aside, no line stop shelved, no call of it that asks for anybody."""
    station, now_ns = made(), 0
    station.begin(0)
    for deed, pause_ns in history:
        now_ns += pause_ns
        station = happened(station, deed, now_ns)
        station.tested_ns = None  # past the lamp test
        shelf, stack = station.hygiene.shelf, station.stack(now_ns)
        if shelf.sources():
            assert Tier.GREEN not in stack.lamps
            assert stack.sign is not Sign.RUNNING
        assert shelf.sources().isdisjoint(call.source for call in station.calls.asking())
        assert all(shelved.until_ns > now_ns for shelved in shelf.shelved.values())
        assert all(call.held_ns <= now_ns - call.raised_ns for call in station.calls.kept(now_ns))
        assert "cord" not in shelf.sources()
