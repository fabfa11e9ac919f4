"""What a detector has counted towards a call, as it is kept over a restart."""

from __future__ import annotations

import msgspec


class Counted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far one detector has come with what is a gap only when there are many of it.

    Args:
        detector: its name.
        of: the kind of call; empty where it counts one thing only.
        at_ns: when each was seen, or the first of them, oldest first.
        numbers: what else must be known of each, or of all: see the detector.
        said_ns: when it was said last; it is silent for a time after.
    """

    detector: str
    of: str = ""
    at_ns: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    said_ns: int | None = None

    def moved(self, by_ns: int) -> Counted:
        """The same on a clock that reads `by_ns` more."""
        said_ns = None if self.said_ns is None else self.said_ns + by_ns
        return msgspec.structs.replace(self, at_ns=tuple(at_ns + by_ns for at_ns in self.at_ns), said_ns=said_ns)
