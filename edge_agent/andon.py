"""The life of a call."""

from __future__ import annotations

import msgspec

from edge_agent.standard import Span


class Level(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of the escalation: who is called, and how long after the call was raised."""

    after: Span
    to: str


class Response(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who comes, and by when: the settings of `[response]`.

    Args:
        to: the role that is called first.
        acknowledge, attend: response times, counted from the raise; beyond them the lamp blinks fast.
        restore: how long after arrival work should be restored; beyond it the next level is called.
        fixed_position: the window of a cord pulled where there is no takt slot to take it from.
        escalate: the next levels, each `after` counted from the raise, called while nobody is there.
    """

    to: str = "team_leader"
    acknowledge: Span = Span(60, "s")
    attend: Span = Span(1, "takt")
    restore: Span | None = None
    fixed_position: Span = Span(30, "s")
    escalate: tuple[Level, ...] = (
        Level(after=Span(1, "takt"), to="group_leader"),
        Level(after=Span(15, "min"), to="area_manager"),
    )
