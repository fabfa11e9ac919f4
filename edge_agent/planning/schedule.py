"""What is planned now: the calendar of the file, and over it what people have said: planned stop, changeover."""

from __future__ import annotations

from typing import Literal

import msgspec

from edge_agent.observations import Changeover, PlannedStop, Via
from edge_agent.planning.calendar import Calendar, Scheduled
from edge_agent.planning.shifts import Modes
from edge_agent.planning.wall import Wall

What = Literal["planned_stop", "changeover"]
ORDER: tuple[What, ...] = ("planned_stop", "changeover")  # the first that is on is what is planned


class Mode(msgspec.Struct, frozen=True, kw_only=True):
    """A planned stop or changeover that a person began; it ends by itself at `until_ns`, CLOCK_MONOTONIC."""

    why: str
    who: str
    via: Via
    until_ns: int


class Schedule:
    """The plan in force. Modes suspend working time only: a break in a changeover is a break.

    Args:
        modes: those that are on, by what they are.
    """

    def __init__(self, calendar: Calendar, settings: Modes, modes: dict[What, Mode]) -> None:
        self.calendar = calendar
        self.modes = modes
        self.longest_ns: dict[What, int] = {
            "planned_stop": settings.longest_stop.ns(None),
            "changeover": settings.longest_changeover.ns(None),
        }

    def at(self, now_ns: int, wall: Wall | None) -> Scheduled:
        """What is planned; where no wall clock is known, work is."""
        planned = Scheduled(kind="working", until_ns=None)
        if wall is not None:
            planned = self.calendar.at(wall.calendar_ns(now_ns))
        what = next((each for each in ORDER if each in self.modes), None)
        if what is None or planned.kind != "working":
            return planned
        return msgspec.structs.replace(planned, kind=what, why=self.modes[what].why)

    def switch(self, said: PlannedStop | Changeover, at_ns: int) -> bool:
        """Do what a person says; False where it changes nothing: on already, or not on."""
        what: What = "planned_stop" if isinstance(said, PlannedStop) else "changeover"
        if said.on == (what in self.modes):
            return False
        if said.on:
            until_ns = at_ns + self.longest_ns[what]
            self.modes[what] = Mode(why=said.why, who=said.who, via=said.via, until_ns=until_ns)
        else:
            del self.modes[what]
        return True

    def run_out(self, now_ns: int) -> dict[What, Mode]:
        """End the modes whose longest time is over, and tell which."""
        over = {what: mode for what, mode in self.modes.items() if mode.until_ns <= now_ns}
        for what in over:
            del self.modes[what]
        return over

    def due_ns(self, wall: Wall | None, *until_ns: int | None) -> int | None:
        """When the first mode runs out, or the wall clock shows the first of `until_ns`."""
        due_ns = [mode.until_ns for mode in self.modes.values()]
        if wall is not None:
            due_ns += [wall.when_ns(wall_ns) for wall_ns in until_ns if wall_ns is not None]
        return min(due_ns, default=None)
