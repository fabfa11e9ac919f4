"""When the wall clock's labels can be trusted, and the anchors that date what was labelled before.

CLOCK_MONOTONIC and the wall clock are slewed together, so what lies between them is constant until somebody sets
the wall clock: the first time server that is heard, as a rule.
"""

from __future__ import annotations

import sqlite3
from typing import Literal

from edge_agent import clock
from edge_agent.events import ClockAnchor
from edge_agent.journal.records import Label

STEP_NS = clock.NS_PER_S // 2  # time servers slew what is less (chrony and timesyncd step from 0.4 s and more)
KEPT_ANCHORS = 1_000  # two or three a boot: years of boots, 50 kB

UNDATED = """SELECT EXISTS (SELECT 1 FROM event WHERE boot = ? AND time_quality = 'unsynced' AND seq > ?)"""
LAST = "SELECT seq, wall_ns - at_ns FROM anchor WHERE boot = ? ORDER BY seq DESC LIMIT 1"
PRUNE = "DELETE FROM anchor WHERE seq <= (SELECT seq FROM anchor ORDER BY seq DESC LIMIT 1 OFFSET ?)"
# Of a recorded event: what must be added to its stamp to have its wall time, if it is to be corrected. The first
# anchor after it, because a clock that is set again later says nothing of how it stood then.
BETWEEN = """(SELECT anchor.wall_ns - anchor.at_ns FROM anchor
    WHERE event.time_quality = 'unsynced' AND anchor.boot = event.boot AND anchor.at_ns >= event.at_ns
    ORDER BY anchor.seq LIMIT 1)"""


class Dating:
    """What is known in this boot of the labels given; changed only by what has been committed."""

    def __init__(self, boot: str) -> None:
        self.boot = boot
        self._undated = False  # an event without a time server's time, and no anchor after it
        self._between_ns: int | None = None  # wall clock less CLOCK_MONOTONIC, when it was last trusted

    def load(self, connection: sqlite3.Connection) -> None:
        """Take up what an earlier run of this boot has left."""
        seq, self._between_ns = connection.execute(LAST, (self.boot,)).fetchone() or (0, None)
        self._undated = bool(connection.execute(UNDATED, (self.boot, seq)).fetchone()[0])

    def anchor(self, label: Label) -> ClockAnchor | None:
        """The anchor to be recorded before anything else gets this label; None where none is needed."""
        if label.time_quality != "synced":
            return None
        between_ns = label.wall_ns - label.now_ns
        stepped = self._between_ns is not None and abs(between_ns - self._between_ns) >= STEP_NS
        if not stepped and not self._undated:
            return None
        source: Literal["synchronised", "stepped"] = "synchronised" if self._undated else "stepped"
        return ClockAnchor(boot=self.boot, at_ns=label.now_ns, wall=clock.wall_text(label.wall_ns), source=source)

    def keep(self, connection: sqlite3.Connection, seq: int, label: Label) -> None:
        """Note the anchor recorded as event `seq`, for the reader to correct labels with."""
        values = (seq, self.boot, label.now_ns, label.wall_ns)
        connection.execute("INSERT INTO anchor (seq, boot, at_ns, wall_ns) VALUES (?, ?, ?, ?)", values)
        connection.execute(PRUNE, (KEPT_ANCHORS,))

    def committed(self, label: Label, *, events: bool) -> None:
        """A transaction with this label has landed, with events in it or without."""
        if label.time_quality == "synced":
            self._undated, self._between_ns = False, label.wall_ns - label.now_ns
        elif events:
            self._undated = True
