"""In every history the time adds up to the nanosecond, and no hour is missing or told twice."""

import datetime as dt
from fractions import Fraction

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.events.accounts import Elements, Hour, ShiftSummary
from edge_agent.observations import Changeover, ClockTold, PlannedStop, ProductChosen
from edge_agent.pace.ledger import Ledger
from edge_agent.pace.tally import Account
from edge_agent.planning.calendar import Calendar
from edge_agent.planning.plan import Plan
from edge_agent.planning.shifts import DAYS, PlannedTime, Product, Shift
from edge_agent.standard import Standard
from tests.books import H, S

# A shift at every instant, so that every hour is told; with breaks, and through a night on which the clock is changed.
CALENDAR = Calendar(
    "Europe/Berlin",
    [
        Shift(name="early", start="06:00", end="14:00", days=DAYS, breaks=("09:00-09:15", "12:00-12:30")),
        Shift(name="late", start="14:00", end="22:00", days=DAYS, breaks=("18:00-18:30",)),
        Shift(name="night", start="22:00", end="06:00", days=DAYS, breaks=("02:15-02:45",)),
    ],
    planned_stops=[PlannedTime(name="meeting", at="13:50-14:10", days=DAYS)],
)
PLAN = Plan(
    calendar=CALENDAR,
    standard=Standard(standard_cycle_s=55.0),
    takt_ns=Fraction(26_100 * S, 430),
    products=(Product(name="left", standard_cycle_s=7.0, takt_s=11.0), Product(name="right", standard_cycle_s=300.0)),
)
BEGAN_NS = int(dt.datetime(2026, 10, 24, 17, 20, tzinfo=CALENDAR.zone).timestamp()) * S

WAITS = st.one_of(st.integers(0, 10**9), st.integers(0, 90 * S), st.integers(0, 3 * H))
DEEDS = st.sampled_from(
    ["part"] * 6
    + ["good", "bad", "lose", "find", "stop", "go", "setup", "done", "left", "right", "wait", "restart", "boot"]
)
HISTORIES = st.lists(st.tuples(WAITS, DEEDS), min_size=20, max_size=60)  # often some days


class Station:
    """Enough of a station to keep books through restarts; what is said stays."""

    def __init__(self):
        self.said = []
        self.offset_ns = 0  # what CLOCK_MONOTONIC has lost by reboots
        self.ledger = self.made(None)
        self.ledger.begin(0)
        self.ledger.take(ClockTold(at_ns=0, wall_ns=BEGAN_NS, synchronised=True))

    def made(self, memory):
        """A ledger that says into the one list."""
        return Ledger(PLAN, lambda at_ns, data: self.said.append((at_ns + self.offset_ns, data)), memory)

    def do(self, deed, true_ns):
        """Let something happen."""
        ledger, at_ns = self.ledger, true_ns - self.offset_ns
        ledger.advance(at_ns)
        match deed:
            case "part":
                ledger.part(at_ns)
            case "good" | "bad":
                ledger.account.judge("bore_mm", deed == "good")
            case "lose" | "find":
                ledger.see(deed == "find", at_ns)
            case "stop" | "go":
                ledger.take(PlannedStop(at_ns=at_ns, on=deed == "stop"))
            case "setup" | "done":
                ledger.take(Changeover(at_ns=at_ns, on=deed == "setup"))
            case "left" | "right":
                ledger.take(ProductChosen(at_ns=at_ns, product=deed))
            case "restart" | "boot":
                self.restart(at_ns, 0 if deed == "restart" else at_ns - 5)

    def restart(self, at_ns, lost_ns):
        """Read back what was kept, as the journal keeps it, on a clock that reads less."""
        kept = msgspec.json.encode(self.ledger.memory(at_ns).moved(-lost_ns))
        self.offset_ns += lost_ns
        self.ledger = self.made(msgspec.json.decode(kept, type=Account))
        self.ledger.begin(at_ns - lost_ns + 1)


def run(history, station, polls=1):
    """Live through a history, woken so many times between any two deeds; answer with its length in ns."""
    now_ns = 0
    for wait_ns, deed in history:
        then_ns = now_ns + wait_ns + 2  # room for a restart of one nanosecond
        for poll in range(1, polls):
            station.ledger.advance(now_ns + (then_ns - now_ns) * poll // polls - station.offset_ns)
        now_ns = then_ns
        station.do(deed, now_ns)
    now_ns += 10
    station.ledger.advance(now_ns - station.offset_ns)
    return now_ns


def summed(elements):
    """Several elements as one."""
    return Elements(**{
        name: sum(getattr(each, name) for each in elements) for name in Elements.__struct_fields__
    })  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(history=HISTORIES)
def test_the_elements_add_up_to_the_elapsed_time(history):
    """In each hour, in each shift, and over all of it: not a nanosecond is lost, doubled or relabelled."""
    station = Station()
    length_ns = run(history, station)
    hours = [data for _, data in station.said if isinstance(data, Hour)]
    for told in [data for _, data in station.said if isinstance(data, (Hour, ShiftSummary))]:
        assert told.elapsed_ns == told.elements.elapsed_ns
        assert told.elements.adet_ns + told.elements.adot_ns == sum(lost.ns for lost in told.losses.values())
    account = station.ledger.account
    running_ns = account.hour.told().elapsed_ns + account.gap_ns - account.booked_ns
    assert length_ns == sum(hour.elapsed_ns for hour in hours) + running_ns


@settings(max_examples=100, deadline=None)
@given(history=HISTORIES)
def test_the_hours_of_a_shift_are_the_shift(history):
    """Plan, parts, judgements and every element of time; the last cumulative difference is that of the shift."""
    station = Station()
    run(history, station)
    hours = []
    for _, data in station.said:
        if isinstance(data, Hour):
            hours.append(data)
        if isinstance(data, ShiftSummary):
            assert {(data.date, data.shift)} == {(hour.date, hour.shift) for hour in hours}
            for part in ("plan", "actual", "difference", "good", "rejected", "elapsed_ns"):
                assert getattr(data, part) == sum(getattr(hour, part) for hour in hours)
            assert data.elements == summed([hour.elements for hour in hours])
            assert data.difference == hours[-1].cumulative
            hours = []


@settings(max_examples=60, deadline=None)
@given(history=HISTORIES, polls=st.integers(2, 5))
def test_it_does_not_matter_how_often_it_is_asked(history, polls):
    """A station that is woken often says the same, at the same instants, as one that is woken late."""
    once, often = Station(), Station()
    assert run(history, once) == run(history, often, polls)
    assert once.said == often.said
    assert once.ledger.memory(0) == often.ledger.memory(0)


@settings(max_examples=60, deadline=None)
@given(history=HISTORIES, steps=st.lists(st.integers(-4000 * S, 4000 * S), min_size=60, max_size=60))
def test_steps_of_the_wall_clock_move_no_duration(history, steps):
    """However the wall clock is set, the time that passed is the time that is told."""
    station = Station()
    now_ns = 0
    for (wait_ns, deed), step_ns in zip(history, steps, strict=False):
        now_ns += wait_ns + 2
        station.do(deed, now_ns)
        at_ns = now_ns + 1 - station.offset_ns
        wall_ns = station.ledger.account.wall.label_ns(at_ns) + step_ns
        station.ledger.take(ClockTold(at_ns=at_ns, wall_ns=wall_ns, synchronised=True))
    hours = [data for _, data in station.said if isinstance(data, Hour)]
    account = station.ledger.account
    running_ns = account.hour.told().elapsed_ns + account.gap_ns - account.booked_ns
    assert account.at_ns + station.offset_ns == sum(hour.elapsed_ns for hour in hours) + running_ns
    assert [] == [hour for hour in hours if hour.elapsed_ns != hour.elements.elapsed_ns]
