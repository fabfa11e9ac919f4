"""Rules on the response: every kind of call is answered in an order that can be kept."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from edge_agent.andon.legend import KINDS
from edge_agent.andon.response import Level, Terms
from edge_agent.config.complaint import Complaints, meant, shown
from edge_agent.config.draft import DETECT_KINDS, Draft
from edge_agent.config.lines import Path
from edge_agent.config.times import LONGEST_CYCLE_S, written
from edge_agent.config.watch import CALL_KINDS
from edge_agent.standard import Span


def kinds(found: Complaints, draft: Draft) -> None:
    """Each `[[response.call]]` is of a kind there is, and the only one of it."""
    first: dict[str, Path] = {}
    for path, table in draft.raw("response", "call"):
        kind = table.get("kind")
        if not isinstance(kind, str):
            continue
        if kind in DETECT_KINDS and kind not in CALL_KINDS:
            text = f"{kind} watches a sensor and calls nobody: it makes the station blind; take this table out"
            found.error((*path, "kind"), text)
        elif kind not in CALL_KINDS:
            found.error((*path, "kind"), f"unknown kind of call {shown(kind)}; {meant(kind, CALL_KINDS)}")
        elif kind in first:
            line = found.line((*first[kind], "kind"))
            found.error((*path, "kind"), f"{kind} is there already, at line {line}; write each kind once")
        first.setdefault(kind, path)
        if kind in KINDS and table.get("clears") == "by_itself":
            text = f"clears: a call for {kind} has no gap that could end; a person restores it, leave `clears` out"
            found.error((*path, "clears"), text)


def terms(draft: Draft) -> Iterator[tuple[Path, str, Terms]]:
    """What holds for `[response]` itself, and for each kind that has something of its own, with its path and name."""
    if draft.response is None:
        return
    yield ("response",), "[response]", draft.response.of("")
    for index, own in enumerate(draft.response.call):
        yield ("response", "call", index), own.kind, draft.response.of(own.kind)


def times(found: Complaints, draft: Draft) -> None:
    """Nobody is there before they have answered: to attend takes no less time than to acknowledge."""
    pace_s = pace(draft)
    for path, name, each in terms(draft):
        keys = [key for key in ("attend", "acknowledge") if written(draft, (*path, key))]
        said = any(written(draft, (*place, "acknowledge")) for place in (path, ("response",)))  # a default gives way
        if keys and said and compare(each.attend, each.acknowledge, pace_s) == -1:
            text = f"{name}: attend = {each.attend} is shorter than acknowledge = {each.acknowledge}"
            found.error((*path, keys[0]), f"{text}; both count from the call, so write attend the longer")


def escalation(found: Complaints, draft: Draft) -> None:
    """Each level is called later than the one before it, once nobody has come in time, and is somebody else."""
    pace_s = pace(draft)
    for path, name, each in terms(draft):
        before_time(found, draft, path, name, each)
        if not written(draft, (*path, "escalate")):
            continue
        for index, (before, level) in enumerate(itertools.pairwise(each.escalate), start=1):
            if compare(level.after, before.after, pace_s) in {0, -1}:
                text = f"after: {level.after} is not later than the level before it ({before.after})"
                found.error((*path, "escalate", index, "after"), f"{text}; order the levels by time")
        same_role(found, (*path, "escalate"), each.to, each.escalate)


def before_time(found: Complaints, draft: Draft, path: Path, name: str, each: Terms) -> None:
    """Nobody further is called while whoever was called has time yet to come."""
    own, said = (written(draft, (*place, "escalate")) for place in (path, ("response",)))
    if not each.escalate or not (own or (said and written(draft, (*path, "attend")))):
        return  # a default gives way
    first = each.escalate[0]
    if compare(first.after, each.attend, pace(draft)) == -1:
        text = f"{name}: {shown(first.to)} is called after {first.after}, before attend = {each.attend} is over"
        remedy = "call later, or write attend shorter" if own else "write escalate of its own, or attend shorter"
        found.error((*path, "escalate", 0, "after") if own else (*path, "attend"), f"{text}; {remedy}")


def same_role(found: Complaints, path: Path, to: str, levels: tuple[Level, ...]) -> None:
    """Warn of a level that calls whoever was called last: nobody more would come."""
    for index, (before, level) in enumerate(itertools.pairwise((to, *(each.to for each in levels)))):
        if before == level:
            text = f"to: {shown(level)} is called already by the level before; call the next one up"
            found.warn((*path, index, "to"), text)


def roles(found: Complaints, draft: Draft) -> None:
    """Where roles are written, whoever is called is one of them."""
    names = [str(table.get("name")) for _, table in draft.raw("role")]
    if not names:
        return
    for path, _, each in terms(draft):
        called = [((*path, "to"), each.to)]
        called += [((*path, "escalate", index, "to"), level.to) for index, level in enumerate(each.escalate)]
        for place, role in called:
            if role in names:
                continue
            if written(draft, place):
                found.error(place, f"to: there is no [[role]] {shown(role)}; {meant(role, names)}")
            elif path == ("response",):
                text = f"who else is called is left to the default, and there is no [[role]] {shown(role)}"
                found.warn(place, f"{text}; write `to` and [[response.escalate]], or that role")


def pace(draft: Draft) -> float | None:
    """What one takt means, in seconds; None where there is none, or it is in doubt."""
    takt_s = draft.standard.takt_s if draft.standard is not None else None
    return takt_s if takt_s is not None and 0 < takt_s <= LONGEST_CYCLE_S else None


def compare(span: Span, other: Span, pace_s: float | None) -> int | None:
    """Whether one time is shorter (-1), as long (0) or longer (1); None where that depends on a takt nobody knows.

    >>> compare(Span(1, "takt"), Span(60, "s"), 55.0)
    -1
    """
    if pace_s is None and span.in_takts == other.in_takts:
        pace_s = 1.0
    if pace_s is None:
        return None
    ns, other_ns = span.ns(pace_s), other.ns(pace_s)
    return (ns > other_ns) - (ns < other_ns)
