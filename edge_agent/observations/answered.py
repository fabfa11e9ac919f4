"""What people do about calls: claim one, come, restore normal work."""

from __future__ import annotations

from typing import Literal

from edge_agent.observations.seen import Seen, Via


class Acknowledge(Seen, tag="acknowledge", frozen=True):
    """Someone has claimed a call; `call` None means every open one."""

    call: int | None = None
    who: str = "unknown"
    via: Via = "local"
    role: str = ""


class Arrive(Seen, tag="arrive", frozen=True):
    """Someone is at the station."""

    call: int | None = None
    who: str = "unknown"
    via: Via = "local"
    role: str = ""


CallVerdict = Literal["true", "false_alarm", "standard_wrong"]
"""What a person says of a call when it is restored: it was right, nothing was wrong, or the standard is."""


class Restore(Seen, tag="restore", frozen=True):
    """Someone says that normal work is restored, and, where they were asked, whether the call was right and why.

    Args:
        verdict: None from a bare wire, which cannot say.
        reason: a code of the configuration; empty where none was given.
        ends_stop: whether it may also end a call that has stopped the line.
    """

    call: int | None = None
    who: str = "unknown"
    via: Via = "local"
    verdict: CallVerdict | None = None
    reason: str = ""
    ends_stop: bool = True
    role: str = ""
