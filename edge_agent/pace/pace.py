"""The arithmetic of pace: what a gap was, how far behind, how fast to recover.

The split of a gap is that of SLX's machine states: what lies within one standard cycle is production; the rest is
lost, and its class is decided by the whole gap, in multiples of the standard: up to 1.7 a slow cycle, up to 6.0 a
micro-stop, beyond it a stoppage. The limits themselves belong to the milder class.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import msgspec

from edge_agent.events.accounts import Loss
from edge_agent.observations.seen import Seen

Standing = Literal["behind", "on_pace", "ahead"]
RIPPLE = 2  # parts; see `standing`
NS_PER_H = 3600 * 1_000_000_000
SLOW_TENTHS, MICRO_STOP_TENTHS = 17, 60  # of the standard cycle; whole tenths, so that a limit is met exactly


def class_of(gap_ns: int, standard_ns: int) -> Loss:
    """What a gap longer than its standard was.

    >>> [class_of(gap, 10) for gap in (11, 17, 18, 60, 61)]
    ['slow', 'slow', 'micro_stop', 'micro_stop', 'stoppage']
    """
    if 10 * gap_ns <= SLOW_TENTHS * standard_ns:
        return "slow"
    return "micro_stop" if 10 * gap_ns <= MICRO_STOP_TENTHS * standard_ns else "stoppage"


class Split(msgspec.Struct, frozen=True):
    """A piece of a gap: production, and what is lost beyond it, both in ns."""

    production_ns: int
    lost_ns: int
    loss: Loss


def split(before_ns: int, piece_ns: int, standard_ns: int) -> Split:
    """The next `piece_ns` of a gap that has lasted `before_ns`, judged by how long it has lasted at its end.

    >>> split(0, 15, 10), split(15, 50, 10)
    (Split(production_ns=10, lost_ns=5, loss='slow'), Split(production_ns=0, lost_ns=50, loss='stoppage'))
    """
    after_ns = before_ns + piece_ns
    production_ns = max(0, min(after_ns, standard_ns) - before_ns)
    return Split(production_ns, piece_ns - production_ns, class_of(after_ns, standard_ns))


def standing(difference: int, before: Standing, parts: int = 2, clear_at: int = 1) -> Standing:
    """Behind or ahead of plan, with hysteresis: said at `parts`, taken back at `clear_at`.

    Both are meant where the gap is widest. Between the instant a part becomes due and the one it is made, the gap of
    whoever keeps pace is wider by one, and it is counted in whole parts: without these two a station that keeps pace
    one part behind would be said to fall behind with each part.

    Args:
        difference: parts made minus parts due. To be ahead is a gap too: it hides what is to come.

    >>> standing(-2, "on_pace"), standing(0, "behind"), standing(1, "behind"), standing(3, "behind")
    ('behind', 'behind', 'on_pace', 'ahead')
    """
    if abs(difference) >= parts:
        return "behind" if difference < 0 else "ahead"
    gap = difference if before == "ahead" else -difference
    return before if gap > clear_at - RIPPLE else "on_pace"


class Paced(Seen, tag="paced", frozen=True):
    """How the shift stands by the books of the station. Detectors of pace see it, no sensor sends it.

    Args:
        due: parts that became due.
        made: parts made.
        unseen: of those due, how many became due while nobody could see whether they were made.
        behind: whether that is told as behind, by the plan's own limits and with hysteresis.
    """

    due: int
    made: int
    unseen: int = 0
    behind: bool = False

    @property
    def missing(self) -> int:
        """Parts that are known to be missing; negative when ahead."""
        return self.due - self.unseen - self.made


class Due:
    """Parts that become due as working time passes: exact, also where a part's time is no whole number of ns.

    What is due and what a nanosecond adds to it have one denominator, so that time passes by adding whole numbers.

    >>> due = Due(Fraction(0), Fraction(7, 2))
    >>> due.wait_ns
    4
    >>> due.work(8)
    >>> due.parts, due.exact, due.wait_ns
    (2, Fraction(16, 7), 3)

    Args:
        exact: due to begin with.
        pace_ns: working time in which one part becomes due, above 0.
    """

    __slots__ = ("_a_ns", "_a_part", "_rest", "parts")

    def __init__(self, exact: Fraction, pace_ns: Fraction) -> None:
        self._a_part = exact.denominator * pace_ns.numerator
        self._a_ns = exact.denominator * pace_ns.denominator
        self.parts, self._rest = divmod(exact.numerator * pace_ns.numerator, self._a_part)

    @property
    def exact(self) -> Fraction:
        """Parts due, the one that is becoming due included."""
        return self.parts + Fraction(self._rest, self._a_part)

    @property
    def wait_ns(self) -> int:
        """Working time until the next part is due, in whole ns; 1 or more."""
        return -((self._rest - self._a_part) // self._a_ns)

    def work(self, passed_ns: int) -> None:
        """Let working time pass."""
        self._rest += passed_ns * self._a_ns
        if self._rest >= self._a_part:
            more, self._rest = divmod(self._rest, self._a_part)
            self.parts += more

    def after(self, more_ns: int) -> int:
        """Whole parts due when so much more working time will have passed."""
        return self.parts + (self._rest + more_ns * self._a_ns) // self._a_part


def recovery_per_h(remaining_plan: int, deficit: int, remaining_ns: int) -> float | None:
    """Parts an hour from now on that end the shift on plan; 0 where nothing is missing, None where no time is left.

    >>> recovery_per_h(remaining_plan=32, deficit=3, remaining_ns=4 * NS_PER_H)
    8.75
    """
    missing = max(0, remaining_plan + deficit)
    if missing == 0:
        return 0.0
    return None if remaining_ns <= 0 else float(Fraction(missing * NS_PER_H, remaining_ns))


def first_pass_yield(good: int, rejected: int) -> float | None:
    """Share of the judged parts that were good; None where none was.

    >>> first_pass_yield(97, 3)
    0.97
    """
    return good / (good + rejected) if good + rejected else None
