"""What people ask of the station itself: learn anew, be shelved, go out of service and back, be tested."""

from __future__ import annotations

from typing import Literal

from edge_agent.observations.seen import Seen, Via


class Relearn(Seen, tag="relearn", frozen=True):
    """What is usual shall be learned anew: by one detector, or by all of them where `detector` is None."""

    detector: str | None = None
    who: str = "unknown"
    via: Via = "control"
    role: str = ""


class Shelve(Seen, tag="shelve", frozen=True, kw_only=True):
    """The source of an open call shall light, sound and escalate nothing for `for_ns`; it is judged and recorded."""

    call: int
    for_ns: int
    why: str
    who: str
    via: Via = "control"
    role: str = ""


class Unshelve(Seen, tag="unshelve", frozen=True, kw_only=True):
    """A shelf ends before its time: that of a call, or every one where `call` is None."""

    call: int | None = None
    who: str = "unknown"
    via: Via = "control"
    role: str = ""


class LampTest(Seen, tag="lamp_test", frozen=True):
    """Show every tier in turn, once."""

    who: str = "unknown"
    via: Via = "control"


class UnderTest(Seen, tag="under_test", frozen=True, kw_only=True):
    """The station is tested for `for_ns` from now on and calls nobody; asked again it goes on, with 0 it is over.

    Args:
        show: the output to drive, and no other: a tier, `buzzer` or `line_stop`; empty for none.
    """

    for_ns: int
    show: str = ""
    who: str = "unknown"
    role: str = ""
    via: Via = "control"


class ServiceChange(Seen, tag="service_change", frozen=True, kw_only=True):
    """A detector is taken out of service, or (`out` False) put back: it is not asked while it is out."""

    detector: str
    out: bool
    why: str = ""
    who: str = "unknown"
    via: Via = "control"
    role: str = ""


Value = float | int | str | None
"""Of a figure, as the configuration writes it; None where it says nothing."""


class StandardSet(Seen, tag="standard_set", frozen=True, kw_only=True):
    """Work shall be held against these values in place of those of the file: all of them, or none.

    Args:
        settings: by the names of `in_force`: `takt_s`, `product small standard_cycle_s`, `cycle_overrun:press factor`.
    """

    settings: dict[str, Value]
    who: str = "unknown"
    role: str = ""
    why: str = ""
    via: Literal["control", "remote"] = "control"
