"""A target with a planted bug: the control that shows that the search finds one. Its seeds are far from it."""

from __future__ import annotations

from edge_agent.sensors.framing import Framing
from tests.fuzz.target import Target


class PlantedError(Exception):
    """The bug."""


def planted(data: bytes) -> None:
    """A line that begins with a digit, has a sign in its fourth place, and ends with two of three letters."""
    for line in Framing("auto").feed(data):
        if line[:1].isdigit() and line[3:4] in {b"+", b"-"} and line[-1:].isalpha():
            raise PlantedError(line)


PLANTED = Target("planted", "nothing: the control", planted, (b"01A+0000.123\r01A-0012.500\r", b"911\r"))
