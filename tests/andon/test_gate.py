"""What stands between a finding and a call: on-delay, off-delay and deadband."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.andon.gate import Gate
from edge_agent.andon.response import Response
from edge_agent.detect import cycle_overrun
from edge_agent.detect.rule import Finding, Verdict
from edge_agent.detect.table import build
from edge_agent.events import CallCleared, CallRaised
from edge_agent.observations import CycleEnd, Gone, PlannedStop, Returned
from edge_agent.standard import NS_PER_S, Span, Standard, Workplace
from edge_agent.station.station import Station
from tests.stories import story

S = NS_PER_S
PLACE = Workplace(standard=Standard(standard_cycle_s=50.0))
NORMAL, UNKNOWN, ABNORMAL = Verdict.NORMAL, Verdict.UNKNOWN, Verdict.ABNORMAL


def detector(**settings):
    """A detector with these delays."""
    spans = {name: Span.parse(value) if "delay" in name else value for name, value in settings.items()}
    return build(cycle_overrun.Settings(**spans), PLACE, "press")


def finding(verdict, at_s, value=None):
    """An answer at `at_s`, its gap two seconds old."""
    onset_ns = round((at_s - 2) * S) if verdict is ABNORMAL else None
    return Finding(verdict=verdict, at_ns=round(at_s * S), onset_ns=onset_ns, text="", value=value, limit=75.0)


class Door:
    """A gate with one detector behind it, told findings in seconds, and what came of them."""

    def __init__(self, **settings):
        self.gate, self.detector, self.stands, self.acted = Gate(), detector(**settings), False, []

    def tell(self, verdict, at_s, value=None):
        """A finding, after what was due before it."""
        self.wait(at_s)
        self._act(self.gate.take(self.detector, finding(verdict, at_s, value), stands=self.stands, pace_s=60.0))
        self.wait(at_s)

    def wait(self, until_s):
        """Let time pass."""
        for _, ready in list(self.gate.late(round(until_s * S), lambda _: True)):
            self._act(ready)

    def _act(self, ready):
        if ready is not None:
            self.stands = ready.verdict is ABNORMAL
            self.acted.append((self.stands, ready.at_ns / S))


def test_without_delays_an_answer_counts_at_once():
    """A gap is called with the first answer, and over with the first good one."""
    door = Door()
    for at_s, verdict in enumerate([NORMAL, ABNORMAL, ABNORMAL, UNKNOWN, NORMAL, NORMAL]):
        door.tell(verdict, at_s)
    assert [(True, 1.0), (False, 4.0)] == door.acted


def test_a_gap_must_stand_as_long_as_the_on_delay_and_keeps_its_onset():
    """Interrupted it counts anew; called, it is called with the onset of its beginning and the newest words."""
    door = Door(on_delay="10s")
    door.tell(ABNORMAL, 0)
    door.tell(NORMAL, 9)
    door.tell(ABNORMAL, 10)
    door.tell(ABNORMAL, 15)
    (waiting,) = door.gate.waiting.values()
    assert (8 * S, 20 * S) == (waiting.finding.onset_ns, waiting.due_ns)
    door.wait(19.9)
    assert [] == door.acted
    door.wait(30)
    assert [(True, 20.0)] == door.acted


def test_not_knowing_neither_ends_nor_begins_a_wait():
    """UNKNOWN is no evidence either way."""
    door = Door(on_delay="10s", off_delay="10s")
    door.tell(UNKNOWN, 0)
    assert {} == door.gate.waiting
    door.tell(ABNORMAL, 1)
    door.tell(UNKNOWN, 5)
    door.wait(11)
    assert [(True, 11.0)] == door.acted


@pytest.mark.parametrize(("value", "ends"), [(75.0, False), (65.1, False), (65.0, True), (10.0, True)])
def test_a_deadband_asks_for_a_value_so_far_back_inside(value, ends):
    """At the limit less the deadband it is over, above it is not."""
    door = Door(deadband=10.0)
    door.tell(ABNORMAL, 0, 76.0)
    door.tell(NORMAL, 1, value)
    assert ends is not door.stands


def test_a_deadband_says_nothing_of_a_gap_that_was_not_called():
    """On the way up only the limit itself counts."""
    door = Door(on_delay="10s", deadband=10.0)
    door.tell(ABNORMAL, 0, 76.0)
    door.tell(NORMAL, 1, 74.0)
    assert {} == door.gate.waiting


HISTORY = st.lists(st.tuples(st.sampled_from([NORMAL, ABNORMAL]), st.integers(1, 8)), max_size=40)


@given(HISTORY, st.integers(1, 9), st.integers(1, 9))
def test_what_counts_is_what_stood_long_enough(history, on_s, off_s):
    """In every history the gate agrees with a count of seconds."""
    door, at_s, stands, opposed_s, expected, verdict = Door(on_delay=on_s, off_delay=off_s), 0, False, 0, [], NORMAL
    for said, lasts_s in history:
        if said is not verdict:
            verdict, opposed_s = said, 0
        door.tell(said, at_s)
        for _ in range(lasts_s):
            at_s += 1
            opposed_s += 1
            if (verdict is ABNORMAL) is not stands and opposed_s == (off_s if stands else on_s):
                stands = not stands
                expected.append((stands, float(at_s)))
        door.wait(at_s)
    assert expected == door.acted


def begun(**delays):
    """The station of the stories that looks for long cycles only, and has seen a good one."""
    settings = {"standard": "50", "takt": "100", "only": "cycle_overrun"} | delays
    made = Station(story.workplace(settings), story.watches(settings), Response())
    made.begin(0)
    for at_s in (5, 55):
        made.step(CycleEnd(at_s * S, "press"), at_s * S)
    return made


def test_a_lost_sensor_takes_back_what_waited():
    """What was seen before the sensor was lost says nothing once it is back."""
    station = begun(on_delay="20s")
    station.step(None, 131 * S)
    assert ["cycle_overrun:press"] == list(station.watch.gate.waiting)
    station.step(Gone(140 * S, "press", "unplugged"), 140 * S)
    said = station.step(None, 160 * S)
    assert [] == [event for event in said if isinstance(event.data, CallRaised)]
    said = station.step(Returned(170 * S, "press"), 170 * S)
    assert {} == station.watch.gate.waiting
    assert [] == [event for event in said if isinstance(event.data, CallRaised)]


def test_planned_time_takes_back_what_waited():
    """A delay is not judged in a planned stop, and begins anew after it."""
    station = begun(on_delay="20s")
    station.step(PlannedStop(135 * S, on=True), 135 * S)
    said = station.step(PlannedStop(300 * S, on=False), 300 * S)
    assert [] == [event for event in said if isinstance(event.data, CallRaised)]
    assert {} == station.watch.gate.waiting


def test_a_call_that_a_person_restored_is_not_ended_again():
    """An off-delay that runs when someone restores ends nothing later."""
    station = begun(off_delay="60s")
    station.step(None, 131 * S)
    station.step(CycleEnd(140 * S, "press"), 140 * S)
    said = station.step(story.observations("restore", 150 * S)[0], 150 * S)
    said += station.step(None, 190 * S)
    assert ["restored"] == [event.data.how for event in said if isinstance(event.data, CallCleared)]


def test_what_waits_goes_on_over_a_restart_and_on_another_clock():
    """The memory moves with the clock of the boot it is read in."""
    station = begun(on_delay="20s")
    station.step(None, 131 * S)
    moved = station.memory().moved(1000 * S)
    (waiting,) = moved.waiting
    assert (1150 * S, 1105 * S) == (waiting.due_ns, waiting.finding.onset_ns)
