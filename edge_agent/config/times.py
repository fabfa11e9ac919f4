"""Rules on time: the standard, the takt, the shifts it comes from, and what is counted in takts."""

from __future__ import annotations

import zoneinfo

import msgspec

from edge_agent.config.complaint import Complaints, meant, shown
from edge_agent.config.draft import Draft
from edge_agent.config.lines import Path
from edge_agent.standard import Span

NEAR = 0.05  # a takt is often rounded a little, to leave room for loss; beyond, one of the two is a slip
LONGEST_CYCLE_S = 24 * 3600.0  # a part that takes longer than a day needs no andon light


def timezone(found: Complaints, draft: Draft) -> None:
    """The time zone is one this machine knows."""
    if draft.station is None:
        return
    name = draft.station.timezone
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        known = sorted(zoneinfo.available_timezones())
        hint = meant(name, known) if known else "this machine has no zone names: apt install tzdata"
        hint = hint if len(hint) < 80 else "write it like 'Europe/Berlin'; timedatectl list-timezones lists them"  # noqa: PLR2004 - no list of 600 zones
        found.error(("station", "timezone"), f"unknown time zone {shown(name)}; {hint}")


def shift_takt(found: Complaints, draft: Draft) -> None:
    """Where `[standard]` has no takt, the demand on the shifts gives it, if they agree."""
    if draft.standard is None or draft.standard.takt_s is not None:
        return
    takts = {
        shift.takt_s: index
        for index, shift in reversed(list(enumerate(draft.shifts)))
        if shift is not None and shift.takt_s is not None
    }
    if len(takts) == 1:
        draft.standard = msgspec.structs.replace(draft.standard, takt_s=next(iter(takts)))
        draft.takt_from = "[[shift]] demand"
    elif takts:
        several = ", ".join(f"{takt_s:.4g}" for takt_s in sorted(takts))
        text = f"the shifts make different takts ({several} s); write the one that holds: takt_s in [standard]"
        found.error(("shift", max(takts.values()), "demand"), text)


def standard_times(found: Complaints, draft: Draft) -> None:
    """Each of the three times is a time of work."""
    if draft.standard is None:
        return
    for key in ("standard_cycle_s", "takt_s", "planned_cycle_s"):
        value = getattr(draft.standard, key)
        if value is None or 0 < value <= LONGEST_CYCLE_S:
            continue
        remedy = "must be > 0 and at most 86400, a day; it is in seconds"
        found.error(standard_path(draft, key), f"{key}: {value:g} {remedy}")


def takt_above_standard(found: Complaints, draft: Draft) -> None:
    """Work that takes longer than the customer's pace can only fall behind."""
    standard = draft.standard
    if standard is None or standard.takt_s is None or min(standard.takt_s, standard.standard_cycle_s) <= 0:
        return
    takt_s, cycle_s, planned_s = standard.takt_s, standard.standard_cycle_s, standard.planned_cycle_s
    path = standard_path(draft, "takt_s")
    if takt_s < cycle_s:
        text = f"takt_s = {takt_s:.4g} is below standard_cycle_s = {cycle_s:g}: the station would always be behind"
        found.error(path, f"{text}; take work out of the station, work in parallel, or mend the figure")
    if planned_s is not None and planned_s > takt_s:
        text = f"planned_cycle_s = {planned_s:g} is above takt_s = {takt_s:.4g}; plan below takt, to allow for loss"
        found.error(("standard", "planned_cycle_s"), text)


def takt_beside_demand(found: Complaints, draft: Draft) -> None:
    """Where a takt is written, the plan comes from it, whatever the demand on a shift would make."""
    takt_s = draft.standard.takt_s if draft.standard is not None else None
    if takt_s is None or not 0 < takt_s <= LONGEST_CYCLE_S or draft.takt_from != "[standard]":
        return
    for index, shift in enumerate(draft.shifts):
        wanted_s = shift.takt_s if shift is not None else None
        if shift is None or wanted_s is None or abs(wanted_s - takt_s) <= NEAR * takt_s:
            continue
        planned = int(shift.available_s / takt_s)
        text = f"demand: {shift.demand} parts are a takt of {wanted_s:.4g} s, but takt_s = {takt_s:.4g} holds"
        remedy = "mend one of them, or take takt_s out and let the demand make it"
        found.warn(("shift", index, "demand"), f"{text}: {shift.name} is planned with {planned}; {remedy}")


def standard_path(draft: Draft, key: str) -> Path:
    """Where a time of the standard is written; a takt from the shifts stands where the demand does."""
    table = draft.document["standard"]
    if key == "takt_s" and key not in table:
        for path, shift in draft.raw("shift"):
            if "demand" in shift:
                return (*path, "demand")
    return ("standard", key)


def spans_in_takts(found: Complaints, draft: Draft) -> None:
    """A time in takts is one only where there is a takt."""
    undecided = any(shift is None or shift.demand is not None for shift in draft.shifts)  # a takt will come of it
    if draft.standard is None or draft.standard.takt_s is not None or undecided:
        return
    for path, kind in written_takts(draft):
        text = f"{kind} counts takts, and the station has none: the standard cycle is taken instead"
        found.warn(path, f"{text}; write takt_s in [standard]")


def written_takts(draft: Draft) -> list[tuple[Path, str]]:
    """What is written in takts or means them, with its path."""
    tables: list[tuple[Path, msgspec.Struct | None]] = [(("response",), draft.response), (("hygiene",), draft.hygiene)]
    tables += [(("detect", index), each) for index, each in enumerate(draft.detectors)]
    if draft.response is not None and "response" in draft.document:
        tables += [(("response", "escalate", index), each) for index, each in enumerate(draft.response.escalate)]
        for index, own in enumerate(draft.response.call):
            path: Path = ("response", "call", index)
            tables += [(path, own), *(((*path, "escalate", n), each) for n, each in enumerate(own.escalate or ()))]
    spans = [
        ((*path, field), f"'{field}'")
        for path, table in tables
        if table is not None
        for field, value in msgspec.structs.asdict(table).items()
        if isinstance(value, Span) and value.in_takts and written(draft, (*path, field))
    ]
    pace = [((*path, "kind"), "behind_takt") for path, each in draft.raw("detect") if each.get("kind") == "behind_takt"]
    return spans + pace


def written(draft: Draft, path: Path) -> bool:
    """Whether the file itself says so, or only a default does."""
    value: object = draft.document
    for part in path:
        try:
            value = value[part]  # type: ignore[index]  # a document of tables and lists, whatever is in it
        except (KeyError, IndexError, TypeError):
            return False
    return True
