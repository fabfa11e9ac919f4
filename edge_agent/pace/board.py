"""The production analysis board: the ledger's sums as the records that are told, and as the present state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge_agent.events.accounts import Hour, ShiftSummary
from edge_agent.pace.pace import first_pass_yield, recovery_per_h
from edge_agent.state import Pace

if TYPE_CHECKING:
    from edge_agent.pace.ledger import Ledger
    from edge_agent.pace.tally import Tally


def hour(ledger: Ledger) -> Hour | None:
    """The running hour up to now; None where there is nothing to say: before the time is known, and outside shifts."""
    account = ledger.account
    tally = account.hour
    empty = not (tally.made or tally.good or tally.rejected)
    quiet = account.shift_key is None and not account.calls.seen
    if account.wall is None or (empty and (quiet or account.at_ns <= tally.began_ns)):
        return None
    wall, calendar = account.wall, ledger.plan.calendar
    return Hour(
        plan=ledger.due.parts - account.due_before,
        difference=tally.made - (ledger.due.parts - account.due_before),
        calls=tuple(call.told(calendar, wall) for call in account.calls.seen),
        calls_left_out=account.calls.left_out,
        **_common(ledger, tally),
    )


def shift(ledger: Ledger) -> ShiftSummary | None:
    """The running shift up to now; None outside of any."""
    account = ledger.account
    tally = account.shift
    empty = account.at_ns <= tally.began_ns and not (tally.made or tally.good or tally.rejected)
    if account.wall is None or account.shift_key is None or empty:
        return None
    plan = ledger.due.parts
    return ShiftSummary(
        plan=plan,
        difference=tally.made - plan,
        calls=tuple(account.calls.by_kind.values()),
        **_common(ledger, tally),
    )


def _common(ledger: Ledger, tally: Tally) -> dict[str, Any]:
    """What an hour and a shift tell alike."""
    account, calendar = ledger.account, ledger.plan.calendar
    wall, (date, name) = account.wall, account.shift_key or (None, None)
    if wall is None:
        message = "an hour is told before the time is known"
        raise ValueError(message)
    return {
        "began": calendar.text(wall.label_ns(tally.began_ns)),
        "ended": calendar.text(wall.label_ns(account.at_ns)),
        "synchronised": wall.synchronised,
        "shift": name,
        "date": date,
        "product": account.product,
        "actual": tally.made,
        "cumulative": account.shift.made - ledger.due.parts,
        "unseen": tally.unseen,
        "good": tally.good,
        "rejected": tally.rejected,
        "first_pass_yield": first_pass_yield(tally.good, tally.rejected),
        "elapsed_ns": account.at_ns - tally.began_ns,
        "elements": tally.told(),
        "losses": dict(tally.losses),
        "nuisance": tuple(tally.nuisance.values()),
        "floods": tally.floods,
        "gaps": tuple(gap.told(calendar, wall) for gap in tally.gaps),
    }


def pace(ledger: Ledger, now_ns: int) -> Pace:
    """How the shift stands: the ledger as far as it is booked, the plan to the end of the shift.

    Args:
        now_ns: not before the last step.
    """
    account, planned = ledger.account, ledger.planned
    due, made = ledger.due.parts, account.shift.made
    return Pace(
        kind=planned.kind,
        why=planned.why,
        shift=planned.shift,
        product=account.product,
        plan=due,
        actual=made,
        difference=made - due,
        standing=account.standing,
        good=account.shift.good,
        rejected=account.shift.rejected,
        hour_plan=due - account.due_before,
        hour_actual=account.hour.made,
        recovery_per_h=_recovery_per_h(ledger, now_ns),
    )


def _recovery_per_h(ledger: Ledger, now_ns: int) -> float | None:
    """The rate from now on that ends the shift on plan; None where no time is left or nobody knows how much."""
    account, occurrence = ledger.account, ledger.planned.occurrence
    if account.wall is None or occurrence is None:
        return None
    remaining_ns = occurrence.net_ns(account.wall.calendar_ns(now_ns))
    due = ledger.due.parts
    return recovery_per_h(ledger.due.after(remaining_ns) - due, due - account.shift.made, remaining_ns)
