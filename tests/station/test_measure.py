"""A standard set while the station runs: in force at once, over a restart, and until the file says otherwise."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent import config, recording, rerun
from edge_agent.events import CallCleared, CallRaised, StandardChanged
from edge_agent.observations import ClockTold, CycleEnd, PlannedStop, ProductChosen, Reading, StandardSet
from edge_agent.standard import NS_PER_S
from edge_agent.station import in_force, measure
from edge_agent.station.memory import Memory
from edge_agent.station.overlay import MOST, Overlay, Setting
from tests.config.reworded import reworded

S = NS_PER_S
MONDAY_6_NS = 1_795_413_600 * S  # 2026-11-23, 06:00 UTC
FILE = """
[station]
name = "st07"
[standard]
standard_cycle_s = 50.0
takt_s = 60.0
[[shift]]
name = "early"
start = "06:00"
end = "14:00"
demand = 480
[[product]]
name = "small"
standard_cycle_s = 20.0
[[sensor]]
name = "press"
kind = "gpio_pulse"
pin = "GPIO17"
[[sensor]]
name = "gauge"
kind = "serial_line"
port = "/dev/serial/by-id/gauge"
profile = "mitutoyo"
characteristic = "bore_mm"
[[characteristic]]
name = "bore_mm"
lower = 24.98
upper = 25.02
[[detect]]
kind = "cycle_overrun"
baseline = 0
[[detect]]
kind = "behind_takt"
parts = 3
[[detect]]
kind = "out_of_spec"
of = "bore_mm"
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A station of a file, with what is remembered; the file's text may be changed."""
    folder = tmp_path_factory.mktemp("files")
    known = {}

    def of(memory=None, *changes):
        text = reworded(FILE, *changes)
        if text not in known:
            path = folder / f"{len(known)}.toml"
            path.write_text(text)
            known[text] = config.load(path)
        return known[text].made(memory, "test")

    return of


def kept(station):
    """Its memory as the journal keeps it."""
    return msgspec.json.decode(msgspec.json.encode(station.memory()), type=Memory)


def of(said):
    """What was said of the standard."""
    return [event.data for event in said if isinstance(event.data, StandardChanged)]


def told(changed):
    """The changes of an event."""
    return [(each.what, each.old, each.new) for each in changed.changes]


def begun(station, now_ns=0):
    """Begin at 06:00; what was said of the standard."""
    said = of(station.begin(now_ns))
    station.step(ClockTold(now_ns, MONDAY_6_NS + now_ns, synchronised=True), now_ns)
    return said


def put(station, now_ns, **words):
    """Set figures; what was said of the standard."""
    settings = words.pop("settings", words)
    asked = StandardSet(now_ns, settings=settings, who="planner", role="leader", why="new work", via="remote")
    return of(station.step(asked, now_ns))


def raised(said):
    """The kinds of calls raised."""
    return [event.data.kind for event in said if isinstance(event.data, CallRaised)]


def cycles(station, count, length_s, from_s):
    """Cycles one after another; all that was said."""
    said = []
    for number in range(1, count + 1):
        at_ns = round((from_s + number * length_s) * S)
        said += station.step(CycleEnd(at_ns, "press"), at_ns)
    return said


def test_a_new_standard_is_in_force_at_once_and_said_with_who_and_why(made):
    """Old and new, a revision more; the next cycle is judged by it."""
    station = made()
    assert [] == begun(station)
    cycles(station, 2, 50.0, 0.0)
    (changed,) = put(station, 110 * S, standard_cycle_s=30.0, takt_s=40)
    assert [("standard_cycle_s", "50", "30"), ("takt_s", "60", "40")] == told(changed)
    assert ("planner", "leader", "remote", "new work", 2) == (
        changed.who,
        changed.role,
        changed.via,
        changed.why,
        changed.revision,
    )
    cycles(station, 1, 50.0, 100.0)
    raised = [each.data for each in station.step(None, 200 * S) if isinstance(each.data, CallRaised)]
    assert ["cycle_overrun", 45.0] == [raised[0].kind, raised[0].measured.limit]


def test_what_is_booked_stays_booked_and_what_is_to_come_is_due_by_the_new_takt(made):
    """Ten minutes at 60 s and ten at 50 s: 10 and 12 parts; no second is lost."""
    station = made()
    begun(station)
    station.step(None, 600 * S)
    put(station, 600 * S, takt_s=50)
    assert 10 == station.ledger.due.parts
    station.step(None, 1200 * S)
    assert 22 == station.ledger.due.parts
    station.step(None, 3600 * S)
    assert 3600 * S == station.ledger.account.shift.told().elapsed_ns


def test_an_open_call_goes_on_and_ends_with_a_good_cycle_by_the_new_standard(made):
    """It is neither raised again nor forgotten."""
    station = made()
    begun(station)
    cycles(station, 2, 50.0, 0.0)
    station.step(None, 180 * S)
    assert ["cycle_overrun"] == [call.kind for call in station.calls.open.values()]
    put(station, 190 * S, standard_cycle_s=55.0)
    assert ["cycle_overrun"] == [call.kind for call in station.calls.open.values()]
    said = cycles(station, 1, 100.0, 100.0) + cycles(station, 1, 50.0, 200.0)
    assert ["cycle_overrun"] == [event.data.kind for event in said if isinstance(event.data, CallCleared)]
    assert [] == [event for event in said if isinstance(event.data, CallRaised) and event.data.kind == "cycle_overrun"]


def test_green_is_earned_anew(made):
    """Nothing seen is inside the new standard yet: dark, and not blind, until the next good cycle."""
    station = made(None, ("[[detect]]", '[[detect]]\nkind = "no_cycle"\n[[detect]]'))
    begun(station)
    cycles(station, 2, 50.0, 0.0)
    assert "running" == station.state(101 * S).sign
    assert [] == raised(station.step(None, 101 * S))
    put(station, 110 * S, standard_cycle_s=30)
    assert "starting" == station.state(111 * S).sign
    assert [] == raised(station.step(None, 144 * S)), "the cycle of before is no gap by the new standard"
    cycles(station, 1, 40.0, 105.0)
    assert "running" == station.state(146 * S).sign


def test_evidence_that_is_inside_the_new_standard_too_still_counts(made):
    """Its age counts on, the running cycle is judged by the new figure, and nothing is learned twice."""
    station = made(None, ("baseline = 0", "baseline = 100"))
    begun(station)
    cycles(station, 4, 50.0, 0.0)
    before = station.memory().learned
    put(station, 210 * S, takt_s=70, standard_cycle_s=54)
    assert "running" == station.state(211 * S).sign
    assert before == station.memory().learned
    assert [200 * S] == [each.at_ns for name, each in station.watch.findings.items() if name == "cycle_overrun:press"]
    assert ["cycle_overrun"] == raised(station.step(None, 282 * S))


def test_a_reading_inside_the_new_limits_counts_and_one_outside_is_no_gap(made):
    """It was made by other limits; the next one is judged by these."""
    for upper, sign in ((25.03, "normal"), (24.99, "warming")):
        station = made()
        begun(station)
        station.step(Reading(10 * S, "gauge", "bore_mm", 25.0), 10 * S)
        put(station, 20 * S, settings={"bore_mm upper": upper})
        (shown,) = [each for each in station.state(21 * S).detectors if each.name == "out_of_spec:bore_mm"]
        assert [sign, {}] == [shown.verdict, station.calls.open]


def test_all_of_it_or_nothing(made):
    """A takt under the standard, beside a limit that could be: neither is in force, and nothing is said."""
    station = made()
    begun(station)
    before = station.memory()
    assert [] == put(station, 10 * S, settings={"bore_mm upper": 25.03, "takt_s": 45})
    assert before.overlay == station.overlay
    assert before.in_force == station.memory().in_force
    assert 25.02 == station.parts.workplace.characteristic("bore_mm").upper


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"takt_s": 45}, "takt_s = 45 is below standard_cycle_s = 50"),
        ({"takt_s": "fast"}, "'fast' is not a number"),
        ({"takt_s": -1}, "must be > 0"),
        ({"standard_cycle_s": None}, "[standard] has no 'standard_cycle_s'"),
        ({"bore_mm upper": 24.9}, "lower = 24.98 must be below upper = 24.9"),
        ({"shift early demand": 0}, "must be >= 1"),
        ({"shift early demand": 4.5}, "4.5 is not a whole number"),
        ({"product small takt_s": 10}, "of small: the station would always be behind"),
        ({"cycle_overrun:press factor": 1.0}, "must be >= 1.2"),
        ({"behind_takt:press on_delay": "long"}, "'long'"),
        ({"takt": 58}, "did you mean 'takt_s'?"),
        ({"cycle_overrun:press mode": "observe"}, "is nothing that can be set"),
        ({"silent:press after": "5min"}, "is nothing that can be set"),
        ({"mqtt host": "evil"}, "`edge-agent set --show` lists"),
        ({"product small name": "x"}, "is nothing that can be set"),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else "",
)
def test_what_the_file_could_not_have_cannot_be_set(made, settings, says):
    """The complaint is that of `check`, with the key and what to write instead."""
    station = made()
    with pytest.raises(ValueError, match=re.escape(says)):
        measure.proposed(station, StandardSet(0, settings=settings), station.overlay)
    assert [] == put(station, 0, settings=settings)


def test_it_is_in_force_again_after_a_restart(made):
    """With its revision and who set it; nothing is said twice."""
    first = made()
    begun(first)
    put(first, 10 * S, settings={"takt_s": 70, "bore_mm upper": 25.05, "product small takt_s": 33})
    second = made(kept(first))
    assert [] == begun(second, 20 * S)
    assert first.in_force == second.in_force
    assert first.overlay == second.overlay
    assert 70.0 == second.workplace.standard.takt_s
    second.step(ProductChosen(30 * S, "small"), 30 * S)
    assert 33.0 == second.planned.workplace.standard.takt_s


def test_on_the_clock_of_another_boot_it_was_set_as_long_ago(made):
    """The stamp moves with the clock."""
    station = made()
    begun(station)
    put(station, 10 * S, takt_s=70)
    assert [7 * S] == [each.at_ns for each in station.memory().moved(-3 * S).overlay.settings]


def test_what_is_changed_in_the_file_holds(made):
    """Maintenance edits the takt and restarts: theirs holds, and is said with what it ended; the limit stays set."""
    first = made()
    begun(first)
    put(first, 10 * S, settings={"takt_s": 70, "bore_mm upper": 25.05})
    second = made(kept(first), ("takt_s = 60.0", "takt_s = 65.0"))
    (changed,) = begun(second, 20 * S)
    assert [("takt_s", "70", "65")] == told(changed)
    assert ("file", 3) == (changed.via, changed.revision)
    assert "the file was changed and holds; dropped: takt_s = 70 by planner" == changed.why
    assert ["bore_mm upper"] == [each.what for each in second.overlay.settings]
    assert Overlay(revision=3, settings=second.overlay.settings) == made(kept(second), ("60.0", "65.0")).overlay


def test_a_file_that_does_not_go_with_what_was_set_ends_all_of_it(made):
    """The file's new standard of 58 s does not fit into the takt of 55 s that was set: the file alone holds."""
    first = made()
    begun(first)
    put(first, 10 * S, settings={"takt_s": 55, "bore_mm upper": 25.05})
    second = made(kept(first), ("standard_cycle_s = 50.0", "standard_cycle_s = 58.0"))
    (changed,) = begun(second, 20 * S)
    assert [("bore_mm upper", "25.05", "25.02"), ("standard_cycle_s", "50", "58"), ("takt_s", "55", "60")] == told(
        changed
    )
    assert "dropped: takt_s = 55 by planner, bore_mm upper = 25.05 by planner" in changed.why
    assert () == second.overlay.settings


def test_a_figure_that_the_file_has_no_more_is_dropped(made):
    """The characteristic is called otherwise now."""
    first = made()
    begun(first)
    put(first, 10 * S, settings={"product small standard_cycle_s": 25})
    second = made(kept(first), ('name = "small"', 'name = "tiny"'))
    (changed,) = begun(second, 20 * S)
    assert () == second.overlay.settings
    assert "dropped: product small standard_cycle_s = 25 by planner" in changed.why


def test_set_to_what_the_file_says_it_stands_over_nothing(made):
    """Taken back: an event, a revision more, and no overlay."""
    station = made()
    begun(station)
    put(station, 10 * S, takt_s=70)
    (changed,) = put(station, 20 * S, takt_s=60)
    assert [("takt_s", "70", "60")] == told(changed)
    assert Overlay(revision=3) == station.overlay


def test_set_to_what_is_in_force_changes_nothing(made):
    """No event, no revision: whoever sends it twice does it once."""
    station = made()
    begun(station)
    put(station, 10 * S, takt_s=70)
    assert [] == put(station, 20 * S, takt_s=70.0)
    assert 2 == station.overlay.revision


def test_a_demand_makes_the_takt_where_the_file_leaves_it_to_it(made):
    """Net available time / demand, exact to the last part, and both are said."""
    station = made(None, ("takt_s = 60.0\n", ""))
    begun(station)
    (changed,) = put(station, 0, settings={"shift early demand": 400})
    assert [("shift early demand", "480", "400"), ("takt_s", "60", "72")] == told(changed)
    station.step(None, 8 * 3600 * S - 1)
    assert 399 == station.ledger.due.parts


def test_a_limit_of_a_detector_is_set_and_only_it_begins_anew(made):
    """The others keep what they have seen; the books' own limit follows that of `behind_takt`."""
    station = made()
    begun(station)
    cycles(station, 2, 50.0, 0.0)
    before = {each.name: each for each in station.watch.detectors}
    (changed,) = put(station, 110 * S, settings={"behind_takt:press parts": 5})
    assert [("behind_takt:press parts", "3", "5")] == told(changed)
    after = {each.name: each for each in station.watch.detectors}
    assert ["behind_takt:press"] == [name for name in before if before[name] is not after[name]]
    assert 5 == station.ledger.plan.parts


def test_a_new_specification_is_that_of_every_rule_that_judges_by_it(made):
    """The gap, the count of good parts, and what a gauge can say at all."""
    station = made()
    begun(station)
    put(station, 10 * S, settings={"bore_mm upper": 30.0, "bore_mm lower": 20.0})
    station.step(Reading(20 * S, "gauge", "bore_mm", 29.0), 20 * S)
    assert (1, 0) == (station.parts.good, station.parts.bad)
    assert [] == list(station.calls.open)
    assert [] == list(station.senses.lost)


def test_while_no_work_is_planned_detectors_rest_on(made):
    """A standard set in a planned stop calls nobody."""
    station = made()
    begun(station)
    cycles(station, 2, 50.0, 0.0)
    station.step(PlannedStop(110 * S, on=True, why="meeting"), 110 * S)
    put(station, 120 * S, takt_s=51)
    said = station.step(None, 1000 * S)
    assert [] == [event.data for event in said if isinstance(event.data, CallRaised)]


def test_what_is_usual_stays_known(made):
    """A baseline says what is, not what should be: `relearn` after a change of the work itself."""
    station = made(None, ("baseline = 0", "baseline = 20"))
    begun(station)
    cycles(station, 21, 50.0, 0.0)
    put(station, 1060 * S, takt_s=70)
    (learned,) = station.watch.learned()
    assert (True, 20) == (learned.frozen, learned.fit.count)


def test_no_more_stands_over_the_file_than_can_be_kept(made):
    """The next one is refused with what to do."""
    setting = Setting(what="takt_s", value=70, over=60.0, at_ns=0, who="a", via="control")
    many = tuple(msgspec.structs.replace(setting, what=str(number)) for number in range(MOST))
    station = made()
    begun(station)
    station.overlay = Overlay(settings=many)
    assert [] == put(station, 10 * S, takt_s=70)


FIGURES = st.fixed_dictionaries(
    {},
    optional={
        "takt_s": st.sampled_from([None, 45, 55, 60, 70.5]),
        "standard_cycle_s": st.sampled_from([40, 50, 65]),
        "shift early demand": st.sampled_from([400, 480, 0]),
        "product small standard_cycle_s": st.sampled_from([15, 20, 90]),
        "bore_mm upper": st.sampled_from([None, 25.01, 25.05, 20]),
        "cycle_overrun:press factor": st.sampled_from([1.0, 1.5, 3]),
        "behind_takt:press on_delay": st.sampled_from([None, "10s", "1takt", "x"]),
    },
)


@given(st.lists(st.tuples(FIGURES, st.booleans(), st.integers(1, 200)), max_size=5))
def test_after_any_history_a_restart_and_a_replay_have_the_same_standard(made, history):
    """What is in force is what the file makes with the overlay; the recording says the same events again."""
    station, now_ns, events, turns = made(), 0, [], []
    turns.append(recording.Begin(0, "st07", "test", msgspec.Raw(msgspec.json.encode(station.memory()))))
    events += station.begin(0)
    for settings, restart, wait_s in history:
        now_ns += wait_s * S
        if restart:
            before = station.in_force
            memory = kept(station)
            turns.append(recording.Begin(now_ns, "st07", "test", msgspec.Raw(msgspec.json.encode(memory))))
            station = made(memory)
            assert before == station.in_force
            events += station.begin(now_ns)
        for seen in (StandardSet(now_ns, settings=settings, who="a"), CycleEnd(now_ns, "press")):
            turns.append(recording.Turn(now_ns, seen))
            events += station.step(seen, now_ns)
        held = station.written.held(station.overlay.values())
        assert station.in_force == in_force.in_force(held.workplace, held.plan, held.watches)
        assert {held.plan.standard_of(None)} == {each.workplace.standard for each in station.watch.detectors}
    steps = [recording.DECODE(recording.ENCODE(turn)) for turn in turns]
    again = rerun.events(station.written._config, steps, station.written._config.path)
    assert [event for event in events if event.data.KEPT] == list(again)
