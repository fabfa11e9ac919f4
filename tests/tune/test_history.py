"""A recording as columns: one axis over all runs, a cycle only where its beginning was seen."""

from edge_agent.events import AgentStarted, AgentStopping, Event
from edge_agent.observations import CycleEnd, Gone, Judged, PlannedStop, Reading, Returned, Source
from edge_agent.recording import Begin, Turn
from edge_agent.standard import Characteristic, Standard, Workplace
from edge_agent.tune.history import gathered, on_axis
from tests.stories import story
from tests.tune.conftest import turn

WORKPLACE = Workplace(
    standard=Standard(standard_cycle_s=55.0),
    characteristics=(Characteristic(name="bore_mm", lower=24.98, upper=25.02),),
    sources=(Source(name="press", sees="cycle"), Source(name="gauge", sees="reading", characteristic="bore_mm")),
)
S = 1_000_000_000


def ended(*at_s):
    return [turn(CycleEnd(each * S, "press")) for each in at_s]


def begun(at_s):
    return Begin(at_s * S, "acme/plant1/assembly/line4/st07", "1")


def test_runs_follow_each_other_on_one_axis():
    """A boot begins its clock anew: the second run lies behind the first, and its first pulse is no cycle."""
    history = gathered([begun(100), *ended(110, 160, 220), begun(5), *ended(15, 66)], WORKPLACE)
    cycles = history.cycles["press"]
    assert [50.0, 60.0, 51.0] == cycles.values.tolist()
    assert [60.0, 120.0, 181.0] == cycles.at_s.tolist()
    assert ((100 * S, 0.0), (5 * S, 120.0)) == history.runs
    assert 181.0 == history.length_s


def test_events_lie_on_the_same_axis():
    """Each run opens with its start."""
    history = gathered([begun(100), *ended(110, 220), begun(5), *ended(15)], WORKPLACE)
    said = [Event(at_s * S, data) for at_s, data in ((100, STARTED), (200, STOPPING), (5, STARTED), (15, STOPPING))]
    assert [0.0, 100.0, 120.0, 130.0] == [at_s for at_s, _ in on_axis(history, said)]


STARTED, STOPPING = AgentStarted(version="1", resumed_calls=()), AgentStopping(why="test")


def test_a_cycle_whose_middle_nobody_saw_is_none():
    """The sensor was gone between two ends."""
    lost = [turn(Gone(170 * S, "press", "unplugged")), turn(Returned(180 * S, "press"))]
    history = gathered([begun(100), *ended(110, 160), *lost, *ended(200, 255)], WORKPLACE)
    assert [50.0, 55.0] == history.cycles["press"].values.tolist()


def test_parts_are_good_or_bad():
    """By specification, by the device's verdict on a value, or by a verdict alone."""
    seen = [
        Reading(1 * S, "gauge", "bore_mm", 25.0),
        Reading(2 * S, "gauge", "bore_mm", 25.1),
        Reading(3 * S, "gauge", "bore_mm", 25.0, good=False),
        Judged(4 * S, "gauge", "bore_mm", good=True),
        Reading(5 * S, "scale", "weight_g", 1.0),
    ]
    history = gathered([begun(0), *(turn(each) for each in seen)], WORKPLACE)
    assert [0.0, 1.0, 1.0, 0.0] == history.parts["bore_mm"].values.tolist()
    assert [25.0, 25.1, 25.0] == history.readings["bore_mm"].values.tolist()
    assert {"bore_mm"} == set(history.readings)


def test_a_run_without_its_beginning_is_left_out():
    """What was pruned has no axis to lie on."""
    history = gathered([*ended(10, 60, 110), begun(200), Turn(260 * S), *ended(210, 265)], WORKPLACE)
    assert [55.0] == history.cycles["press"].values.tolist()
    assert 65.0 == history.length_s


BREAK = {"standard": "55", "clock": "08:50", "early": "06:00-14:00", "break": "09:00-09:15"}


def test_a_cycle_that_spans_a_break_is_none():
    """Where the recording was told the time, the plan of the configuration holds; a planned stop counts alike."""
    ends = ended(500, 560, 1560, 1620, 1680, 1990, 2050)
    stopped = [turn(PlannedStop(1700 * S, on=True)), turn(PlannedStop(1930 * S, on=False))]
    told = [begun(0), turn(story.wall(BREAK, 0)), *ends[:5], *stopped, *ends[5:]]
    cycles = gathered(told, WORKPLACE, story.plan(BREAK)).cycles["press"]
    assert [60.0, 60.0, 60.0, 60.0] == cycles.values.tolist()
    assert [560.0, 1620.0, 1680.0, 2050.0] == cycles.at_s.tolist()
    assert 6 == len(gathered(told, WORKPLACE).cycles["press"])


def test_without_a_clock_work_is_always_planned():
    """A recording that was never told the time is taken as it is."""
    history = gathered([begun(0), *ended(500, 560, 1560)], WORKPLACE, story.plan(BREAK))
    assert [60.0, 1000.0] == history.cycles["press"].values.tolist()
