"""The only door to the clock: everything else is told the time."""

from __future__ import annotations

import time
from pathlib import Path

TIMESYNCD_MARK = Path("/run/systemd/timesync/synchronized")  # made by systemd-timesyncd when a server has answered
TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised

NS_PER_S = 1_000_000_000


def now_ns() -> int:
    """Nanoseconds of CLOCK_MONOTONIC, the clock the kernel stamps edges with."""
    return time.monotonic_ns()


def wall_ns() -> int:
    """Nanoseconds of the wall clock: a label for people, never used to measure."""
    return time.time_ns()


def wall_text(wall: int) -> str:
    """A wall-clock instant as RFC 3339 in UTC with microseconds, e.g. `2026-11-21T19:26:01.234567Z`.

    >>> wall_text(0)
    '1970-01-01T00:00:00.000000Z'
    """
    seconds, nanoseconds = divmod(wall, NS_PER_S)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{nanoseconds // 1000:06d}Z"


def pause(seconds: float) -> None:
    """Let this thread rest; for the shell's retry loops only."""
    time.sleep(seconds)


def synchronised() -> bool:
    """Whether the wall clock follows a time server in this boot; False where nobody knows."""
    if TIMESYNCD_MARK.exists():
        return True
    import ctypes  # only machines without timesyncd need it

    timex = ctypes.create_string_buffer(512)  # struct timex has 208 bytes; all zero it reads and sets nothing
    state: int = ctypes.CDLL(None).adjtimex(timex)
    return 0 <= state < TIME_ERROR
