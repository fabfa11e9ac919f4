"""A journal as a list: what was recorded, and what was confirmed."""

from __future__ import annotations

import itertools

import msgspec

from edge_agent.journal import Row


class PlainJournal:
    """Numbers from 1 to `last`, those in `confirmed` left out where they are asked to be."""

    def __init__(self, last=0):
        self.last = last
        self.confirmed = set()
        self.dropped = set()

    def row(self, seq):
        """A recorded event."""
        return Row(seq, seq, "boot", seq, "synced", "andon.sensor.lost.v1", msgspec.json.encode({"sensor": "s"}))

    def unconfirmed(self, after_seq, limit):
        """Those above `after_seq` not confirmed."""
        wanted = (seq for seq in range(after_seq + 1, self.last + 1) if seq not in self.confirmed | self.dropped)
        return [self.row(seq) for seq, _ in zip(wanted, range(limit), strict=False)]

    def range(self, first, last, limit):
        """Those from `first` to `last`."""
        there = (seq for seq in range(first, min(last, self.last) + 1) if seq not in self.dropped)
        return [self.row(seq) for seq in itertools.islice(there, limit)]

    def gone(self, first, last):
        """Those of them that were dropped."""
        return [(seq, seq) for seq in range(first, last + 1) if seq in self.dropped]
