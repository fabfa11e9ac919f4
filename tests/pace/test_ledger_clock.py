"""The books and the clocks: full hours, change nights, a wall clock that steps, restarts and reboots."""

from edge_agent.events import Event
from edge_agent.observations import Changeover, PlannedStop, ProductChosen
from edge_agent.pace import board
from edge_agent.pace.ledger import LONGEST_ABSENCE_NS
from edge_agent.planning.calendar import Calendar
from edge_agent.planning.plan import Plan
from edge_agent.planning.shifts import DAYS, Shift
from tests.books import PLAN, Books, H, M, S, pulled


def test_no_hour_is_told_outside_the_shift_unless_something_happened():
    """The night is quiet; a part made at 15:10 is told, beside no plan."""
    books = Books()
    books.parts(9 * H + 10 * M)
    hours = books.hours(24 * H)
    assert [*["early"] * 8, None] == [each.shift for each in hours]
    assert (0, 1) == (hours[-1].plan, hours[-1].actual)
    assert 1 == len(books.shifts(24 * H))


def test_hours_end_with_the_shift():
    """A shift from 06:30 to 09:10 has four hours on the board: half, two whole, ten minutes."""
    shift = Shift(name="short", start="06:30", end="09:10")
    books = Books(Plan(calendar=Calendar("Europe/Berlin", [shift]), standard=PLAN.standard), "2026-11-23T06:30")
    hours = books.hours(5 * H)
    assert [30 * M, H, H, 10 * M] == [each.elapsed_ns for each in hours]
    assert "2026-11-23T09:10:00+01:00" == hours[-1].ended == books.shifts(5 * H)[0].ended


def test_the_doubled_hour_is_told_twice_and_the_skipped_one_not():
    """The offset tells the two hours from two to three apart; the shifts have nine hours and seven."""
    night = Plan(
        calendar=Calendar("Europe/Berlin", [Shift(name="night", start="22:00", end="06:00", days=DAYS)]),
        standard=PLAN.standard,
    )
    autumn = [each.began for each in Books(night, "2026-10-24T22:00").hours(9 * H)]
    assert ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"] == autumn[4:6]
    assert 9 == len(autumn)
    spring = [each.began[11:13] for each in Books(night, "2026-03-28T22:00").hours(7 * H)]
    assert ["22", "23", "00", "01", "03", "04", "05"] == spring


def test_a_step_of_the_clock_moves_what_is_to_come():
    """At ten past six the clock is set to twenty past nine: the hour that began is told with its ten minutes."""
    books = Books()
    books.clock(10 * M, "2026-11-23T09:20")
    (hour,) = books.hours(10 * M)
    assert (10 * M, "2026-11-23T09:20:00+01:00") == (hour.elapsed_ns, hour.ended)
    assert [10 * M, 40 * M] == [each.elapsed_ns for each in books.hours(50 * M)]


def test_a_part_of_the_instant_of_a_step_is_not_lost():
    """Finished at the full hour, at which the clock is set too: it is told in an hour without length."""
    books = Books()
    books.parts(H)
    books.clock(H, "2026-11-23T11:00")
    assert [(H, 0), (0, 1), (H, 0)] == [(each.elapsed_ns, each.actual) for each in books.hours(2 * H)]


def test_a_small_step_back_tells_no_hour_twice():
    """At one minute past seven the clock is set to 06:58: seven o'clock has been."""
    books = Books()
    books.clock(61 * M, "2026-11-23T06:58")
    assert [H] == [each.elapsed_ns for each in books.hours(70 * M)]
    assert [H, 60 * M + 3 * M] == [each.elapsed_ns for each in books.hours(123 * M)]


def test_a_clock_that_was_wrong_altogether_begins_a_new_hour():
    """From the year 2030 back to today: the old hour is told, and nobody waits four years for the next."""
    books = Books(began="2030-11-25T06:30")
    books.clock(10 * M, "2026-11-23T07:30")
    assert [10 * M, 30 * M] == [each.elapsed_ns for each in books.hours(40 * M)]


def test_before_the_time_is_known_work_is_counted():
    """What was made in the first seconds belongs to the hour that is known then."""
    books = Books(told=False)
    books.parts(S)
    books.clock(2 * S, "2026-11-23T06:00:02")
    (hour,) = books.hours(H)
    assert (1, H, "2026-11-23T06:00:00+01:00") == (hour.actual, hour.elapsed_ns, hour.began)


# -- restart


def test_a_restart_loses_and_doubles_nothing():
    """Killed at 06:50 and back at 07:05: the hour is told once, late, with what was not seen."""
    books = Books()
    books.evenly(0, 10)
    books.ledger.advance(50 * M + 54 * S)
    again = Books(memory=books.ledger.memory(55 * M), now_ns=65 * M, told=False)
    hours = again.hours(2 * H)
    assert [H, H] == [each.elapsed_ns for each in hours]
    assert [5 * M, 5 * M] == [each.elements.blind_ns for each in hours]
    assert (10, 8, 2) == (hours[0].actual, hours[0].plan, hours[0].cumulative)
    assert -6 == hours[1].cumulative
    assert () == tuple(books.said)


def test_a_short_restart_does_not_make_a_stop_production():
    """Killed every ten seconds in a stop of ten minutes, it is still a stop, and not sixty beginnings of a cycle."""
    books = Books()
    books.parts(0)
    for tick in range(1, 60):
        memory = books.ledger.memory(tick * 10 * S - S)
        books = Books(memory=memory, now_ns=tick * 10 * S, told=False)
    books.parts(10 * M)
    elements = books.ledger.account.hour.elements
    assert 60 * S == elements["apt"]
    assert 59 * S == elements["blind"]


def test_a_reboot_goes_on_with_another_clock():
    """CLOCK_MONOTONIC begins anew: the same hours, on the wall and in length."""
    books = Books()
    books.evenly(0, 10)
    memory = books.ledger.memory(55 * M).moved(-50 * M)
    again = Books(memory=memory, now_ns=7 * M, told=False)
    again.clock(7 * M, "2026-11-23T06:57")
    (hour,) = again.hours(10 * M)
    assert (H, "2026-11-23T06:00:00+01:00", 10) == (hour.elapsed_ns, hour.began, hour.actual)
    assert 2 * M == hour.elements.blind_ns


def test_a_reboot_moves_every_stamp():
    """Before the time is told again, hours, calls and modes go on where they were."""
    books = Books()
    books.ledger.note(Event(50 * M, pulled(1)))
    books.ledger.take(PlannedStop(at_ns=54 * M, on=True))
    again = Books(memory=books.ledger.memory(55 * M).moved(-50 * M), now_ns=7 * M, told=False)
    (hour,) = again.hours(10 * M)
    assert ("2026-11-23T07:00:00+01:00", "2026-11-23T06:50:00+01:00") == (hour.ended, hour.calls[0].raised)
    assert 54 * M - 50 * M + 4 * H == again.ledger.schedule.due_ns(None)


def test_after_a_long_absence_the_old_hour_is_told_and_a_new_one_begins():
    """Nobody wants a page of blind hours."""
    books = Books()
    books.evenly(0, 10)
    now_ns = 55 * M + LONGEST_ABSENCE_NS + S
    again = Books(memory=books.ledger.memory(55 * M), now_ns=now_ns, told=False)
    assert [55 * M] == [each.elapsed_ns for each in again.hours(now_ns)]
    assert [55 * M] == [each.elapsed_ns for each in again.shifts(now_ns)]
    assert 0 == board.pace(again.ledger, now_ns).actual


def test_modes_and_product_survive_a_restart():
    """A changeover goes on, and ends when it would have."""
    books = Books()
    books.ledger.take(ProductChosen(at_ns=0, product="left"))
    books.ledger.take(Changeover(at_ns=0, on=True))
    again = Books(memory=books.ledger.memory(M), now_ns=2 * M, told=False)
    assert ("changeover", "left", 30 * S) == (
        again.ledger.planned.kind, again.ledger.account.product, again.ledger.standard_ns
    )  # fmt: skip
    again.ledger.advance(2 * H)
    assert "working" == again.ledger.planned.kind


def test_a_shift_of_no_length_is_told_only_with_what_was_judged_in_it():
    """The clock is set wrong and right again within an instant: nothing is told of it, and no judgement is lost."""
    books = Books()
    books.ledger.note(Event(0, pulled(1)))
    books.clock(0, "2026-11-24T06:00")
    books.clock(0, "2026-11-23T06:00")
    assert [] == books.said
    books.ledger.account.judge("bore_mm", False)
    books.clock(0, "2026-11-24T06:00")
    assert [1] == [each.rejected for each in books.hours(0)] == [each.rejected for each in books.shifts(0)]
    assert [1] == [each.call for each in books.hours(0)[0].calls]
