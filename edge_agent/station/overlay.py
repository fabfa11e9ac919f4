"""What was set over the file: each value with the one it took the place of, who set it and when."""

from __future__ import annotations

from typing import Literal

import msgspec

from edge_agent.observations.asked import Value

MOST = 50  # settings that stand at once: 8 kB of what is kept with every event; more than that belongs into the file


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One value in force in place of the file's.

    Args:
        what: as `in_force` names it: `takt_s`, `bore_mm upper`.
        over: what the file said when it was set; once the file says something else, the file holds.
        at_ns: when, CLOCK_MONOTONIC.
    """

    what: str
    value: Value
    over: Value
    at_ns: int
    who: str
    via: Literal["control", "remote"]
    role: str = ""
    why: str = ""


class Overlay(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was set over the file; `revision` counts the standards that were in force, this one included."""

    revision: int = 1
    settings: tuple[Setting, ...] = ()

    def values(self) -> dict[str, Value]:
        """The values by what they are of."""
        return {each.what: each.value for each in self.settings}

    def moved(self, by_ns: int) -> Overlay:
        """The same on a clock that reads `by_ns` more."""
        moved = (msgspec.structs.replace(each, at_ns=each.at_ns + by_ns) for each in self.settings)
        return msgspec.structs.replace(self, settings=tuple(moved))

    def joined(self, later: Overlay) -> Overlay:
        """Both of them; of a value that both have, the later holds."""
        if not later.settings:
            return self
        settings = {each.what: each for each in (*self.settings, *later.settings)}
        return Overlay(revision=max(self.revision, later.revision) + 1, settings=tuple(settings.values())[:MOST])


Part = Literal["standard", "plan"]
OF_THE_PLAN = ("takt_s", "planned_cycle_s", "demand")  # the pace asked for; all else says how work is done and judged


def part_of(what: str) -> Part:
    """Whether a figure is the plan's, which changes with the orders, or of the standard itself.

    >>> part_of("product small takt_s"), part_of("bore_mm upper")
    ('plan', 'standard')
    """
    return "plan" if what.rpartition(" ")[2] in OF_THE_PLAN else "standard"
