"""Short stops that nobody reports: each recorded at its close, the lamp lit by their number only."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import msgspec

from edge_agent.arrays import np
from edge_agent.detect import rule
from edge_agent.detect.block import Block, Cycles
from edge_agent.detect.counted import Counted
from edge_agent.detect.rule import ABNORMAL, NORMAL, Finding
from edge_agent.observations import Cycle, CycleStart, Seen
from edge_agent.standard import Span, Workplace, to_ns, to_s

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHORTEST, LONGEST = 1.7, 6.0  # x standard: a slow cycle below, a stoppage beyond (the rule of SLX machine states)


class Settings(rule.Settings, tag="micro_stop", frozen=True, kw_only=True):
    """A stop alone lights nothing; `many` within `within` do."""

    many: Annotated[int, msgspec.Meta(ge=2, le=1000, description="micro stops that light the lamp")] = 6
    within: Annotated[Span, msgspec.Meta(description="time in which they are counted")] = Span(1, "h")


class MicroStop(rule.Detector[Settings]):
    """From one part to the next more than 1.7 and at most 6 standard cycles: a stop that ended by itself.

    The first standard cycle of that time is work, the rest is the stop. With one pulse a cycle the time is that of
    the cycle; where starts are seen, it is the gap and one standard cycle for the work, since slow work is the
    overrun's business: the same stop is the same to either sensor. It is closed, and recorded, by the next sign of
    work. Onset of one stop is one standard cycle after the last part; of the call, that of the first stop
    counted. Cleared once fewer than `many` are left within `within`. False alarms: none where cycles vary by
    less than 20 % (1.7 is then beyond three sigma); `many` is the plant's to set.

    >>> from edge_agent.standard import Standard
    >>> detector = MicroStop(Settings(many=2), Workplace(standard=Standard(standard_cycle_s=50.0)), "press")
    >>> for end_s in (50, 150, 250):
    ...     finding = detector.step(Cycle(end_s * 10**9, "press", max(0, end_s - 100) * 10**9, None, True, 1), 0)
    >>> finding.text
    'Stopped for 50.0 s; 2 micro stops within 1h.'
    """

    SETTINGS = Settings
    JUDGES = "cycle"
    FAMILY = "delay"
    DEADBAND_IN = "stops"

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        standard_s = workplace.standard.standard_cycle_s
        self.standard_ns = to_ns(standard_s)
        self.shortest_ns, self.longest_ns = to_ns(SHORTEST * standard_s), to_ns(LONGEST * standard_s)
        self.within_ns, self.within = settings.within.ns(workplace.standard.pace_s), str(settings.within)
        self.ended_ns: int | None = None  # the last part, where starts are seen
        self.closed_ns: deque[int] = deque(maxlen=settings.many)
        self.onsets_ns: deque[int] = deque(maxlen=settings.many)
        self.many = False

    def so_far(self, now_ns: int) -> Iterator[Counted]:
        """When each stop that is recent was closed, and how long before that it began."""
        stops = zip(self.closed_ns, self.onsets_ns, strict=True)
        recent = [(at_ns, at_ns - onset_ns) for at_ns, onset_ns in stops if now_ns - at_ns < self.within_ns]
        if recent:
            closed_ns, lengths_ns = zip(*recent, strict=True)
            yield Counted(detector=self.name, at_ns=closed_ns, numbers=lengths_ns)

    def count_on(self, counted: Iterable[Counted]) -> None:
        """Go on counting; the last part was perhaps not seen."""
        for each in counted:
            for at_ns, length_ns in zip(each.at_ns, each.numbers, strict=False):
                self.closed_ns.append(at_ns)
                self.onsets_ns.append(at_ns - length_ns)
        self.many = len(self.closed_ns) == self.settings.many

    def due_ns(self) -> int | None:
        """When the first of too many is too long ago to count."""
        return self.closed_ns[0] + self.within_ns if self.many else None

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:
        """Measure the time between two parts once it is over."""
        if isinstance(seen, CycleStart) and seen.sensor == self.of:
            ended_ns, self.ended_ns = self.ended_ns, None
            return None if ended_ns is None else self._judge(ended_ns, seen.at_ns, self.standard_ns)
        if isinstance(seen, Cycle) and seen.sensor == self.of:
            if not seen.continues:
                self.ended_ns = seen.at_ns
                return self._finding(seen.at_ns, 0)
            return None if seen.started_ns is None else self._judge(seen.started_ns, seen.at_ns, 0)
        due_ns = self.due_ns()
        return None if due_ns is None or now_ns < due_ns else self._finding(now_ns, 0)

    def _judge(self, since_ns: int, at_ns: int, work_ns: int) -> Finding | None:
        """Judge the time from one part to the next, `work_ns` of it not yet passed."""
        between_ns = at_ns - since_ns + work_ns
        if between_ns <= 0:
            return None
        if not self.shortest_ns < between_ns <= self.longest_ns:
            return self._finding(at_ns, 0)
        self.closed_ns.append(at_ns)
        self.onsets_ns.append(min(since_ns + self.standard_ns, at_ns))
        return self._finding(at_ns, between_ns - self.standard_ns)

    def _finding(self, at_ns: int, stopped_ns: int) -> Finding:
        recent = sum([at_ns - closed_ns < self.within_ns for closed_ns in self.closed_ns])
        self.many = recent >= self.settings.many
        stopped = f"Stopped for {to_s(stopped_ns):.1f} s" if stopped_ns else "No stop just now"
        stops = "micro stop" if recent == 1 else "micro stops"
        return Finding(
            verdict=ABNORMAL if self.many else NORMAL,
            at_ns=at_ns,
            onset_ns=self.onsets_ns[0] if self.many else None,
            text=f"{stopped}; {recent} {stops} within {self.within}.",
            value=float(recent),
            limit=float(self.settings.many),
            unit="stops",
        )

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Forget the last part: what came after it was perhaps not seen. Count anew."""
        self.ended_ns, self.many = None, False
        self.closed_ns.clear()
        self.onsets_ns.clear()

    def _unready(self, block: Block) -> int:
        if not isinstance(block, Cycles) or block.sensor != self.of or not block.unbroken:
            return len(block)
        first_ns = int(block.started_ns[0])
        follows = bool(block.known[0]) and (not self.closed_ns or self.closed_ns[-1] <= first_ns)
        follows &= block.continues or (self.ended_ns is not None and self.ended_ns <= first_ns)
        return int(not follows)

    def _judge_all(self, block: Block) -> NDArray[np.int8]:
        if not isinstance(block, Cycles):
            return super()._judge_all(block)
        since_ns, closes_ns, work_ns = block.started_ns, block.ended_ns, 0
        if not block.continues:
            since_ns = np.roll(block.ended_ns, 1)
            since_ns[0] = block.started_ns[0] if self.ended_ns is None else self.ended_ns
            closes_ns, work_ns = block.started_ns, self.standard_ns
            self.ended_ns = int(block.ended_ns[-1])
        between_ns = closes_ns - since_ns + work_ns
        stops = (between_ns > self.shortest_ns) & (between_ns <= self.longest_ns)
        closed_ns = np.concatenate((list(self.closed_ns), closes_ns[stops])).astype(np.int64)
        counted = len(self.closed_ns) + np.cumsum(stops)
        many = self._too_many(closed_ns, counted, closes_ns)
        self.closed_ns.extend(closes_ns[stops].tolist())
        self.onsets_ns.extend(np.minimum(since_ns[stops] + self.standard_ns, closes_ns[stops]).tolist())
        self.many = bool(self._too_many(closed_ns, counted, block.ended_ns)[-1])
        return np.where(many, ABNORMAL, NORMAL).astype(np.int8)

    def _too_many(
        self, closed_ns: NDArray[np.int64], counted: NDArray[np.int64], at_ns: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Whether at each instant the last `many` of those counted by then are recent."""
        first = counted - self.settings.many
        enough = first >= 0
        if not enough.any():
            return enough
        recent: NDArray[np.bool_] = at_ns - closed_ns[np.maximum(first, 0)] < self.within_ns
        return enough & recent
