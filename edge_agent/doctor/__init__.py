"""What is wrong on this machine, each finding with its remedy; reads, and changes nothing.

An examination is one file, one line in `EXAMINATIONS` and one test. None is green without evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from edge_agent.doctor import (
    broker,
    card,
    certificates,
    configured,
    folders,
    journal_file,
    permissions,
    pins,
    ports,
    power,
    running,
    time_of_day,
    units,
    versions,
)
from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, seen_by_root, unknown


class Examination(msgspec.Struct, frozen=True):
    """One thing to look at; `needs_file` where it cannot be looked at without a sound configuration."""

    name: str
    examine: Callable[[Case], Iterator[Finding]]
    needs_file: bool = True


EXAMINATIONS: tuple[Examination, ...] = (
    Examination("versions", versions.examine, needs_file=False),
    Examination("configuration", configured.examine, needs_file=False),
    Examination("units", units.examine, needs_file=False),
    Examination("station", running.examine),
    Examination("pins", pins.examine),
    Examination("serial ports", ports.examine),
    Examination("permissions", permissions.examine),
    Examination("folders", folders.examine),
    Examination("journal", journal_file.examine),
    Examination("card", card.examine),
    Examination("clock", time_of_day.examine, needs_file=False),
    Examination("power", power.examine, needs_file=False),
    Examination("broker", broker.examine),
    Examination("certificates", certificates.examine),
)


def examined(case: Case) -> Iterator[Finding]:
    """Every finding, in the order of the table; an examination that fails is unknown, and keeps none from its turn."""
    left_out = [each.name for each in EXAMINATIONS if each.needs_file and case.config is None]
    for each in EXAMINATIONS:
        if each.name in left_out:
            if each.name == left_out[0]:  # once: the remedy is the same for all
                text = f"{', '.join(left_out)}: they cannot be examined without a sound configuration"
                yield unknown("left out", text, "mend the configuration first")
            continue
        try:
            yield from each.examine(case)
        except Exception as error:  # noqa: BLE001 - a machine that is ill may raise whatever it likes; shown as unknown
            text = f"the examination itself failed: {type(error).__name__}: {error}"
            yield unknown(each.name, text, seen_by_root("if it goes on, please report it"))
