"""Boards as the tests draw them: hours with every figure a reader could miss."""

from edge_agent.events.accounts import CallsTold, CallTold, Elements, GapTold, Hour, Lost, ShiftSummary
from edge_agent.report import Board

S = 10**9
M = 60 * S


def stamp(hour, minute=0):
    """A time of that Monday, or of the night after it."""
    return f"2026-11-{23 + hour // 24}T{hour % 24:02d}:{minute:02d}:00+01:00"


def told_call(number, kind="help", **stamps):
    """A call of the hour that begins at `number`."""
    waits = {f"{each}_s": stamps.get(each) for each in ("acknowledged", "attended", "cleared")}
    return CallTold(
        call=number, kind=kind, raised=stamp(6, number % 60), line_stop=stamps.get("line_stop", False), **waits
    )


def hour_told(number, plan, actual, cumulative=0, **more):
    """The hour that begins at `number` o'clock."""
    figures = {
        "began": stamp(number), "ended": stamp(number + 1), "synchronised": True, "shift": "early",
        "date": "2026-11-23", "product": None, "plan": plan, "actual": actual,
        "difference": actual - plan, "cumulative": cumulative,
        "good": 0, "rejected": 0, "first_pass_yield": None, "elapsed_ns": 60 * M, "elements": Elements(apt_ns=60 * M),
        "losses": {}, "gaps": (), "calls": (),
    }  # fmt: skip
    return Hour(**{**figures, **more})


def summed(hours, **more):
    """The shift these hours make."""
    plan, actual = sum(hour.plan for hour in hours), sum(hour.actual for hour in hours)
    losses = {}
    for hour in hours:
        for loss, lost in hour.losses.items():
            before = losses.get(loss, Lost())
            losses[loss] = Lost(before.count + lost.count, before.ns + lost.ns)
    good, rejected = sum(hour.good for hour in hours), sum(hour.rejected for hour in hours)
    gaps = sorted((gap for hour in hours for gap in hour.gaps), key=lambda gap: -gap.lost_ns)[:3]
    names = ("apt_ns", "adet_ns", "adot_ns", "aust_ns", "blind_ns", "planned_ns", "not_scheduled_ns")
    sums = Elements(**{name: sum(getattr(hour.elements, name) for hour in hours) for name in names})
    figures = {
        "began": hours[0].began, "ended": hours[-1].ended, "synchronised": True, "shift": hours[0].shift,
        "date": hours[0].date, "product": hours[-1].product, "plan": plan, "actual": actual,
        "difference": actual - plan, "cumulative": actual - plan, "good": good, "rejected": rejected,
        "first_pass_yield": good / (good + rejected) if good + rejected else None, "elapsed_ns": sums.elapsed_ns,
        "unseen": sum(hour.unseen for hour in hours), "elements": sums, "losses": losses,
        "gaps": tuple(gaps), "calls": (),
    }  # fmt: skip
    return ShiftSummary(**{**figures, **more})


def a_shift():
    """Eight hours as a plant has them: a break, a stoppage, calls answered and not, a changeover, an hour ahead."""
    stoppage = GapTold(began=stamp(8, 12), lost_ns=14 * M + 5 * S, loss="stoppage", calls=("no_cycle", "maintenance"))
    slow = GapTold(began=stamp(10, 31), lost_ns=101 * S, loss="micro_stop", calls=("help",))
    hours = [
        hour_told(6, 60, 58, -2, good=57, rejected=1, first_pass_yield=57 / 58,
                  losses={"slow": Lost(4, 95 * S)}, elements=Elements(apt_ns=60 * M - 95 * S, adet_ns=95 * S),
                  calls=(told_call(7, acknowledged=12.0, attended=42.0, cleared=190.0),)),
        hour_told(7, 60, 61, -1, good=61, first_pass_yield=1.0),
        hour_told(8, 60, 44, -17, good=43, rejected=1, first_pass_yield=43 / 44, gaps=(stoppage,),
                  losses={"stoppage": Lost(1, 14 * M + 5 * S), "slow": Lost(2, 33 * S), "micro_stop": Lost(1, 71 * S)},
                  elements=Elements(apt_ns=44 * M + 11 * S, adet_ns=104 * S, adot_ns=14 * M + 5 * S),
                  calls=(told_call(14, "no_cycle", attended=301.0, cleared=722.0),
                         told_call(17, "maintenance", acknowledged=20.0, attended=402.0, cleared=590.0),
                         told_call(19, "quality", line_stop=True))),
        hour_told(9, 45, 45, -17, good=45, first_pass_yield=1.0,
                  elements=Elements(apt_ns=45 * M, planned_ns=15 * M)),
        hour_told(10, 60, 57, -20, good=54, rejected=3, first_pass_yield=54 / 57, gaps=(slow,),
                  losses={"micro_stop": Lost(2, 172 * S)}, elements=Elements(apt_ns=60 * M - 172 * S, adet_ns=172 * S)),
        hour_told(11, 30, 31, -19, good=31, first_pass_yield=1.0, product="housing-left",
                  elements=Elements(apt_ns=30 * M, aust_ns=30 * M)),
        hour_told(12, 60, 64, -15, good=64, first_pass_yield=1.0, product="housing-left"),
        hour_told(13, 60, 60, -15, good=59, rejected=1, first_pass_yield=59 / 60, product="housing-left", unseen=2,
                  elements=Elements(apt_ns=58 * M, blind_ns=2 * M)),
    ]  # fmt: skip
    calls = (
        CallsTold(kind="help", raised=1, attended=1, waited_s=42.0, longest_s=42.0),
        CallsTold(kind="no_cycle", raised=1, attended=1, waited_s=301.0, longest_s=301.0),
        CallsTold(kind="maintenance", raised=2, attended=2, waited_s=471.0, longest_s=402.0),
        CallsTold(kind="quality", raised=1, line_stops=1),
    )
    return Board(date="2026-11-23", shift="early", hours=tuple(hours), summary=summed(hours, calls=calls))
