"""A ledger as the tests keep it: told the time since 06:00 on a Monday, and what it said."""

import datetime as dt
from fractions import Fraction
from zoneinfo import ZoneInfo

from edge_agent.events import CallRaised
from edge_agent.events.accounts import Hour, ShiftSummary
from edge_agent.observations import ClockTold
from edge_agent.pace.ledger import Ledger
from edge_agent.planning.calendar import Calendar
from edge_agent.planning.plan import Plan
from edge_agent.planning.shifts import Product, Shift
from edge_agent.standard import Standard

S = 10**9
M, H = 60 * S, 3600 * S
EARLY = Shift(name="early", start="06:00", end="14:00", breaks=("09:00-09:15",))
PLAN = Plan(
    calendar=Calendar("Europe/Berlin", [EARLY]),
    standard=Standard(standard_cycle_s=60.0),
    takt_ns=Fraction(450 * S),  # eight an hour
    products=(Product(name="left", standard_cycle_s=30.0), Product(name="right", standard_cycle_s=60.0, takt_s=900.0)),
)


class Books:
    """A ledger that is told the time since 06:00 on a Monday, and what it said."""

    def __init__(self, plan=PLAN, began="2026-11-23T06:00", memory=None, now_ns=0, told=True):
        self.said = []
        self.ledger = Ledger(plan, lambda at_ns, data: self.said.append((at_ns, data)), memory)
        self.ledger.begin(now_ns)
        if told:
            self.clock(now_ns, began)

    def clock(self, at_ns, text):
        """Tell the time, in Berlin where no offset says otherwise."""
        moment = dt.datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Europe/Berlin"))
        self.ledger.take(ClockTold(at_ns=at_ns, wall_ns=int(moment.timestamp()) * S, synchronised=True))

    def parts(self, *at_ns):
        """Finish parts."""
        for each in at_ns:
            self.ledger.part(each)

    def evenly(self, hour, count):
        """So many parts within an hour, the first at its begin."""
        self.parts(*(hour * H + part * H // count for part in range(count)))

    def hours(self, until_ns):
        """The hours told by then."""
        self.ledger.advance(until_ns)
        return [data for _, data in self.said if isinstance(data, Hour)]

    def shifts(self, until_ns):
        """The shifts told by then."""
        self.ledger.advance(until_ns)
        return [data for _, data in self.said if isinstance(data, ShiftSummary)]


def pulled(call):
    """A call for help, as the station says it."""
    return CallRaised(
        call=call,
        kind="help",
        family="call",
        trigger="operator",
        source="cord",
        text="",
        to="team_leader",
        clears="on_restore",
        acknowledge_s=60.0,
        attend_s=60.0,
    )
