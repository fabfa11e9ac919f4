"""What a trial is given, looked at before anything is judged: an error names the argument, the place and the remedy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from edge_agent.arrays import np
from edge_agent.standard import NS_PER_S, Characteristic

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LONGEST_S = 1e9  # of stamps and sums of cycles, 31 years: whole nanoseconds of it fit 64 bits


def seconds(name: str, given: object) -> float | None:
    """A length of time; None where it is left out."""
    value = number(name, given)
    if value is not None and not 0.0 < value <= LONGEST_S:
        message = f"{name} = {value:g} must be above 0 and at most {LONGEST_S:g} seconds"
        raise ValueError(message)
    return value


def number(name: str, given: Any) -> float | None:
    """A finite number; None where it is left out."""
    if given is None:
        return None
    try:
        value = math.nan if isinstance(given, (str, bytes, bool)) else float(given)
    except (TypeError, ValueError, OverflowError):
        value = math.nan
    if not math.isfinite(value):
        message = f"{name} = {given!r} must be a finite number; leave it out where there is none"
        raise ValueError(message)
    return value


def specification(name: str, lower: object, nominal: object, upper: object) -> Characteristic:
    """Limits that a part can meet."""
    found = Characteristic(
        name=name, lower=number("lower", lower), nominal=number("nominal", nominal), upper=number("upper", upper)
    )
    if found.lower is not None and found.upper is not None and found.lower >= found.upper:
        message = f"lower = {found.lower:g} must be below upper = {found.upper:g}"
        raise ValueError(message)
    if found.nominal is not None and not found.accepts(found.nominal):
        message = f"nominal = {found.nominal:g} lies outside the limits; mend it or them"
        raise ValueError(message)
    return found


def durations_ns(durations_s: ArrayLike, began_ns: int) -> NDArray[np.int64]:
    """Lengths of cycles in ns, all of them above 0; `began_ns` is where the first begins."""
    lengths = whole_ns("durations_s", durations_s)
    short = lengths <= 0
    if short.any():
        place = int(np.argmax(short))
        message = f"durations_s: number {place} is {np.ravel(durations_s)[place]}; a cycle takes time: leave it out"
        raise ValueError(message)
    in_all_s = began_ns / NS_PER_S + float(lengths.sum(dtype=np.float64)) / NS_PER_S
    if in_all_s > LONGEST_S:
        message = f"durations_s: with what came before {in_all_s:g} s; begin a new Trial after {LONGEST_S:g} s"
        raise ValueError(message)
    return lengths


def stamps_ns(at_s: ArrayLike, after_ns: int | None) -> NDArray[np.int64]:
    """Stamps in ns, none before the one before it; `after_ns` is the last of an earlier block."""
    stamps = whole_ns("at_s", at_s)
    before = stamps if after_ns is None else np.concatenate(([after_ns], stamps))
    back = np.diff(before) < 0
    if back.any():
        place = int(np.argmax(back))
        at, earlier = before[place + 1] / NS_PER_S, before[place] / NS_PER_S
        where = place + (after_ns is None)
        message = f"at_s: number {where} is {at:g}, before the {earlier:g} it follows; sort by time, or mend the clock"
        raise ValueError(message)
    return stamps


def whole_ns(name: str, given: ArrayLike) -> NDArray[np.int64]:
    """Seconds as whole nanoseconds, shape (n,), all of them numbers."""
    block = column(name, given)
    fine = np.abs(block) <= LONGEST_S
    if not fine.all():
        place = int(np.argmin(fine))
        message = f"{name}: number {place} is {block[place]}; it is seconds up to {LONGEST_S:g}: leave it out"
        raise ValueError(message)
    return np.rint(block * NS_PER_S).astype(np.int64)


def column(name: str, given: ArrayLike) -> NDArray[np.float64]:
    """Numbers as float64, shape (n,), oldest first; nan and infinity are numbers here."""
    try:
        block: NDArray[np.float64] = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = f"{name} must be numbers, one for each sample: {error}"
        raise ValueError(message) from error
    if block.ndim != 1:
        message = f"{name} has shape {block.shape}; it is (n,), oldest first"
        raise ValueError(message)
    return block
