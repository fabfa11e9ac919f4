"""The books of a station: what a team leader reads on the board."""

from fractions import Fraction

import msgspec
import pytest
from jsonschema import Draft202012Validator

from edge_agent.events import CallAcknowledged, CallAttended, CallCleared, Event
from edge_agent.events.accounts import PlanChanged
from edge_agent.observations import Changeover, PlannedStop, ProductChosen
from edge_agent.pace import board
from edge_agent.pace.tally import MOST_CALLS, Account
from edge_agent.planning.calendar import Calendar
from edge_agent.planning.plan import Plan
from edge_agent.planning.shifts import Shift
from edge_agent.signals.contract import schemas
from tests.books import PLAN, Books, H, M, S, pulled


def times(told, **expected):
    """Whether the elements are these, and nothing else."""
    return {f"{name}_ns": ns for name, ns in expected.items()} == {
        name: ns for name in told.elements.__struct_fields__ if (ns := getattr(told.elements, name))
    }


def test_the_hour_by_hour_board():
    """Plan eight, made 9, 7, 6, 7, 9: the cumulative difference is +1, 0, -2, -3, -2."""
    books = Books(
        Plan(calendar=Calendar("UTC"), standard=PLAN.standard, takt_ns=PLAN.takt_ns), "2026-11-23T00:00+00:00"
    )
    for hour, made in enumerate((9, 7, 6, 7, 9)):
        books.evenly(hour, made)
    hours = books.hours(5 * H)
    assert [8] * 5 == [each.plan for each in hours]
    assert [9, 7, 6, 7, 9] == [each.actual for each in hours]
    assert [1, -1, -2, -1, 1] == [each.difference for each in hours]
    assert [1, 0, -2, -3, -2] == [each.cumulative for each in hours]


def test_the_rate_that_recovers_is_shown():
    """Eight hours at eight an hour, three behind at half time: 35 in four hours, 8.75 an hour."""
    shift = Shift(name="early", start="06:00", end="14:00")
    books = Books(Plan(calendar=Calendar("Europe/Berlin", [shift]), standard=PLAN.standard, takt_ns=PLAN.takt_ns))
    for hour, made in enumerate((8, 7, 7, 7)):
        books.evenly(hour, made)
    books.ledger.advance(4 * H)
    pace = board.pace(books.ledger, 4 * H)
    assert (32, 29, -3, "behind", 8.75) == (
        pace.plan, pace.actual, pace.difference, pace.standing, pace.recovery_per_h
    )  # fmt: skip


def test_the_last_part_of_a_week_is_due_at_its_last_instant():
    """32 h for 1,260 parts is no round takt, and still all 1,260 are due, and not one a nanosecond before."""
    shift = Shift(name="day", start="06:00", end="14:00", demand=315)
    plan = Plan(calendar=Calendar("Europe/Berlin", [shift]), standard=PLAN.standard, takt_ns=shift.takt_ns)
    books = Books(plan)
    books.ledger.advance(8 * H - 1)
    assert 314 == board.pace(books.ledger, 8 * H - 1).plan
    assert [315] == [each.plan for each in books.shifts(8 * H)]


def test_a_shift_begins_anew():
    """What was missing yesterday is not due today."""
    books = Books()
    books.hours(25 * H)
    assert (8, -8) == (books.hours(25 * H)[-1].plan, books.hours(25 * H)[-1].cumulative)
    assert [62, 62] == [each.plan for each in books.shifts(32 * H)]
    assert [0, 0] == [each.actual for each in books.shifts(32 * H)]


def test_a_stop_that_runs_into_a_break_is_split():
    """From 08:50 to 09:20 with a break from 09:00: 15 minutes of stop and 15 of break; no part becomes due in it."""
    books = Books()
    books.parts(2 * H + 49 * M, 2 * H + 50 * M, 3 * H + 20 * M)
    before, hour = books.hours(4 * H)[2:4]
    assert times(before, apt=2 * M, adot=H - 2 * M)
    assert 15 * M == hour.elements.planned_ns
    assert 6 == hour.plan  # three quarters of an hour
    stop = next(gap for gap in hour.gaps if gap.began == "2026-11-23T08:50:00+01:00")
    assert (5 * M, "stoppage") == (stop.lost_ns, stop.loss)


def test_a_break_in_the_middle_of_a_gap_does_not_make_it_longer():
    """Half a minute before the break and half a minute after it are one cycle of a minute, inside standard."""
    books = Books()
    books.parts(3 * H - 30 * S, 3 * H + 15 * M + 30 * S)
    assert times(books.hours(3 * H + 20 * M)[2], apt=30 * S, adot=H - 30 * S)  # the stop since six, then half a minute
    assert 30 * S == books.ledger.account.hour.elements["apt"]
    assert "adet" not in books.ledger.account.hour.elements


def test_a_cycle_that_spans_a_break_is_known():
    """One that began before or in the break, and none that began at its end."""
    ledger = Books().ledger
    ledger.advance(3 * H + 16 * M)
    assert ledger.spans_planned(3 * H - 1)
    assert ledger.spans_planned(3 * H + 14 * M)
    assert not ledger.spans_planned(3 * H + 15 * M)


def test_losses_by_class():
    """With a standard of 60 s: 60 s is none, 102 s slow, 360 s a micro-stop, 361 s a stoppage."""
    books = Books()
    at_s = 0
    for gap_s in (0, 60, 102, 360, 361):
        at_s += gap_s
        books.parts(at_s * S)
    books.ledger.advance(at_s * S)
    losses = books.ledger.account.hour.losses
    assert {"slow": (1, 42), "micro_stop": (1, 300), "stoppage": (1, 301)} == {
        loss: (lost.count, lost.ns // S) for loss, lost in losses.items()
    }
    assert {"apt": 240 * S, "adet": 342 * S, "adot": 301 * S} == books.ledger.account.hour.elements


def test_a_gap_over_the_hour_is_told_by_what_was_known_then():
    """Three minutes at the full hour is a micro-stop; what follows is part of the stoppage it became."""
    books = Books()
    books.parts(H - 3 * M, H + 30 * M)
    first, second = books.hours(2 * H)
    assert (1, 2 * M) == (first.losses["micro_stop"].count, first.losses["micro_stop"].ns)
    assert 30 * M == next(gap for gap in second.gaps if gap.began == "2026-11-23T06:57:00+01:00").lost_ns
    assert {"micro_stop", "stoppage"} >= first.losses.keys()


def test_changeover_is_setup():
    """It is no loss of pace: nothing is due in it, and its end begins the next gap."""
    books = Books()
    books.parts(10 * M)
    books.ledger.take(Changeover(at_ns=11 * M, on=True, why="tool", who="setter", via="control"))
    books.ledger.take(Changeover(at_ns=41 * M, on=False))
    books.parts(42 * M)
    hour = books.hours(H)[0]
    assert 30 * M == hour.elements.aust_ns
    assert 4 == hour.plan
    assert [(True, "tool"), (False, "")] == [
        (data.on, data.why) for _, data in books.said if isinstance(data, PlanChanged)
    ]
    assert 3 * M == hour.elements.apt_ns - M  # one before the first part, one after it, one after the changeover


def test_a_planned_stop_that_nobody_ends_is_ended():
    """After four hours the agent watches again, and says why."""
    books = Books()
    assert books.ledger.take(PlannedStop(at_ns=M, on=True, why="no orders"))
    assert not books.ledger.take(PlannedStop(at_ns=2 * M, on=True))
    books.ledger.advance(4 * H + M)
    assert "working" == books.ledger.planned.kind
    assert (4 * H + M, True) == next((at_ns, data.ran_out) for at_ns, data in books.said if getattr(data, "ran_out", 0))


def test_a_break_in_a_planned_stop_is_a_break():
    """The plan of the file goes before what a person said; both are planned time."""
    books = Books()
    books.ledger.take(PlannedStop(at_ns=2 * H, on=True, why="audit"))
    books.ledger.advance(2 * H + M)
    assert ("planned_stop", "audit") == (books.ledger.planned.kind, books.ledger.planned.why)
    books.ledger.advance(3 * H)
    assert "break" == books.ledger.planned.kind
    assert 0 == books.hours(4 * H)[2].plan


def test_a_product_has_its_own_standard_and_takt():
    """Parts of 900 s become due four an hour; one that is not in the file changes nothing."""
    books = Books()
    books.ledger.take(ProductChosen(at_ns=0, product="right"))
    assert not books.ledger.take(ProductChosen(at_ns=0, product="middle"))
    assert 4 == books.hours(H)[0].plan
    assert "right" == books.hours(H)[0].product
    books.ledger.take(ProductChosen(at_ns=H, product="left"))
    assert 8 == books.hours(2 * H)[1].plan
    assert 30 * S == books.ledger.standard_ns


def test_calls_of_the_hour_with_their_response():
    """An open call is told in each hour it is open in; the shift counts it once."""
    books = Books()
    books.ledger.note(Event(50 * M, pulled(1)))
    books.ledger.note(Event(51 * M, CallAcknowledged(call=1, kind="help", who="a", via="local", waited_s=60.0)))
    books.ledger.advance(H)
    books.ledger.note(Event(62 * M, CallAttended(call=1, kind="help", who="a", via="local", waited_s=720.0)))
    cleared = CallCleared(call=1, kind="help", how="restored", who="a", via="local", open_s=780.0, line_stopped=False)
    books.ledger.note(Event(63 * M, cleared))
    first, second, third = books.hours(3 * H)
    assert [(60.0, None, None)] == [(each.acknowledged_s, each.attended_s, each.cleared_s) for each in first.calls]
    assert [(60.0, 720.0, 780.0)] == [(each.acknowledged_s, each.attended_s, each.cleared_s) for each in second.calls]
    assert () == third.calls
    assert "2026-11-23T06:50:00+01:00" == first.calls[0].raised
    assert [("help", 1, 1, 720.0)] == [
        (each.kind, each.raised, each.attended, each.longest_s) for each in books.shifts(8 * H)[0].calls
    ]
    assert first.gaps[0].calls == ("help",)


def test_calls_beyond_the_bound_are_counted():
    """A chattering rule does not make the hour's event grow without end, and does not go unseen."""
    books = Books()
    for call in range(MOST_CALLS + 5):
        books.ledger.note(Event(M, pulled(call)))
    first, second = books.hours(2 * H)
    assert (MOST_CALLS, 5) == (len(first.calls), first.calls_left_out)
    assert 0 == second.calls_left_out
    assert MOST_CALLS + 5 == books.shifts(8 * H)[0].calls[0].raised


def test_what_is_told_follows_its_schema():
    """Hour, shift and change of plan, as JSON, are valid against the schemas that are published."""
    books = Books()
    books.ledger.note(Event(M, pulled(1)))
    books.ledger.take(PlannedStop(at_ns=2 * M, on=True, why="audit"))
    books.parts(2 * H)
    books.ledger.account.judge("bore_mm", True)
    books.ledger.advance(8 * H)
    told = {data.TYPE: data for _, data in books.said}
    assert {"andon.pace.hour.v1", "andon.pace.shift.v1", "andon.plan.changed.v1"} == told.keys()
    for name, data in told.items():
        Draft202012Validator(schemas()[name]).validate(msgspec.json.decode(msgspec.json.encode(data)))


def test_a_pace_faster_than_anyone_can_look_costs_nothing():
    """A millionth of a second a part is a slip of the pen; the plan is still right, and looked at once a second."""
    books = Books(Plan(calendar=PLAN.calendar, standard=PLAN.standard, takt_ns=Fraction(1000)))
    assert S == books.ledger.due_ns()
    books.ledger.advance(15 * M)
    assert 15 * M // 1000 == board.pace(books.ledger, 15 * M).plan


def test_judgements_make_the_yield():
    """Three of four are 75 %; an hour without any says nothing."""
    books = Books()
    for good in (True, True, False, True):
        books.ledger.account.judge("bore_mm", good)
    first, second = books.hours(2 * H)
    assert (3, 1, 0.75) == (first.good, first.rejected, first.first_pass_yield)
    assert second.first_pass_yield is None


def judge(ledger, words):
    """Judge what `words` say, `+bore` or `-length`; a dot is the end of a cycle."""
    for word in words.split():
        if word == ".":
            ledger.part(ledger.account.at_ns + S)
        else:
            ledger.account.judge(word[1:], word[0] == "+")


@pytest.mark.parametrize(
    ("words", "good", "rejected"),
    [
        ("+bore +length . +bore +length .", 2, 0),  # in the cycle
        ("+bore . +bore . -bore .", 2, 1),
        ("+bore -length . +bore -length .", 0, 2),  # one of two gauges rejects every part
        ("-bore -length . +bore +length", 1, 1),
        ("+bore . -length . +bore .", 2, 1),  # each gauge takes its samples
        ("-bore +length -bore +length", 0, 2),  # nobody sees cycles
        ("+bore +bore -bore . +bore", 3, 1),  # three cavities
        (". . -bore .", 0, 1),  # one of three is gauged
    ],
)
def test_a_part_is_judged_once_by_all_its_gauges(words, good, rejected):
    """A round ends with a cycle, or when a characteristic is judged again; one bad judgement in it rejects the part."""
    books = Books()
    judge(books.ledger, words)
    books.ledger.advance(H)
    (told,) = books.hours(H)
    assert (good, rejected) == (told.good, told.rejected)


def test_a_round_ends_with_the_hour_and_not_with_a_restart():
    """What an hour has told is not taken back; a part half judged when the power went is judged on."""
    books = Books()
    judge(books.ledger, "+bore +width")
    again = Books(memory=books.ledger.memory(M), now_ns=2 * M, told=False)
    judge(again.ledger, "-length")
    again.ledger.advance(H)
    judge(again.ledger, "-depth +bore")
    again.ledger.advance(2 * H)
    assert [(0, 1), (0, 1)] == [(each.good, each.rejected) for each in again.hours(2 * H)]


def test_what_was_not_seen_is_blind():
    """No stoppage is booked because a cable was pulled; parts become due all the same."""
    books = Books()
    books.parts(10 * M)
    books.ledger.see(False, 11 * M)
    books.ledger.see(True, 41 * M)
    books.parts(42 * M)
    books.ledger.advance(43 * M)
    elements = books.ledger.account.hour.elements
    assert 30 * M == elements["blind"]
    assert 3 * M == elements["apt"] - M + M
    assert 8 == books.hours(H)[0].plan


@pytest.mark.parametrize("due", ["1/!60", "1/0", "-1", "", "0x1", "1" * 4001])
def test_a_memory_whose_sum_is_no_number_is_no_memory(due):
    """It is refused where it is read, not where it is used."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"due": due}, Account)


def test_a_stamp_gone_bad_in_the_memory_is_not_lived_through():
    """It is a number, but no time at which a memory can have been kept: a new hour begins, at once."""
    books = Books()
    books.parts(10 * M)
    memory = books.ledger.memory(11 * M)
    memory.kept_ns = 10**30
    again = Books(memory=memory, now_ns=12 * M, told=False)
    assert 12 * M == again.ledger.account.hour.began_ns
    assert 0 == again.ledger.account.hour.made
