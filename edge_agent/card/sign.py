"""What the lamps say of the card's configuration: all of them together, which no state of a station ever shows.

Accepted is one long light, refused is four short ones and a pause, again and again. A stack with a single tier
shows the same: four in a group are neither blinking nor flashing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING

from edge_agent import clock
from edge_agent.andon.legend import Mode, Tier
from edge_agent.andon.legend import Sign as StationSign
from edge_agent.standard import to_ns
from edge_agent.station.picture import Stack

if TYPE_CHECKING:
    from edge_agent.signals.lamp import Lamps

STEP_S = 0.05  # how often the lamps are written; the shortest part lasts six of them


class Sign(Enum):
    """Seconds on, off, on, off; then from the beginning. `words` is how a person tells it to another."""

    ACCEPTED = (3.0, 0.5)
    REFUSED = (0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 1.5)

    @property
    def words(self) -> str:
        """The sign as people say it."""
        return "all lamps together, once, 3 s" if self is Sign.ACCEPTED else "all lamps together, four times, a pause"

    def lit(self, elapsed_ns: int) -> bool:
        """Whether the lamps are on so long after the sign began.

        >>> [Sign.REFUSED.lit(to_ns(s)) for s in (0.0, 0.4, 0.7, 1.9, 2.2, 3.0, 3.7)]
        [True, False, True, True, False, False, True]
        """
        phase_ns = elapsed_ns % self.length_ns
        ends_ns = [sum(map(to_ns, self.value[:count])) for count in range(len(self.value) + 1)]
        place = next(place for place, (_, end_ns) in enumerate(pairwise(ends_ns)) if phase_ns < end_ns)
        return place % 2 == 0

    @property
    def length_ns(self) -> int:
        """How long it takes once."""
        return sum(map(to_ns, self.value))


def show(
    lamps: Lamps,
    tiers: tuple[Tier, ...],
    sign: Sign,
    goes_on: Callable[[int], bool],
    now_ns: Callable[[], int] = clock.now_ns,
    pause: Callable[[float], None] = clock.pause,
) -> None:
    """Show the sign for as long as `goes_on`, which is told how many times it was shown; then dark."""
    since_ns = now_ns()
    while goes_on((elapsed_ns := now_ns() - since_ns) // sign.length_ns):
        lamps.show(picture(tiers if sign.lit(elapsed_ns) else ()), now_ns())
        pause(STEP_S)
    lamps.show(picture(()), now_ns())


def picture(tiers: tuple[Tier, ...]) -> Stack:
    """A stack with these tiers lit and nothing else: no sound, no request to the line."""
    return Stack(
        lamps=dict.fromkeys(tiers, Mode.CONTINUOUS),
        sound=None,
        line_stop=False,
        sign=StationSign.STARTING,
        reason="",
        changes_ns=None,
    )
