"""Whether a line is heard: its level, looked at now and then, against the edges its driver has told.

A driver can go deaf without an error: reads and writes work, and no edge ever comes. The level gives it away. If it
is not what the last edge left behind, an edge is on its way; if none has come by the next look, none will.
"""

from __future__ import annotations

DEAF = (
    "the pin changes its level and the driver tells no edge; it is asked again, and the level is read now and then "
    "meanwhile; if this lasts, restart the agent"
)
TOO_FAST = "{lost} edges came faster than they could be read: a loose contact, or a wire that picks up a disturbance"


class Hearing:
    """One line. Each edge is told it in the driver's thread, under the same lock as the looks.

    Args:
        level: what it reads at the beginning.

    A look while a contact is still closed is enough to find a deaf line, whatever it reads at the next:

    >>> line = Hearing(level=False)
    >>> line.look(level=True, lost=0), line.look(level=False, lost=0) is DEAF
    (None, True)
    >>> line.edge(True)
    >>> line.look(level=True, lost=0) is None
    True
    """

    __slots__ = ("_awaited", "_deaf", "_edges", "_lost", "_told")

    def __init__(self, *, level: bool) -> None:
        self._told = level
        self._edges = self._lost = 0
        self._awaited: int | None = None  # how many edges had been told when a level showed that one was missing
        self._deaf: int | None = None  # the same, once none had come by the next look

    def edge(self, level: bool) -> None:
        """An edge was told."""
        self._told = level
        self._edges += 1

    def look(self, *, level: bool, lost: int) -> str | None:
        """Why the line cannot be relied on, None where it can.

        Args:
            level: what it reads now.
            lost: how many edges the driver has ever counted as lost.
        """
        lately, self._lost = lost - self._lost, lost
        if self._edges in {self._awaited, self._deaf}:
            self._awaited, self._deaf = None, self._edges
            return DEAF
        self._awaited = self._edges if level != self._told else None
        return TOO_FAST.format(lost=lately) if lately else None
