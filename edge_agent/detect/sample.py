"""What one observation is to a rule: a duration, a value, a good or a bad part; or nothing it can use.

Here, and only here, it is decided what a rule ignores: a cycle of no or negative length, a reading that is no
number. `implausible` counts them and tells; a rule that took them would answer with nonsense.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from edge_agent.arrays import np
from edge_agent.observations import Cycle, Judged, Reading, Seen
from edge_agent.standard import Characteristic

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST = 1e100  # of a reading; far beyond any unit of any gauge, and its squares still are numbers


def duration_ns(seen: Seen | None, of: str) -> int | None:
    """Length of a finished cycle of sensor `of`; None for anything else, and where it is not above 0."""
    if not isinstance(seen, Cycle) or seen.sensor != of or seen.started_ns is None:
        return None
    length_ns = seen.at_ns - seen.started_ns
    return length_ns if length_ns > 0 else None


def value(seen: Seen | None, of: str) -> float | None:
    """A reading of characteristic `of`; None for anything else, and for what is no number or beyond 1e100."""
    if not isinstance(seen, Reading) or seen.characteristic != of:
        return None
    return seen.value if abs(seen.value) <= LARGEST else None


def usable(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of a block's readings `value` lets through, shape (n,)."""
    fine: NDArray[np.bool_] = np.abs(values) <= LARGEST  # False for nan too
    return fine


def is_good(seen: Seen | None, characteristic: Characteristic) -> bool | None:
    """Whether a part is good, by its specification and by the device; None where nothing tells."""
    if isinstance(seen, Judged) and seen.characteristic == characteristic.name:
        return seen.good
    if not isinstance(seen, Reading) or seen.characteristic != characteristic.name or not math.isfinite(seen.value):
        return None
    return seen.good is not False and characteristic.accepts(seen.value)


def are_good(values: NDArray[np.float64], characteristic: Characteristic) -> NDArray[np.bool_]:
    """The same for a block of finite readings, shape (n,)."""
    good = np.ones(len(values), dtype=np.bool_)
    if characteristic.lower is not None:
        good &= values >= characteristic.lower
    if characteristic.upper is not None:
        good &= values <= characteristic.upper
    return good


def unit_of(characteristic: str) -> str:
    """The unit in a characteristic's name, which stands last.

    >>> unit_of("bore_mm")
    'mm'
    """
    return characteristic.rpartition("_")[2]
