"""Live counters: calls that chatter, are gone at once, stay for days, come in floods, or are false."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.andon.life import Call
from edge_agent.andon.nuisance import CALM_NS, FLOOD_NS, HOUR_NS, MINUTE_NS, STALE_NS, Kept, Nuisance
from edge_agent.andon.response import Response
from edge_agent.events import AgentFault, Hour
from edge_agent.observations import CycleEnd, Restore
from edge_agent.standard import NS_PER_S
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station
from tests.stories import story

S = NS_PER_S
RULE = "cycle_overrun:press"


def call(number=1, at_ns=0, trigger="auto", acknowledged_ns=None):
    """An open call of the rule."""
    return Call(
        call=number, kind="cycle_overrun", family="delay", trigger=trigger, source=RULE, text="", tier="yellow",
        clears="by_itself", raised_ns=at_ns, acknowledged_ns=acknowledged_ns,
    )  # fmt: skip


class Counted:
    """The counters of one rule, what they said, and what went into the books."""

    def __init__(self, kept=Kept()):  # noqa: B008 - it is frozen
        self.said, self.books = [], []
        self.nuisance = Nuisance(
            kept,
            [RULE],
            lambda at_ns, data: self.said.append((at_ns, data.part, data.over)),
            lambda source, what: self.books.append((source, what)),
        )
        self.number = 0

    def call(self, at_ns, open_ns=S, **stamps):
        """A call that ends by itself."""
        self.number += 1
        raised = call(self.number, at_ns, **stamps)
        self.nuisance.raised(raised)
        self.nuisance.ended(raised, at_ns + open_ns, by_itself=True, soon_ns=60 * S)

    def counters(self, now_ns):
        """What is counted now."""
        return self.nuisance.counters(RULE, [], now_ns)


@pytest.mark.parametrize(("third_ns", "chatters"), [(59 * S, True), (59 * S + 1, False)])
def test_three_calls_over_within_a_minute_are_chatter(third_ns, chatters):
    """From the first raise to the third end: a minute itself is within."""
    counted = Counted()
    for at_ns in (0, 20 * S, third_ns):
        counted.call(at_ns)
    assert chatters == bool(counted.counters(third_ns).trouble)
    assert chatters == bool(counted.said)


def test_chatter_is_said_once_and_over_after_ten_calm_minutes():
    """Each call of the burst lengthens it; the end is said once."""
    counted = Counted()
    for number in range(6):
        counted.call(number * 10 * S)
    assert [(21 * S, f"detector {RULE}", False)] == counted.said
    due_ns = counted.nuisance.due_ns([])
    assert 50 * S + CALM_NS == due_ns
    counted.nuisance.advance(due_ns - 1, [])
    assert 1 == len(counted.said)
    counted.nuisance.advance(due_ns, [])
    assert (due_ns, f"detector {RULE}", True) == counted.said[-1]
    assert None is counted.nuisance.due_ns([])
    assert 1 == counted.counters(due_ns).chattering


@pytest.mark.parametrize(
    ("open_ns", "acknowledged_ns", "fleeting"),
    [(S, None, 1), (59 * S, None, 1), (60 * S, None, 0), (S, 1, 0)],
)
def test_a_call_gone_before_anybody_had_to_answer_is_fleeting(open_ns, acknowledged_ns, fleeting):
    """Not one that lasted as long as the time to acknowledge it, nor one that somebody answered."""
    counted = Counted()
    counted.call(0, open_ns, acknowledged_ns=acknowledged_ns)
    assert fleeting == counted.counters(open_ns).fleeting


def test_a_call_open_for_a_day_is_stale_once():
    """By time alone, and no more when it is over; a person's call is theirs."""
    counted = Counted()
    old, pulled = call(1), call(2, trigger="operator")
    assert STALE_NS == counted.nuisance.due_ns([old, pulled])
    for now_ns in (STALE_NS - 1, STALE_NS, STALE_NS + 1):
        counted.nuisance.advance(now_ns, [old, pulled])
    assert [(RULE, "stale")] == counted.books
    assert 1 == counted.nuisance.counters(RULE, [old], STALE_NS).stale == counted.nuisance.flow(STALE_NS).stale
    counted.nuisance.ended(old, STALE_NS + 2, by_itself=True, soon_ns=1)
    assert 0 == counted.nuisance.flow(STALE_NS).stale


def test_more_than_ten_calls_in_ten_minutes_are_a_flood_until_fewer_than_five():
    """Begins with the eleventh, ends when the fifth from the end is ten minutes old."""
    counted = Counted()
    for number in range(10):
        counted.call(number * MINUTE_NS)
    assert [] == counted.said
    counted.call(10 * MINUTE_NS)
    assert [(10 * MINUTE_NS, "calls", False)] == counted.said
    due_ns = counted.nuisance.due_ns([])
    assert 6 * MINUTE_NS + FLOOD_NS == due_ns
    counted.nuisance.advance(due_ns, [])
    assert (due_ns, "calls", True) == counted.said[-1]
    assert ("calls", "floods") in counted.books


@pytest.mark.parametrize(
    ("others", "words"), [(3, f"most of them: {RULE}, 8 of 11."), (6, f"most often: {RULE}, 5 of 11.")]
)
def test_a_flood_names_the_rule_most_of_it_came_from(others, words):
    """Whoever reads the fault knows where to look first, after a restart in the middle too."""
    said = []
    known = [f"rule {number}" for number in range(others)]
    nuisance = Nuisance(Kept(), [RULE, *known], lambda _, data: said.append(data.why), lambda *_: None)
    for number, source in enumerate([*known, *[RULE] * (11 - others)]):
        if number == 5:
            kept = msgspec.json.decode(msgspec.json.encode(nuisance.kept()), type=Kept)
            nuisance = Nuisance(kept, [RULE, *known], lambda _, data: said.append(data.why), lambda *_: None)
        nuisance.raised(msgspec.structs.replace(call(number, number * S), source=source))
    assert [f"11 calls within 10 minutes: more than anybody can answer; {words}"] == said


def test_half_of_five_verdicts_against_it_and_a_rule_is_doubted():
    """Four say nothing; a second word on one call takes the place of the first."""
    counted = Counted()
    for number, verdict in enumerate(["false_alarm", "false_alarm", "true", "standard_wrong"]):
        counted.nuisance.judged(call(number), verdict, number)
    assert [] == counted.said
    counted.nuisance.judged(call(4), "true", 4)
    counted.nuisance.judged(call(4), "false_alarm", 5)
    assert [(5, f"detector {RULE}", False)] == counted.said
    counted.nuisance.judged(call(4), "true", 6)
    assert (6, f"detector {RULE}", True) == counted.said[-1]
    assert (2, 5) == (counted.counters(6).false_alarms, counted.counters(6).verdicts)
    assert 5 == counted.books.count((RULE, "verdicts"))


def test_only_the_last_twenty_verdicts_count():
    """A rule that was mended is believed again."""
    counted = Counted()
    for number in range(30):
        counted.nuisance.judged(call(number), "false_alarm" if number < 10 else "true", number)
    assert (0, 20) == (counted.counters(30).false_alarms, counted.counters(30).verdicts)


def test_two_troubles_of_one_rule_are_over_with_the_second():
    """What still stands is said anew, so that nobody takes the rule for well."""
    counted = Counted()
    for number in range(5):
        counted.nuisance.judged(call(number), "false_alarm", 0)
    for at_ns in (0, S, 2 * S):
        counted.call(at_ns, 1)
    counted.nuisance.advance(2 * S + CALM_NS, [])
    assert [False, False, False] == [over for _, _, over in counted.said]


@given(st.lists(st.integers(1, 30 * MINUTE_NS), max_size=60))
def test_the_window_is_eight_hours_by_the_hour(pauses):
    """What is counted was raised in the last eight hours, and nothing of the last seven is missing."""
    counted, now_ns, raised = Counted(), 0, []
    for pause_ns in pauses:
        now_ns += pause_ns
        counted.call(now_ns)
        raised.append(now_ns)
    least = sum(now_ns - at_ns < 7 * HOUR_NS for at_ns in raised)
    most = sum(now_ns - at_ns < 8 * HOUR_NS for at_ns in raised)
    assert least <= counted.counters(now_ns).raised <= most
    assert all(len(record.buckets) <= 8 for record in counted.nuisance.records.values())


@given(st.lists(st.integers(1, 5 * MINUTE_NS), max_size=40), st.integers(0, 40), st.integers(-HOUR_NS, HOUR_NS))
def test_a_restart_on_another_clock_changes_nothing(pauses, cut, by_ns):
    """Kept, moved and taken up again they count, and say, what they would have."""
    whole, halves, now_ns = Counted(), Counted(), 0
    for number, pause_ns in enumerate(pauses):
        now_ns += pause_ns
        if number == cut:
            kept = halves.nuisance.kept().moved(by_ns).moved(-by_ns)
            kept = msgspec.json.decode(msgspec.json.encode(kept), type=Kept)
            said, halves = halves.said, Counted(kept)
            halves.said = said
        for each in (whole, halves):
            each.nuisance.advance(now_ns, [])
            each.call(now_ns)
    assert whole.said == halves.said
    assert whole.counters(now_ns) == halves.counters(now_ns)


def chattering():
    """A station whose rule chatters, and what it said."""
    words = {"standard": "5", "takt": "100", "gauge": "none", "only": "cycle_overrun", "clock": "08:00"}
    words |= {"early": "06:00-14:00"}
    made = Station(story.workplace(words), story.watches(words), Response(), plan=story.plan(words))
    said = made.begin(0) + made.step(story.wall(words, 0), 0)
    for at_s in (1, 6, 15, 24, 33):
        said += made.step(CycleEnd(at_s * S, "press"), at_s * S)
    return made, said, words


def test_the_state_and_the_hour_tell_of_it():
    """The detector's counters, the station's flow, and the hour when it is told."""
    made, said, _ = chattering()
    assert [f"detector {RULE}"] == [event.data.part for event in said if isinstance(event.data, AgentFault)]
    (detector,) = [each for each in made.state(34 * S).detectors if each.name == RULE]
    assert (3, 1, 3) == (detector.counters.raised, detector.counters.chattering, detector.counters.fleeting)
    assert 3 == made.state(34 * S).flow.recent
    (hour,) = [event.data for event in made.step(None, HOUR_NS) if isinstance(event.data, Hour)]
    (told,) = [each for each in hour.nuisance if each.source == RULE]
    assert (told.raised, told.chattering, told.fleeting) >= (3, 1, 3)


def test_a_restart_says_the_end_of_what_an_earlier_run_began():
    """Through the memory, as the journal keeps it."""
    made, _, words = chattering()
    memory = msgspec.json.decode(msgspec.json.encode(made.memory()), type=Memory)
    again = Station(story.workplace(words), story.watches(words), Response(), memory=memory, plan=story.plan(words))
    again.begin(40 * S)
    said = [event.data for event in again.step(None, HOUR_NS) if isinstance(event.data, AgentFault)]
    assert [(f"detector {RULE}", True)] == [(data.part, data.over) for data in said]


def test_a_verdict_on_a_gap_that_stands_counts_too():
    """A delay ends by itself: whoever says that nothing is wrong is heard although the restore comes too soon."""
    made, _, _ = chattering()
    made.step(None, 45 * S)
    made.step(Restore(46 * S, verdict="false_alarm"), 46 * S)
    (detector,) = [each for each in made.state(46 * S).detectors if each.name == RULE]
    assert (1, 1) == (detector.counters.false_alarms, detector.counters.verdicts)
