"""The simulated press and its people, as a script: what happens, how long after what happened before.

Nothing here knows a clock, a pin or a port: the same seed and length give the same acts. All times are seconds
at speed 1, written around the standard of `station_file.py`: 2.0 s a part, called after 3.0 s, takt 2.4 s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Literal

import msgspec

Deed = Literal[
    "begin", "end", "measure", "pull", "call_material", "arrive", "reset", "let_go", "unplug", "plug", "wait"
]

GAP_S = 0.5  # between two parts: taking one out, putting the next one in
WORK_S = 1.7
JITTER_S = 0.08  # a hand is not a clock; far from the 3.0 s at which a cycle is too long
SPREAD_MM = 0.008  # well inside the limits of 0.02
TOUCH_S = 0.2  # how long a button is held
BAD_MM = 25.034


class Act(msgspec.Struct, frozen=True):
    """One thing that happens, `after_s` seconds after the one before; `says` tells people what goes on, if it is new.

    `value` is of `measure`, in mm.
    """

    after_s: float
    does: Deed
    says: str = ""
    value: float = 0.0


class Press:
    """The next part, and the small chances of work: `chance` is the only randomness."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.part = 0

    def begin(self, says: str) -> Act:
        """The next part begins; `says` may name it as `{part}`."""
        self.part += 1
        return Act(GAP_S, "begin", says.format(part=self.part))

    def good(self) -> Act:
        """A reading inside its limits."""
        return Act(0.1, "measure", value=round(25.0 + self.chance.uniform(-SPREAD_MM, SPREAD_MM), 3))

    def part_made(self, says: str = "Part {part}: standard work.") -> Iterator[Act]:
        """One part inside the standard."""
        yield self.begin(says)
        yield Act(WORK_S + self.chance.uniform(-JITTER_S, JITTER_S), "end")
        yield self.good()


def touched(after_s: float, does: Deed, says: str) -> Iterator[Act]:
    """A button is pressed, or the cord pulled, and let go."""
    yield Act(after_s, does, says)
    yield Act(TOUCH_S, "let_go")


def earns_green(press: Press) -> Iterator[Act]:
    """Two parts inside the standard."""
    yield from press.part_made("Part {part}: standard work, 2.0 s a part. Green has to be earned.")
    yield from press.part_made()


def overruns(press: Press) -> Iterator[Act]:
    """A part jams; the team leader comes, and the delay clears by itself."""
    yield press.begin("Part {part} jams: 2.0 s is the standard, and it runs on and on.")
    yield from touched(4.2, "arrive", "The team leader is there and frees the part.")
    yield Act(1.2, "end", "The part is done: a delay clears by itself.")
    yield press.good()
    yield from press.part_made()


def leaves_specification(press: Press) -> Iterator[Act]:
    """A bore is too wide; work waits until someone has contained it and resets."""
    yield press.begin("Part {part}: standard work.")
    yield Act(WORK_S, "end")
    yield Act(0.1, "measure", f"Part {press.part}: a bore of {BAD_MM} mm. The press waits.", BAD_MM)
    yield from touched(2.0, "arrive", "The team leader is there and sets the part aside.")
    yield from touched(1.4, "reset", "Contained: work is restored.")
    yield from press.part_made()


def cord_answered(press: Press) -> Iterator[Act]:
    """The cord is pulled; someone is there before the fixed position, and work never stopped."""
    yield press.begin("Part {part}: standard work.")
    yield from touched(0.5, "pull", "The operator pulls the cord, and works on.")
    yield from touched(0.9, "arrive", "The team leader comes before the fixed position.")
    yield Act(0.1, "end")
    yield press.good()
    yield from touched(0.8, "pull", "Solved: a second pull. The line never stopped.")
    yield from press.part_made()


def cord_unanswered(press: Press) -> Iterator[Act]:
    """The cord is pulled and nobody comes: the line stop is requested, and the next level is called."""
    yield press.begin("Part {part}: standard work.")
    yield from touched(0.5, "pull", "The operator pulls the cord, and nobody comes.")
    yield Act(1.1, "end")
    yield press.good()
    yield Act(1.0, "wait", "Fixed position passed: the line stops, the next level is called.")
    yield from touched(3.0, "arrive", "The group leader is there.")
    yield from touched(1.6, "reset", "Work is restored.")
    yield from press.part_made()


def material_called(press: Press) -> Iterator[Act]:
    """Material is called for: blue, and no line stops."""
    yield press.begin("Part {part}: standard work.")
    yield from touched(0.4, "call_material", "The operator calls for material.")
    yield Act(1.1, "end")
    yield press.good()
    yield from touched(1.2, "arrive", "Logistics is there.")
    yield from touched(1.4, "reset", "Material is there.")
    yield from press.part_made()


def gauge_unplugged(press: Press) -> Iterator[Act]:
    """The gauge's cable is pulled and put back: the agent says that it cannot tell."""
    yield Act(0.3, "unplug", "The gauge's cable is pulled. Not knowing is never green.")
    yield press.begin("")
    yield Act(WORK_S, "end")
    yield Act(0.3, "plug", "The gauge is plugged in again.")
    yield from press.part_made()


CHAPTERS: tuple[Callable[[Press], Iterator[Act]], ...] = (
    overruns,
    leaves_specification,
    cord_answered,
    cord_unanswered,
    material_called,
    gauge_unplugged,
)


def whole_story(press: Press) -> Iterator[Act]:
    """Every chapter."""
    for chapter in CHAPTERS:
        yield from chapter(press)


def script(seed: int, length_s: float) -> Iterator[Act]:
    """Everything that happens within `length_s`: each chapter that fits, all again if they fit, then good parts."""
    press = Press(Random(seed))  # noqa: S311 - a script, no secret
    for chapter in (earns_green, *CHAPTERS):
        acts = fitting(press, chapter, length_s)
        length_s -= lasts_s(acts)
        yield from acts
    while acts := fitting(press, whole_story, length_s):
        length_s -= lasts_s(acts)
        yield from acts
    while acts := fitting(press, Press.part_made, length_s):
        length_s -= lasts_s(acts)
        yield from acts


def lasts_s(acts: list[Act]) -> float:
    """How long the acts last together."""
    return sum(act.after_s for act in acts)


def fitting(press: Press, chapter: Callable[[Press], Iterator[Act]], left_s: float) -> list[Act]:
    """The acts of a chapter if they fit into `left_s`, else none."""
    part = press.part
    acts = list(chapter(press))
    if lasts_s(acts) <= left_s:
        return acts
    press.part = part
    return []
