"""A station through weeks of anything: work, breaks, shifts, weekends, change nights, people, kills and power cuts."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from edge_agent.andon.response import Level, Response
from edge_agent.detect import behind_takt
from edge_agent.events.accounts import Accounted
from edge_agent.observations import (
    Acknowledge,
    Arrive,
    Changeover,
    ClockTold,
    CycleEnd,
    CycleStart,
    Gone,
    Judged,
    LampTest,
    Overflowed,
    PlannedStop,
    ProductChosen,
    Pull,
    Reading,
    Restore,
    Returned,
    Samples,
    Source,
    UnderTest,
    Unreadable,
)
from edge_agent.observations.asked import Relearn, ServiceChange, Shelve, Unshelve
from edge_agent.planning.calendar import Calendar
from edge_agent.planning.plan import Plan
from edge_agent.planning.shifts import DAYS, ExceptionDay, PlannedTime, Product, Shift
from edge_agent.standard import NS_PER_S, Characteristic, Span, Standard, Workplace
from edge_agent.station.station import Station
from tests.life import Life
from tests.station.test_station import WATCHES, histories

S, M, H = NS_PER_S, 60 * NS_PER_S, 3600 * NS_PER_S
DAY = 24 * H
WORKPLACE = Workplace(
    standard=Standard(standard_cycle_s=240.0, takt_s=300.0),
    characteristics=(
        Characteristic(name="bore_mm", nominal=25.0, lower=24.98, upper=25.02),
        Characteristic(name="length_mm", upper=40.0),
        Characteristic(name="weight_g"),
    ),
    sources=(
        Source(name="press", sees="cycle"),
        Source(name="gauge", sees="reading", characteristic="bore_mm", heard_within_s=1800.0),
        Source(name="cord", sees="call"),
    ),
)
PLAN = Plan(
    calendar=Calendar(
        "Europe/Berlin",
        [
            Shift(name="early", start="06:00", end="14:00", breaks=("09:00-09:15", "12:00-12:30")),
            Shift(name="late", start="14:00", end="22:00", breaks=("18:00-18:30",)),
            Shift(name="night", start="22:00", end="06:00", days=("fri", "sat", "sun"), breaks=("02:15-02:45",)),
        ],
        exceptions=[ExceptionDay(date="2026-10-27", work=False, why="works outing")],
        planned_stops=[PlannedTime(name="meeting", at="13:50-14:10", days=DAYS)],
    ),
    standard=WORKPLACE.standard,
    products=(
        Product(name="small", standard_cycle_s=100.0, takt_s=120.0),
        Product(name="large", standard_cycle_s=600.0),
    ),
)
IN_PERSON = Response(
    acknowledge=Span(2, "min"),
    attend=Span(5, "min"),
    restore=Span(30, "min"),
    fixed_position=Span(45, "s"),
    escalate=(
        Level(after=Span(10, "min"), to="group_leader"),
        Level(after=Span(3, "takt"), to="plant_manager"),
        Level(after=Span(1, "h"), to="area_manager"),
    ),
)
# Thursdays before the clock is set back, and before it is set forward.
BEGINS = [dt.datetime(*day, 5, 30, tzinfo=ZoneInfo("Europe/Berlin")) for day in ((2026, 10, 22), (2027, 3, 25))]

PAUSES_NS = st.one_of(
    st.sampled_from([0, 1, S]), st.integers(0, 10 * M), st.integers(0, 3 * H), st.sampled_from([8 * H, DAY, 3 * DAY])
)
LATE_NS = st.sampled_from([0, 0, 0, 1000, 20_000_000, 90 * S])  # between the instant of a thing and its being read
CYCLES_S = st.sampled_from([5.0, 100.0, 230.0, 240.0, 250.0, 420.0])
BORES_MM = st.floats(24.97, 25.03) | st.sampled_from([0.0, 1e300])
KINDS = st.sampled_from(["help", "quality", "material", "maintenance", "safety", "method"])
SET_BY_NS = st.sampled_from([0, 5 * S, -5 * S, -40 * M, 2 * H, -2 * H, 400 * DAY, -400 * DAY])
NOTES = st.sampled_from(
    [
        lambda at_ns: Gone(at_ns, "press", "unplugged"),
        lambda at_ns: Gone(at_ns, "gauge", "unplugged"),
        lambda at_ns: Returned(at_ns, "press"),
        lambda at_ns: Returned(at_ns, "gauge"),
        lambda at_ns: Unreadable(at_ns, "gauge", "?"),
        lambda at_ns: Judged(at_ns, "gauge", "bore_mm", False),
        lambda at_ns: Samples(at_ns, "gauge", "bore_mm", 1000, (25.0, 25.05, 25.0)),
        lambda at_ns: CycleStart(at_ns, "press"),
        lambda at_ns: Overflowed(at_ns, 7),
        LampTest,
        Relearn,
        lambda at_ns: UnderTest(at_ns, for_ns=10 * M),
        lambda at_ns: UnderTest(at_ns, for_ns=M, show="green"),
        lambda at_ns: UnderTest(at_ns, for_ns=0),
    ]
)


class Weeks(RuleBasedStateMachine):
    """One station; each of its steps is audited. `wall_ns` is what its wall clock reads: nobody need have set it."""

    @initialize(response=st.sampled_from([Response(), IN_PERSON]), begins=st.sampled_from(BEGINS), known=st.booleans())
    def switch_on(self, response, begins, known):
        """Begin; whether the time is known at first or not."""
        self.wall_ns = int(begins.timestamp()) * S
        self.life = Life(lambda memory: Station(WORKPLACE, WATCHES, response, memory=memory, plan=PLAN))
        self.kept = [self.life.keep()]
        if known:
            self.tell()

    def see(self, seen, late_ns=0):
        """Take what happened a little ago."""
        self.life.see(seen(self.life.now_ns - late_ns))

    def tell(self, synchronised=True):
        """Tell the wall clock."""
        self.see(lambda at_ns: ClockTold(at_ns, self.wall_ns, synchronised))

    @rule(for_ns=PAUSES_NS)
    def wait(self, for_ns):
        """Nothing is seen for a while."""
        self.life.see(None, for_ns)
        self.wall_ns += for_ns

    @rule(many=st.integers(1, 12), cycle_s=CYCLES_S, late_ns=LATE_NS)
    def work(self, many, cycle_s, late_ns):
        """Finish some parts."""
        for _ in range(many):
            self.wait(round(cycle_s * S))
            self.see(lambda at_ns: CycleEnd(at_ns, "press"), late_ns)

    @rule(many=st.integers(1, 8), value=BORES_MM, every_ns=st.integers(0, 10 * M), late_ns=LATE_NS)
    def measure(self, many, value, every_ns, late_ns):
        """Measure some parts."""
        for _ in range(many):
            self.wait(every_ns)
            self.see(lambda at_ns: Reading(at_ns, "gauge", "bore_mm", value), late_ns)

    @rule(kind=KINDS, standing=st.booleans(), late_ns=LATE_NS)
    def pull(self, kind, standing, late_ns):
        """Pull a cord."""
        self.see(lambda at_ns: Pull(at_ns, f"{kind} cord", kind, standing), late_ns)

    @rule(
        answer=st.sampled_from([Acknowledge, Arrive, Restore]),
        call=st.none() | st.integers(1, 9),
        via=st.sampled_from(["local", "control", "remote"]),
        late_ns=LATE_NS,
    )
    def answer(self, answer, call, via, late_ns):
        """Answer a call, or all of them."""
        self.see(lambda at_ns: answer(at_ns, call, via=via), late_ns)

    @rule(what=st.sampled_from([PlannedStop, Changeover]), on=st.booleans(), late_ns=LATE_NS)
    def replan(self, what, on, late_ns):
        """Begin or end a planned stop or a changeover."""
        self.see(lambda at_ns: what(at_ns, on), late_ns)

    @rule(name=st.sampled_from(["small", "large", "none"]))
    def make(self, name):
        """Make another product, or one that is not known."""
        self.see(lambda at_ns: ProductChosen(at_ns, name))

    @rule(note=NOTES, late_ns=LATE_NS)
    def note(self, note, late_ns):
        """Something about the sensors and the agent itself."""
        self.see(note, late_ns)

    @rule(call=st.integers(1, 9), for_ns=st.sampled_from([S, 10 * M, 8 * H, 9 * H]), late_ns=LATE_NS)
    def shelve(self, call, for_ns, late_ns):
        """Set a call aside for a time."""
        self.see(lambda at_ns: Shelve(at_ns, call=call, for_ns=for_ns, why="mended", who="maintenance"), late_ns)

    @rule(call=st.none() | st.integers(1, 9))
    def unshelve(self, call):
        """Take a shelf back."""
        self.see(lambda at_ns: Unshelve(at_ns, call=call))

    @rule(place=st.integers(0, len(WATCHES) - 1), out=st.booleans(), late_ns=LATE_NS)
    def serve(self, place, out, late_ns):
        """Take a detector out of service, or put it back."""
        name = self.life.station.watch.detectors[place].name
        self.see(lambda at_ns: ServiceChange(at_ns, detector=name, out=out, why="mended", who="maintenance"), late_ns)

    @rule(by_ns=SET_BY_NS, synchronised=st.booleans())
    def set_clock(self, by_ns, synchronised):
        """Set the wall clock."""
        self.wall_ns += by_ns
        self.tell(synchronised)

    @rule()
    def commit(self):
        """What is known now is on the disk."""
        self.kept = [*self.kept[-3:], self.life.keep()]

    @rule(away_ns=PAUSES_NS)
    def kill(self, away_ns):
        """End at a commit, and begin again in the same boot."""
        self.life.restart(self.life.keep(), away_ns)
        self.wall_ns += away_ns
        self.tell()

    @precondition(lambda self: self.kept)
    @rule(back=st.integers(0, 3), boot_ns=st.integers(1, 90 * S), away_ns=PAUSES_NS)
    def cut_power(self, back, boot_ns, away_ns):
        """Lose everything since a commit; CLOCK_MONOTONIC begins anew."""
        kept = self.kept[-1 - back % len(self.kept)]
        self.life.boot(kept, boot_ns, self.life.now_ns - kept.now_ns + away_ns)
        self.wall_ns += away_ns
        self.kept = []
        self.tell()


Weeks.TestCase.settings = settings(stateful_step_count=40)  # often some weeks, seldom more than a second
TestWeeks = Weeks.TestCase


@settings(max_examples=15)
@given(histories(), st.lists(st.integers(0, 2**31), min_size=60, max_size=60))
def test_a_wall_clock_that_is_set_moves_nothing_but_labels(turns, walls_s):
    """Set anywhere at any time, it changes no call, no answer, no escalation, no sensor, and none of their times."""
    watches = [watch for watch in WATCHES if not isinstance(watch[0], behind_takt.Settings)]  # counts by the shift

    def lived(*, is_set):
        life = Life(lambda memory: Station(WORKPLACE, watches, IN_PERSON, memory=memory), reads_back_every=60)
        for (seen, now_ns), wall_s in zip(turns, walls_s, strict=False):
            yield from life.see(seen, now_ns - life.now_ns)
            if is_set:
                yield from life.see(ClockTold(now_ns, wall_s * S, synchronised=True))

    once, often = (
        [event for event in lived(is_set=is_set) if not isinstance(event.data, Accounted)] for is_set in (False, True)
    )
    assert once == often
