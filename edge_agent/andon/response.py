"""Who answers which kind of call, and by when: the settings of `[response]`, and what each kind has of its own."""

from __future__ import annotations

from typing import Literal

import msgspec

from edge_agent.andon.legend import KINDS
from edge_agent.planning.shifts import Reason
from edge_agent.standard import Span

Colour = Literal["yellow", "blue"]
Clears = Literal["by_itself", "on_restore"]


class Level(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of the escalation: who is called, and how long after the call was raised."""

    after: Span
    to: str


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for one kind of call.

    Args:
        to: the role that is called first.
        acknowledge, attend: response times, counted from the raise; beyond them the lamp blinks fast.
            In force is `acknowledge_ns`: what is written never contradicts itself, a default gives way to it.
        restore: how long after arrival work should be restored; beyond it the next level is called.
        escalate: the next levels, counted from the raise, called while nobody is there; in force is `after`.
        tier: which lamp shows it, beside red for a stopped line.
        clears: how it ends; None where whoever raises it declares that.
    """

    to: str
    acknowledge: Span
    attend: Span
    restore: Span | None
    escalate: tuple[Level, ...]
    tier: Colour
    clears: Clears | None

    def acknowledge_ns(self, pace_s: float) -> int:
        """When it is to be acknowledged; never later than somebody is to be there, so a default gives way.

        >>> Response().of("help").acknowledge_ns(40.0)
        40000000000
        """
        return min(self.acknowledge.ns(pace_s), self.attend.ns(pace_s))

    def after(self, level: int, pace_s: float) -> Span:
        """When the level after `level` is called: once the time to come is over, and no sooner than those before.

        >>> Response(attend=Span(5, "min")).of("help").after(0, 60.0)
        Span(5min)
        """
        spans = (self.escalate[level].after, self.attend, *(each.after for each in self.escalate[:level]))
        return max(spans, key=lambda span: span.ns(pace_s))

    def called(self, level: int) -> str:
        """The role called at `level`, 0 the first; the last one there is, where a new configuration has fewer."""
        return ([self.to] + [each.to for each in self.escalate])[: level + 1][-1]


class KindResponse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one kind of call has of its own, a person's or a detector's: a table `[[response.call]]`."""

    kind: str
    to: str | None = None
    acknowledge: Span | None = None
    attend: Span | None = None
    restore: Span | None = None
    escalate: tuple[Level, ...] | None = None
    tier: Colour | None = None
    clears: Clears | None = None


class Response(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who comes, and by when: the settings of `[response]`, for every kind that says nothing else; see `Terms`.

    Args:
        fixed_position: the window of a cord pulled where there is no takt slot to take it from.
        reasons: codes a restore may give; where some are written, only these are taken.
        call: the kinds that have something of their own.
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
    reasons: tuple[Reason, ...] = ()
    call: tuple[KindResponse, ...] = ()

    def of(self, kind: str) -> Terms:
        """What holds for calls of this kind: its own, else its documented default, else that of `[response]`.

        >>> Response().of("material").to, Response().of("cycle_overrun").to
        ('logistics', 'team_leader')
        """
        own = next((each for each in self.call if each.kind == kind), KindResponse(kind=kind))
        usual = KINDS.get(kind)
        return Terms(
            to=own.to or (usual.to if usual is not None else None) or self.to,
            acknowledge=own.acknowledge or self.acknowledge,
            attend=own.attend or self.attend,
            restore=own.restore or self.restore,
            escalate=self.escalate if own.escalate is None else own.escalate,
            tier=own.tier or (usual.tier if usual is not None else "yellow"),
            clears=own.clears or (None if usual is None else "on_restore"),
        )
