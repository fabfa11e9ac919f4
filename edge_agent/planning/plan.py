"""What a station's work is held against: its calendar, its standard and takt, its products."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from edge_agent.planning.calendar import Calendar
from edge_agent.planning.shifts import Modes, Product
from edge_agent.standard import Standard, to_ns


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger holds work against.

    Args:
        standard: of the station, in force while no product is chosen.
        takt_ns: of the station, exact; None where there is none: the standard cycle is the pace then.
        parts, clear_at: parts behind or ahead at which it is said, and taken back.
    """

    calendar: Calendar
    standard: Standard
    takt_ns: Fraction | None = None
    products: tuple[Product, ...] = ()
    modes: Modes = Modes()
    parts: int = 2
    clear_at: int = 1

    def standard_of(self, product: str | None) -> Standard:
        """The standard in force while a product is made."""
        chosen = next((each for each in self.products if each.name == product), None)
        return self.standard if chosen is None else chosen.standard(self.standard)

    def pace_ns(self, product: str | None) -> Fraction:
        """Working time in which one part becomes due."""
        chosen = next((each for each in self.products if each.name == product), None)
        if self.takt_ns is not None and (chosen is None or chosen.takt_s is None):
            return self.takt_ns
        return Fraction(max(1, to_ns(self.standard_of(product).pace_s)))
