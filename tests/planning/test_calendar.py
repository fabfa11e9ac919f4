"""The calendar of a station: breaks, planned stops, exceptions, and the two nights on which the clock is changed."""

import datetime as dt
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.planning.calendar import Calendar, first_ns, takt_ns
from edge_agent.planning.shifts import DAYS, ExceptionDay, PlannedTime, Shift

S = 10**9
H = 3600 * S
NIGHT = Shift(name="night", start="22:00", end="06:00", days=DAYS, breaks=("02:15-02:45",))
EARLY = Shift(name="early", start="06:00", end="14:00", breaks=("09:00-09:15", "12:00-12:30"), demand=435)
LATE = Shift(name="late", start="14:00", end="22:00")
AUTUMN, SPRING = dt.date(2026, 10, 24), dt.date(2026, 3, 28)  # the evenings before the clock is changed, in Europe


def at(text, zone="Europe/Berlin"):
    """An instant from local time; with an offset, that one."""
    moment = dt.datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).timestamp()) * S


def shown(calendar, text):
    """What is planned at a local time, and until when."""
    found = calendar.at(at(text))
    return found.kind, found.shift, calendar.text(found.until_ns)[:16]


WEEK = Calendar("Europe/Berlin", [EARLY, LATE])


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-11-23T05:59", ("not_scheduled", None, "2026-11-23T06:00")),
        ("2026-11-23T06:00", ("working", "early", "2026-11-23T09:00")),
        ("2026-11-23T09:00", ("break", "early", "2026-11-23T09:15")),
        ("2026-11-23T09:15", ("working", "early", "2026-11-23T12:00")),
        ("2026-11-23T13:59", ("working", "early", "2026-11-23T14:00")),
        ("2026-11-23T14:00", ("working", "late", "2026-11-23T22:00")),
        ("2026-11-27T22:00", ("not_scheduled", None, "2026-11-29T00:00")),  # looked at again, no boundary
    ],
)
def test_a_day_of_two_shifts(time, expected):
    """What begins at an instant holds at that instant."""
    assert expected == shown(WEEK, time)


def test_a_shift_over_midnight_belongs_to_the_day_it_began():
    """At 03:00 on Saturday the shift is Friday's."""
    occurrence = Calendar("Europe/Berlin", [NIGHT]).at(at("2026-11-28T03:00")).occurrence
    assert ("2026-11-27", "night") == occurrence.key


def test_without_shifts_work_is_always_planned():
    """And accounted for by the day."""
    assert ("working", "day", "2026-11-23T00:00") == shown(Calendar("Europe/Berlin"), "2026-11-22T15:00")


EXCEPTIONS = [
    ExceptionDay(date="2026-12-24", work=False),
    ExceptionDay(date="2026-12-24", shift="early", start="06:00", end="10:00"),
    ExceptionDay(date="2026-12-23", shift="late", work=False),
    ExceptionDay(date="2026-12-05", shift="saturday", start="06:00", end="12:00", breaks=("09:00-09:15",)),
]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2026, 12, 22), ["early", "late"]),
        (dt.date(2026, 12, 23), ["early"]),
        (dt.date(2026, 12, 24), ["early"]),
        (dt.date(2026, 12, 5), ["saturday"]),
        (dt.date(2026, 12, 6), []),
    ],
)
def test_exceptions_take_away_change_and_add(day, expected):
    """What is said of one shift wins over what is said of the day."""
    calendar = Calendar("Europe/Berlin", [EARLY, LATE], EXCEPTIONS)
    assert expected == [shift.name for shift in calendar.on(day)]


def test_other_hours_hold_on_that_day_only():
    """On the day of the exception the shift ends at ten, and its usual breaks are not there."""
    calendar = Calendar("Europe/Berlin", [EARLY, LATE], EXCEPTIONS)
    assert ("working", "early", "2026-12-24T10:00") == shown(calendar, "2026-12-24T09:05")
    assert ("break", "early", "2026-12-22T09:15") == shown(calendar, "2026-12-22T09:05")


def test_a_planned_stop_stops_what_lies_in_a_shift():
    """It is cut to the shift, takes net time, and gives way to a break that is there too."""
    stops = [
        PlannedTime(name="meeting", at="05:30-06:10", days=("mon",)),
        PlannedTime(name="drill", at="09:10-09:30", date="2026-11-23"),
    ]
    calendar = Calendar("Europe/Berlin", [EARLY], planned_stops=stops)
    assert ("planned_stop", "early", "2026-11-23T06:10") == shown(calendar, "2026-11-23T06:00")
    assert "break" == calendar.at(at("2026-11-23T09:12")).kind
    assert ("planned_stop", "early", "2026-11-23T09:30") == shown(calendar, "2026-11-23T09:20")
    assert "drill" == calendar.at(at("2026-11-23T09:20")).why
    assert 7 * H + 15 * 60 * S - 25 * 60 * S == calendar.at(at("2026-11-23T06:00")).occurrence.net_ns()
    assert 7 * H + 15 * 60 * S == calendar.at(at("2026-11-24T06:00")).occurrence.net_ns()


def test_net_time_that_is_left():
    """From the middle of a break on, only what is worked counts."""
    occurrence = WEEK.at(at("2026-11-23T06:00")).occurrence
    assert 90 * 60 * S == occurrence.net_ns(at("2026-11-23T12:10"))
    assert 0 == occurrence.net_ns(at("2026-11-23T14:00"))


# -- the two nights


@pytest.mark.parametrize(("evening", "hours"), [(AUTUMN, 9), (SPRING, 7), (dt.date(2026, 11, 24), 8)])
def test_a_night_shift_has_the_hours_the_clock_gives_it(evening, hours):
    """From 22:00 to 06:00 by the clock is nine hours, or seven; the break is half an hour in any night."""
    (night,) = Calendar("Europe/Berlin", [NIGHT]).occurrences(evening)
    assert hours * H == night.end_ns - night.begin_ns
    assert hours * H - H // 2 == night.net_ns()


@pytest.mark.parametrize(("day", "hours"), [(AUTUMN, 25), (SPRING, 23)])
def test_a_whole_day_has_25_or_23_hours(day, hours):
    """The calendar without shifts accounts for the day as long as it is."""
    (whole,) = Calendar("Europe/Berlin").occurrences(day + dt.timedelta(days=1))
    assert hours * H == whole.end_ns - whole.begin_ns


def test_a_break_in_the_doubled_hour_is_held_once():
    """The first time the clock shows it; the second time is work."""
    calendar = Calendar("Europe/Berlin", [NIGHT])
    assert "break" == calendar.at(at("2026-10-25T02:15+02:00")).kind
    assert "working" == calendar.at(at("2026-10-25T02:15+01:00")).kind


def test_a_break_in_the_skipped_hour_is_held_all_the_same():
    """An hour later by the clock: people still eat."""
    calendar = Calendar("Europe/Berlin", [NIGHT])
    assert ["03:15", "03:45"] == [
        calendar.text(edge)[11:16]
        for (night,) in [calendar.occurrences(SPRING)]
        for pause in night.pauses
        for edge in (pause.begin_ns, pause.end_ns)
    ]


@pytest.mark.parametrize("evening", [AUTUMN, SPRING])
@pytest.mark.parametrize("slot", ["01:45-02:15", "02:00-02:30", "02:30-03:00", "02:45-03:15", "03:00-03:30"])
def test_a_break_at_the_change_is_as_long_as_it_is_written(evening, slot):
    """Half an hour is half an hour, whatever the clock does in it."""
    night = Shift(name="night", start="22:00", end="06:00", days=DAYS, breaks=(slot,))
    (found,) = Calendar("Europe/Berlin", [night]).occurrences(evening)
    assert [H // 2] == [pause.end_ns - pause.begin_ns for pause in found.pauses]


def breaks(evening, *slots, zone="Europe/Berlin", begins="22:00", ends="06:00"):
    """When a night shift holds its breaks, by the clock on the wall, and its net time in hours."""
    night = Shift(name="night", start=begins, end=ends, days=DAYS, breaks=slots)
    calendar = Calendar(zone, [night])
    (found,) = calendar.occurrences(evening)
    times = [f"{calendar.text(each.begin_ns)[11:16]}-{calendar.text(each.end_ns)[11:16]}" for each in found.pauses]
    return times, found.net_ns() / H


@pytest.mark.parametrize(
    ("evening", "slots", "held", "net_h"),
    [
        (SPRING, ["02:30-03:00"], ["03:30-04:00"], 6.5),
        (SPRING, ["01:30-02:00", "02:30-03:00"], ["01:30-03:00", "03:30-04:00"], 6.0),
        (SPRING, ["02:00-02:30", "02:30-03:00"], ["03:00-03:30", "03:30-04:00"], 6.0),
        (SPRING, ["02:00-03:00"], ["03:00-04:00"], 6.0),
        (SPRING, ["02:30-03:30"], ["03:30-04:30"], 6.0),
        (SPRING, ["02:45-03:00", "03:30-04:00"], ["03:45-04:00", "04:00-04:30"], 6.25),  # it runs into the next
        (SPRING, ["01:00-02:30"], ["01:00-03:30"], 5.5),
        (SPRING, ["01:30-03:30"], ["01:30-03:30"], 6.0),  # by the clock: as the shift has an hour less
        (AUTUMN, ["02:00-02:30", "02:30-03:00"], ["02:00-02:30", "02:30-03:00"], 8.0),
        (AUTUMN, ["01:30-02:00", "02:30-03:00"], ["01:30-02:00", "02:30-03:00"], 8.0),
        (AUTUMN, ["01:30-03:30"], ["01:30-03:30"], 6.0),
    ],
)
def test_breaks_beside_each_other_stay_so_at_the_change(evening, slots, held, net_h):
    """A skipped one is held an hour on, each for its time and in their order."""
    assert (held, net_h) == breaks(evening, *slots)


NIGHTS = [
    ("Europe/Berlin", AUTUMN), ("Europe/Berlin", SPRING), ("America/New_York", dt.date(2026, 10, 31)),
    ("America/New_York", dt.date(2026, 3, 7)), ("Australia/Lord_Howe", dt.date(2026, 4, 4)),
    ("Australia/Lord_Howe", dt.date(2026, 10, 3)), ("America/Santiago", dt.date(2026, 9, 5)),
    ("America/Santiago", dt.date(2026, 4, 4)), ("Asia/Kathmandu", AUTUMN),
]  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(night=st.sampled_from(NIGHTS), edges=st.lists(st.integers(0, 95), min_size=2, max_size=10, unique=True))
def test_breaks_keep_order_and_length_and_none_is_early(night, edges):
    """Around both changes of the clock, in any zone: breaks of five minutes and more between 22:00 and 06:00."""
    (zone, evening), edges = night, sorted(22 * 60 + 5 * edge for edge in edges)
    written = list(zip(edges[::2], edges[1::2], strict=False))
    slots = ["-".join(f"{each // 60 % 24:02d}:{each % 60:02d}" for each in pair) for pair in written]
    shift = Shift(name="night", start="22:00", end="12:00", days=DAYS, breaks=tuple(slots))
    (found,) = Calendar(zone, [shift]).occurrences(evening)
    ended_ns = 0
    for (begin, end), pause in zip(written, found.pauses, strict=True):
        due_ns, over_ns = (first_ns(ZoneInfo(zone), evening, each) for each in (begin, end))
        assert max(due_ns, ended_ns) <= pause.begin_ns < pause.end_ns
        assert pause.end_ns - pause.begin_ns in {
            (end - begin) * S * 60,
            over_ns - due_ns,
        }  # by the clock: around all of the change
        ended_ns = pause.end_ns


@pytest.mark.parametrize("evening", [AUTUMN, SPRING])
def test_shifts_that_adjoin_do_so_in_those_nights_too(evening):
    """A change of shifts at half past two leaves no gap and no overlap."""
    first = Shift(name="first", start="20:00", end="02:30", days=DAYS)
    second = Shift(name="second", start="02:30", end="08:00", days=DAYS)
    calendar = Calendar("Europe/Berlin", [first, second])
    ended = next(each.end_ns for each in calendar.occurrences(evening) if each.shift.name == "first")
    begun = next(
        each.begin_ns for each in calendar.occurrences(evening + dt.timedelta(days=1)) if each.shift.name == "second"
    )
    assert ended == begun


def test_what_the_clock_skips_is_the_instant_of_the_change():
    """A shift from 02:30 begins at three; one that lies in the skipped hour does not take place."""
    shifts = [Shift(name="second", start="02:30", end="08:00", days=DAYS)]
    calendar = Calendar("Europe/Berlin", [*shifts, Shift(name="odd", start="02:10", end="02:20", days=DAYS)])
    (found,) = calendar.occurrences(SPRING + dt.timedelta(days=1))
    assert ("second", at("2026-03-29T03:00+02:00")) == (found.shift.name, found.begin_ns)


ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"]
YEAR = st.integers(at("2026-01-01T00:00", "UTC") // S, at("2027-01-01T00:00", "UTC") // S)


@settings(max_examples=300, deadline=None)
@given(zone=st.sampled_from(ZONES), second=YEAR, share=st.floats(0, 1, exclude_max=True))
def test_nothing_changes_before_the_next_boundary(zone, second, share):
    """The answer at any instant holds until the boundary it names, on every night of the year."""
    stops = [PlannedTime(name="meeting", at="00:50-02:20", days=DAYS)]
    calendar = Calendar(zone, [EARLY, LATE, NIGHT], planned_stops=stops)
    found = calendar.at(second * S)
    assert found.until_ns > second * S
    later = calendar.at(second * S + int((found.until_ns - second * S) * share))
    assert (found.kind, found.shift) == (later.kind, later.shift)


@settings(max_examples=200, deadline=None)
@given(zone=st.sampled_from(ZONES), second=YEAR)
def test_the_next_hour_is_full_on_the_wall(zone, second):
    """Within the hour, and at minute nought, in zones of half hours too."""
    calendar = Calendar(zone)
    found = calendar.next_hour_ns(second * S)
    assert 0 < found - second * S <= H
    changed = calendar.text(found)[-5:] != calendar.text(second * S)[-5:]
    assert changed or "00:00" == calendar.text(found)[14:19]


# -- takt


def test_takt_is_net_available_time_over_demand():
    """32 h a week for 1,260 pieces: 91.43 s, as four shifts of 8 h for 315 make it; what is written wins."""
    shift = Shift(name="day", start="06:00", end="14:00", days=("mon", "tue", "wed", "thu"), demand=315)
    takt = takt_ns(None, [LATE, shift])
    assert "91.43" == f"{float(takt) / S:.2f}"
    assert Fraction(32 * H) == 1260 * takt
    assert Fraction(60 * S) == takt_ns(60.0, [shift])
    assert takt_ns(None, [LATE]) is None
