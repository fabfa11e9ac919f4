"""What `tune` has to say: of the recording, of each detector, of what it would change."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

SHIFTS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0)  # sigma: what is hardly worth finding, up to what anybody sees
FEWEST = 20  # values: below, a spread says next to nothing
FIRM = 100  # values: below, no limit is proposed
MOST_TOLD = 20  # instants told of what the recording would have raised; a longer list is a plot's work

Method = Literal["theory", "exact", "resampled", "tail", "counted"]
Setting = float | int | str


class Usual(msgspec.Struct, frozen=True, kw_only=True):
    """The baseline as the recording has it.

    Args:
        count, set_aside: values it was measured on, and those left out (stops, readings outside specification).
        centre, unit: the median, in s or the characteristic's unit.
        spread: 1.4826 x the median absolute deviation; of cycle times on the logarithms, so a share of the cycle.
        correlation: of neighbours; 0 where it cannot be told from chance.
        normal: whether its third and fourth moments are those of a normal distribution (Jarque and Bera, 1 %).
        effect: what the correlation and the shape do to the limits, for people.
    """

    count: int
    set_aside: int
    centre: float
    spread: float
    unit: str
    correlation: float
    normal: bool
    effect: str


class Delay(msgspec.Struct, frozen=True, kw_only=True):
    """How long a lasting shift stays unseen on average.

    Args:
        shift: in sigma, or for shares of bad parts a multiple of the usual one.
        means: the same for people: `+2.6 %`, `+0.004 mm`, `5 %`.
        values: cycles, readings or parts until the signal; None where it is seen too late to be measured.
    """

    shift: float
    means: str
    values: float | None


class Raised(msgspec.Struct, frozen=True, kw_only=True):
    """What the recording would have raised: how often, and when (s since it began), the first twenty."""

    count: int
    at_s: tuple[float, ...]


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """One detector: what it is set to, what it should be set to, and what either does.

    Args:
        index: its place among the `[[detect]]` of the configuration.
        between: values (`counts`) between two false calls, with the present and with the proposed settings; None
            where there were none to count.
        changed: the settings to write; empty where the present ones will do.
        limit: the limit proposed, for people.
    """

    detector: str
    index: int
    mode: str
    counts: Literal["cycles", "readings", "parts"]
    usual: Usual | None
    present: dict[str, Setting]
    changed: dict[str, Setting]
    limit: str
    method: Method
    between_now: float | None
    between_then: float | None
    delays: tuple[Delay, ...]
    raised_now: Raised = Raised(count=0, at_s=())
    raised_then: Raised = Raised(count=0, at_s=())
    notes: tuple[str, ...] = ()


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """A detector for which nothing is proposed: why, and what the recording would have raised as it is set."""

    why: str
    raised: Raised = Raised(count=0, at_s=())


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The false calls that people will bear: `calls` of one detector in `shifts` of `shift_cycles` cycles."""

    calls: Annotated[float, msgspec.Meta(gt=0)]
    shifts: Annotated[float, msgspec.Meta(gt=0)]
    shift_cycles: float
    shift_from: str

    @property
    def between(self) -> float:
        """Cycles between two of them."""
        return self.shift_cycles * self.shifts / self.calls


class Tuning(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer; `left` has each other detector."""

    station: str
    recording: str
    length_s: float
    cycles: int
    readings: int
    wanted: Wanted
    advice: tuple[Advice, ...]
    left: dict[str, Left]
    provisional: bool
