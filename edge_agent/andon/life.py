"""The life of a call, as one table a team leader can read and object to.

A call is one open gap: a detector found it or a person pulled for it. Somebody is asked to come, and until
normal work is restored the call is open. The rules:

1. Three stamps, never mixed: *acknowledged* (someone claimed it; the sound ends), *attended* (someone is
   there; the lamp is steady), *restored* (normal work goes on; the call ends).
2. How a call ends is declared when it is raised. `by_itself`: it ends with the gap, as delays do.
   `on_restore`: it is latched until a person says that work is restored, as quality and every pull are.
3. A reset does not argue with the evidence: while a gap that clears by itself still stands, a reset only says
   that someone is there. Green is earned. What it says of the call, a verdict and a reason, is kept to its end.
   Refused again it says nothing, until something of the call itself changes: a button that chatters, or a program in
   a loop, must not fill the journal.
4. An unanswered call is raised again, one level higher each time the response time is over, and stays.
5. A pulled cord lets work go on to the fixed position, the end of the takt slot. Nobody there by then: the
   stop of the line is requested, and the lamp is red. A second pull before it withdraws the call, or says
   that it is resolved where someone is there. `line_stop`, `level` and `overdue` are beside the state.
6. A remote command never ends a call that has stopped the line, unless the configuration has a role that may.
7. A signal the state does not expect changes nothing and says nothing.
8. A stop calls once: the delays that follow from it are told in its call, and are calls of their own when it
   ends and they stand; nobody is given more time by that (`fold.py`).
9. Planned time holds a delay: nobody is asked to come, and its response times stand still until work goes on.

`LIFE` is the whole of it; `step` applies it; `deadline` says which signal time itself gives next.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, assert_never

import msgspec

from edge_agent.andon.response import Terms
from edge_agent.events import (
    CallAcknowledged,
    CallAttended,
    CallCleared,
    CallEscalated,
    CallLineStop,
    CallUpdated,
    Data,
    Family,
    Trigger,
)
from edge_agent.observations import CallVerdict, Via
from edge_agent.standard import to_s


class State(StrEnum):
    """Where a call is in its life."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    ATTENDED = "attended"
    CLEARED = "cleared"


class Signal(StrEnum):
    """What can happen to a call."""

    ACKNOWLEDGE = "acknowledge"
    ARRIVE = "arrive"
    GAP_ENDED = "the gap ended"
    GAP_ENDED_LATCHED = "the gap ended, latched"
    RESTORE = "restore"
    RESTORE_TOO_SOON = "restore while the gap stands"
    RESTORE_NOT_ALLOWED = "restore of a stopped line by who may not"
    SECOND_PULL = "second pull"
    FIXED_POSITION = "fixed position passed"
    OVERDUE = "response time over"
    NEXT_LEVEL = "time of the next level"


LIFE: dict[State, dict[Signal, State]] = {
    State.RAISED: {
        Signal.ACKNOWLEDGE: State.ACKNOWLEDGED,
        Signal.ARRIVE: State.ATTENDED,
        Signal.GAP_ENDED: State.CLEARED,
        Signal.GAP_ENDED_LATCHED: State.RAISED,
        Signal.RESTORE: State.CLEARED,
        Signal.RESTORE_TOO_SOON: State.ATTENDED,
        Signal.RESTORE_NOT_ALLOWED: State.RAISED,
        Signal.SECOND_PULL: State.CLEARED,
        Signal.FIXED_POSITION: State.RAISED,
        Signal.OVERDUE: State.RAISED,
        Signal.NEXT_LEVEL: State.RAISED,
    },
    State.ACKNOWLEDGED: {
        Signal.ARRIVE: State.ATTENDED,
        Signal.GAP_ENDED: State.CLEARED,
        Signal.GAP_ENDED_LATCHED: State.ACKNOWLEDGED,
        Signal.RESTORE: State.CLEARED,
        Signal.RESTORE_TOO_SOON: State.ATTENDED,
        Signal.RESTORE_NOT_ALLOWED: State.ACKNOWLEDGED,
        Signal.SECOND_PULL: State.CLEARED,
        Signal.FIXED_POSITION: State.ACKNOWLEDGED,
        Signal.OVERDUE: State.ACKNOWLEDGED,
        Signal.NEXT_LEVEL: State.ACKNOWLEDGED,
    },
    State.ATTENDED: {
        Signal.GAP_ENDED: State.CLEARED,
        Signal.GAP_ENDED_LATCHED: State.ATTENDED,
        Signal.RESTORE: State.CLEARED,
        Signal.RESTORE_TOO_SOON: State.ATTENDED,
        Signal.RESTORE_NOT_ALLOWED: State.ATTENDED,
        Signal.SECOND_PULL: State.CLEARED,
        Signal.NEXT_LEVEL: State.ATTENDED,
    },
    State.CLEARED: {},
}


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One open gap and what has happened to it; stamps in ns of CLOCK_MONOTONIC, None for what has not."""

    call: int = 0  # numbered when it is raised
    kind: str
    family: Family
    trigger: Trigger
    source: str
    text: str
    tier: Literal["yellow", "blue"]
    clears: Literal["by_itself", "on_restore"]
    problem_type: Literal[1, 2] = 1
    raised_ns: int
    state: State = State.RAISED
    gap_ended: bool = False
    acknowledged_ns: int | None = None
    attended_ns: int | None = None
    escalated_ns: int | None = None
    fixed_ns: int | None = None
    level: int = 0
    line_stop: bool = False
    overdue: bool = False
    refused: bool = False  # a restore was, and nothing of it has changed since
    held_ns: int = 0  # planned time since the stamp that the next deadline counts from
    waited_ns: int = 0  # how long nobody came before it was raised: it was told in another call
    verdict: CallVerdict | None = None  # what was said of it last while its gap stood, and why
    reason: str = ""

    @property
    def attended(self) -> bool:
        """Whether someone is there."""
        return self.state is State.ATTENDED


class By(msgspec.Struct, frozen=True):
    """Who gave a signal, by which way, and what a restore says of the call; a bare wire cannot say who."""

    who: str = "unknown"
    via: Via | None = None
    verdict: CallVerdict | None = None
    reason: str = ""
    role: str = ""


NOBODY = By()


def step(call: Call, signal: Signal, at_ns: int, terms: Terms, by: By = NOBODY) -> tuple[Call, Data | None]:
    """Apply one signal: the call as it is afterwards, and what is to be said of it, None where nothing changed."""
    state = LIFE[call.state].get(signal)
    if state is None:
        return call, None
    at_ns = max(at_ns, call.raised_ns)  # an edge can be read after the deadline it came before
    after = msgspec.structs.replace(call, state=state, **_stamps(call, signal, at_ns))
    if signal is Signal.RESTORE_TOO_SOON:
        verdict, reason = _judged(call, by)
        after = msgspec.structs.replace(after, verdict=verdict, reason=reason)
    said = _say(call, after, signal, at_ns, terms, by)
    if said is None:
        return after, None
    refused = isinstance(said, CallUpdated) and said.what == "restore_refused"
    return msgspec.structs.replace(after, refused=refused), said


def _stamps(call: Call, signal: Signal, at_ns: int) -> dict[str, object]:
    """The fields beside the state that a signal changes."""
    match signal:
        case Signal.ACKNOWLEDGE:
            return {"acknowledged_ns": at_ns, "overdue": False}
        case Signal.ARRIVE | Signal.RESTORE_TOO_SOON:
            held_ns = call.held_ns if call.attended else 0
            attended_ns = at_ns if call.attended_ns is None else call.attended_ns
            return {"attended_ns": attended_ns, "overdue": False, "held_ns": held_ns}
        case Signal.GAP_ENDED_LATCHED:
            return {"gap_ended": True}
        case Signal.FIXED_POSITION:
            return {"line_stop": True}
        case Signal.OVERDUE:
            return {"overdue": True}
        case Signal.NEXT_LEVEL:
            held_ns = 0 if call.attended else call.held_ns
            return {"level": call.level + 1, "escalated_ns": at_ns, "overdue": True, "held_ns": held_ns}
        case Signal.GAP_ENDED | Signal.RESTORE | Signal.RESTORE_NOT_ALLOWED | Signal.SECOND_PULL:
            return {}
        case _:
            assert_never(signal)


def _judged(call: Call, by: By) -> tuple[CallVerdict | None, str]:
    """The verdict on a call and its reason, after this word on it: the last verdict counts, with its own reason."""
    return (call.verdict, by.reason or call.reason) if by.verdict is None else (by.verdict, by.reason)


def _say(call: Call, after: Call, signal: Signal, at_ns: int, terms: Terms, by: By) -> Data | None:
    """What a signal that took effect is told upstream as."""
    number, kind, waited_s = call.call, call.kind, to_s(at_ns - call.raised_ns)
    if after.state is State.CLEARED:
        return _cleared(call, signal, waited_s, by)
    via = by.via or "local"
    match signal:
        case Signal.ACKNOWLEDGE:
            return CallAcknowledged(call=number, kind=kind, who=by.who, via=via, waited_s=waited_s, role=by.role)
        case Signal.ARRIVE:
            return CallAttended(call=number, kind=kind, who=by.who, via=via, waited_s=waited_s, role=by.role)
        case Signal.NEXT_LEVEL:
            to = terms.called(after.level)
            return CallEscalated(call=number, kind=kind, level=after.level, to=to, waited_s=waited_s)
        case Signal.FIXED_POSITION:
            return CallLineStop(call=number, kind=kind, waited_s=waited_s)
        case Signal.RESTORE_TOO_SOON if not call.attended:
            return CallAttended(
                call=number,
                kind=kind,
                who=by.who,
                via=via,
                waited_s=waited_s,
                role=by.role,
                verdict=by.verdict,
                reason=by.reason,
            )
        case Signal.GAP_ENDED_LATCHED if call.gap_ended:
            return None
        case Signal.RESTORE_TOO_SOON | Signal.RESTORE_NOT_ALLOWED if call.refused:
            return None
        case _:
            what, text = UPDATES[signal]
            said = by if signal is Signal.RESTORE_TOO_SOON else NOBODY
            return CallUpdated(call=number, kind=kind, what=what, text=text, verdict=said.verdict, reason=said.reason)


UPDATES: dict[Signal, tuple[Literal["overdue", "gap_ended", "restore_refused"], str]] = {
    Signal.OVERDUE: ("overdue", "The response time is over."),
    Signal.GAP_ENDED_LATCHED: ("gap_ended", "The gap has ended; the call waits to be restored."),
    Signal.RESTORE_TOO_SOON: ("restore_refused", "The gap still stands; the call ends with it."),
    Signal.RESTORE_NOT_ALLOWED: (
        "restore_refused",
        "The line is stopped; restore it at the station.",
    ),
}


def _cleared(call: Call, signal: Signal, open_s: float, by: By) -> CallCleared:
    how: Literal["by_itself", "restored", "withdrawn"] = "restored"
    if signal is Signal.GAP_ENDED:
        how = "by_itself"
    elif signal is Signal.SECOND_PULL and not call.attended and not call.line_stop:
        how = "withdrawn"
    verdict, reason = _judged(call, by)
    return CallCleared(
        call=call.call,
        kind=call.kind,
        how=how,
        who=by.who,
        via=by.via,
        open_s=open_s,
        line_stopped=call.line_stop,
        verdict=verdict,
        reason=reason,
        role=by.role,
    )


def deadline(call: Call, terms: Terms, pace_s: float) -> tuple[int, Signal] | None:
    """Return the next signal that time itself gives this call, and when, in ns; None where it waits for people only.

    Args:
        pace_s: what one takt means in `terms`, in seconds.
    """
    due: list[tuple[int, Signal]] = []
    raised_ns = call.raised_ns + call.held_ns - call.waited_ns
    if not call.attended:
        if call.fixed_ns is not None and not call.line_stop:
            due.append((call.fixed_ns, Signal.FIXED_POSITION))
        if not call.overdue:
            acknowledged = call.state is State.ACKNOWLEDGED
            limit_ns = terms.attend.ns(pace_s) if acknowledged else terms.acknowledge_ns(pace_s)
            due.append((raised_ns + limit_ns, Signal.OVERDUE))
        if call.level < len(terms.escalate):
            due.append((raised_ns + terms.after(call.level, pace_s).ns(pace_s), Signal.NEXT_LEVEL))
    elif terms.restore is not None and call.level < len(terms.escalate):
        stamps = (call.raised_ns, call.attended_ns, call.escalated_ns)
        since_ns = max(stamp for stamp in stamps if stamp is not None) + call.held_ns
        due.append((since_ns + terms.restore.ns(pace_s), Signal.NEXT_LEVEL))
    return min(due, key=lambda entry: entry[0], default=None)
