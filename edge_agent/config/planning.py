"""Rules on planned time: shifts that do not meet, exceptions that do not contradict, products that can be made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from edge_agent.config.complaint import Complaints, meant, shown
from edge_agent.config.draft import Draft
from edge_agent.config.lines import Path
from edge_agent.config.times import LONGEST_CYCLE_S
from edge_agent.planning.calendar import Calendar, Occurrence
from edge_agent.planning.shifts import ExceptionDay, PlannedTime, Shift

A_MONDAY = dt.date(2024, 1, 1)  # any; in UTC no clock is changed, so that only what is written is judged
DAY = dt.timedelta(days=1)


def overlapping_shifts(found: Complaints, draft: Draft) -> None:
    """A part belongs to one shift: no two of them run at one time."""
    shifts = {shift.name: index for index, shift in enumerate(draft.shifts) if shift is not None}
    week = Calendar("UTC", sound_shifts(draft))
    told: set[frozenset[str]] = set()
    for before, after in meetings(week, (A_MONDAY + day * DAY for day in range(8))):
        pair = frozenset((before.shift.name, after.shift.name))
        if pair in told or not pair <= shifts.keys():
            continue
        told.add(pair)
        later = max(pair, key=shifts.__getitem__)
        text = f"{after.shift.name} begins at {after.shift.start} while {before.shift.name} goes on until"
        remedy = "let one begin where the other ends, or on other days"
        found.error(("shift", shifts[later], "start"), f"start: {text} {before.shift.end}; {remedy}")


def exceptions(found: Complaints, draft: Draft) -> None:
    """An exception changes something, and no other says the contrary."""
    first: dict[tuple[str, str | None], int] = {}
    for index, each in enumerate(draft.exceptions):
        if each is None:
            continue
        path: Path = ("exception", index)
        key = (each.date, each.shift)
        if key in first:
            line = found.line(("exception", first[key], "date"))
            what = f"shift {shown(each.shift)}" if each.shift is not None else "every shift"
            found.error(
                (*path, "date"), f"date: {each.date} says something of {what} already, at line {line}; keep one"
            )
        first.setdefault(key, index)
        if not draft.document.get("shift"):
            found.error(
                path, "[[exception]] without [[shift]]: there is nothing to except from; write the shifts first"
            )
        elif None not in draft.shifts:
            takes_away(found, draft, path, each)


def takes_away(found: Complaints, draft: Draft, path: Path, exception: ExceptionDay) -> None:
    """A shift that is taken away is there."""
    if exception.work:
        return
    names = [shift.name for shift in Calendar("UTC", sound_shifts(draft)).on(dt.date.fromisoformat(exception.date))]
    if exception.shift is None and not names:
        found.warn(
            (*path, "date"), f"date: no shift begins on {exception.date} anyway; mend the date, or take this out"
        )
    elif exception.shift is not None and exception.shift not in names:
        hint = meant(exception.shift, names) if names else "none does"
        text = f"shift: no shift {shown(exception.shift)} begins on {exception.date}"
        found.error((*path, "shift"), f"{text}; {hint}")


def exceptional_overlaps(found: Complaints, draft: Draft) -> None:
    """The hours of an exception leave the other shifts of that day alone."""
    calendar = Calendar("UTC", sound_shifts(draft), [each for each in draft.exceptions if each is not None])
    for index, each in enumerate(draft.exceptions):
        if each is None or not each.work or None in draft.shifts:
            continue
        day = dt.date.fromisoformat(each.date)
        for before, after in meetings(calendar, around(day)):
            other = after if (before.date, before.shift.name) == (each.date, each.shift) else before
            if (each.date, each.shift) in {before.key, after.key}:
                text = f"{each.shift} is at {each.start}-{each.end} and {other.shift.name} of {other.date}"
                remedy = "let one begin where the other ends"
                found.error(
                    ("exception", index, "start"), f"start: {text} at {other.shift.start}-{other.shift.end}; {remedy}"
                )
                break


def planned_stops(found: Complaints, draft: Draft) -> None:
    """A planned stop lies in a shift, or it stops nothing."""
    if None in draft.shifts or None in draft.exceptions:
        return
    for index, stop in enumerate(draft.planned_stops):
        if stop is not None and not touches(draft, stop):
            text = f"at: {stop.at} is outside every shift of its days, so it would stop nothing"
            found.error(("planned_stop", index, "at"), f"{text}; mend the times or the days, or take it out")


def touches(draft: Draft, stop: PlannedTime) -> bool:
    """Whether any of its occurrences lies inside a shift."""
    exceptions = [each for each in draft.exceptions if each is not None]
    calendar = Calendar("UTC", sound_shifts(draft), exceptions, [stop])
    dates = [dt.date.fromisoformat(stop.date)] if stop.date else [A_MONDAY + day * DAY for day in range(7)]
    return any(
        pause.kind == "planned_stop" for date in dates for day in around(date) for each in calendar.occurrences(day)
        for pause in each.pauses
    )  # fmt: skip


def products(found: Complaints, draft: Draft) -> None:
    """Each product can be made in its time."""
    for index, product in enumerate(draft.products):
        if product is None:
            continue
        path: Path = ("product", index)
        sound = True
        for key in ("standard_cycle_s", "takt_s", "planned_cycle_s"):
            value = getattr(product, key)
            if value is not None and not 0 < value <= LONGEST_CYCLE_S:
                sound = False
                text = f"{key}: {value:g} must be > 0 and at most 86400, a day; it is in seconds"
                found.error((*path, key), text)
        station_takt_s = draft.standard.takt_s if draft.standard is not None else None
        takt_s = product.takt_s if product.takt_s is not None else station_takt_s
        if not sound or takt_s is None:
            continue
        if takt_s < product.standard_cycle_s:
            key = "takt_s" if product.takt_s is not None else "standard_cycle_s"
            text = f"takt_s = {takt_s:.4g} is below standard_cycle_s = {product.standard_cycle_s:g} of {product.name}"
            remedy = "give the product its own takt, take work out, or mend the figure"
            found.error((*path, key), f"{text}: the station would always be behind; {remedy}")
        if product.planned_cycle_s is not None and product.planned_cycle_s > takt_s:
            text = f"planned_cycle_s = {product.planned_cycle_s:g} is above takt_s = {takt_s:.4g}"
            found.error((*path, "planned_cycle_s"), f"{text}; plan below takt, to allow for loss")


def modes(found: Complaints, draft: Draft) -> None:
    """Reasons are told apart."""
    if draft.modes is None:
        return
    for key in ("stop_reasons", "changeover_reasons"):
        reasons = getattr(draft.modes, key)
        twice = next((each for index, each in enumerate(reasons) if each in reasons[:index]), None)
        if twice is not None:
            found.error(("modes", key), f"{key}: {shown(twice)} is there twice; write each reason once")


def sound_shifts(draft: Draft) -> list[Shift]:
    """The shifts that could be read."""
    return [shift for shift in draft.shifts if shift is not None]


def around(day: dt.date) -> tuple[dt.date, ...]:
    """A day and its neighbours, into which shifts reach over midnight."""
    return day - DAY, day, day + DAY


def meetings(calendar: Calendar, days: Iterable[dt.date]) -> Iterator[tuple[Occurrence, Occurrence]]:
    """Shifts that run at one time, each with the longest of those that began before it."""
    every = sorted(
        (each for day in days for each in calendar.occurrences(day)), key=lambda each: (each.begin_ns, each.key)
    )
    before: Occurrence | None = None
    for after in every:
        if before is not None and after.begin_ns < before.end_ns:
            yield before, after
        before = after if before is None else max(before, after, key=lambda each: each.end_ns)
