"""From edges to bounce: how often a signal was given, how long its contact bounced, which `debounce_ms` would do."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from edge_agent.observations.raw import RawEdge
from edge_agent.sensors.debounce import Debounce
from edge_agent.standard import to_ns, to_s

NS_PER_MS = 1_000_000
WINDOW_MS = 50.0  # no sound contact bounces for longer; what comes later is another signal
PER_CYCLE = 4  # and no more than a quarter of the work on a part
STEPS_MS = (1.0, 2.0, 3.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0, 50.0, 80.0, 100.0)  # figures people would write
MARGIN = 2.0  # a contact wears, and bounces longer every year


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What edges amount to.

    Args:
        signals: instants at which the signal was given, ns; `edges` all edges, bounce and all.
        bounce_ms: the longest time between a change and the last edge that belongs to it.
    """

    signals: tuple[int, ...]
    edges: int
    bounce_ms: float

    @property
    def cycles_s(self) -> tuple[float, ...]:
        """Times between one signal and the next."""
        return tuple(to_s(after - before) for before, after in zip(self.signals, self.signals[1:], strict=False))


def window_ms(standard_cycle_s: float | None, debounce_ms: float) -> float:
    """For how long after a change edges are taken for its bounce; `standard_cycle_s` None for a contact of people."""
    longest_ms = max(WINDOW_MS, debounce_ms)
    return longest_ms if standard_cycle_s is None else min(longest_ms, 1000 * standard_cycle_s / PER_CYCLE)


def counted(edges: Sequence[RawEdge], window: float, *, given: bool) -> Counted:
    """What these edges of one contact amount to with a debounce of `window` ms.

    Args:
        given: whether the signal was given before the first of them.
    """
    contact = Debounce(round(window * NS_PER_MS), level=given)
    changes: list[tuple[bool, int]] = []
    for edge in edges:
        changes += contact.edge(edge.given, edge.at_ns)
    if edges:
        changes += contact.settle(edges[-1].given, edges[-1].at_ns + to_ns(1.0))
    bounces_ms = [0.0]
    for place, (_, at_ns) in enumerate(changes):
        ends_ns = changes[place + 1][1] if place + 1 < len(changes) else at_ns + to_ns(1.0)
        ends_ns = min(ends_ns, at_ns + round(window * NS_PER_MS) + 1)
        own_ns = [edge.at_ns for edge in edges if at_ns <= edge.at_ns < ends_ns]
        bounces_ms.append((own_ns[-1] - at_ns) / NS_PER_MS if own_ns else 0.0)
    signals = tuple(at_ns for level, at_ns in changes if level)
    return Counted(signals=signals, edges=len(edges), bounce_ms=max(bounces_ms))


def proposed(edges: Sequence[RawEdge], seen: Counted, debounce_ms: float, *, given: bool) -> float | None:
    """The `debounce_ms` that counts what was given, twice as long as the longest bounce; None where none would do.

    What is set already stays where it does: a contact that bounced less today will not do so for ever.
    """
    enough_ms = MARGIN * seen.bounce_ms
    for step_ms in (debounce_ms, *STEPS_MS):
        if step_ms >= enough_ms and counted(edges, step_ms, given=given).signals == seen.signals:
            return step_ms
    return None
