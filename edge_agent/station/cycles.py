"""From edges to cycles: where a cycle began, where it ended, how long the last ones took."""

from __future__ import annotations

from edge_agent.detect.window import Window
from edge_agent.events import CycleFinished
from edge_agent.observations import Cycle, CycleEnd, CycleStart
from edge_agent.standard import Workplace, to_ns, to_s

RECENT = 5  # evidence that travels with a call: what the last cycles looked like


class Cycles:
    """The cycles of one station. A sensor with one pulse a cycle begins the next cycle with the end of the last."""

    def __init__(self, workplace: Workplace) -> None:
        self.takt_s = workplace.standard.takt_s
        self.pulsed = {source.name for source in workplace.sources if source.sees == "cycle"}
        self.began_ns: dict[str, int] = {}
        self.ended_ns: dict[str, int] = {}
        self.durations_s = Window(RECENT)
        self.count = 0

    def start(self, edge: CycleStart) -> None:
        """Note that a cycle is running."""
        self.began_ns[edge.sensor] = edge.at_ns

    def end(self, edge: CycleEnd) -> Cycle:
        """Make the cycle that ends here."""
        sensor, continues = edge.sensor, edge.sensor in self.pulsed
        cycle = Cycle(
            at_ns=edge.at_ns,
            sensor=sensor,
            started_ns=self.began_ns.pop(sensor, None),
            ended_before_ns=self.ended_ns.get(sensor),
            continues=continues,
            count=self.count + 1,
        )
        self.count += 1
        self.ended_ns[sensor] = edge.at_ns
        if continues:
            self.began_ns[sensor] = edge.at_ns
        if cycle.duration_ns is not None:
            self.durations_s.append(to_s(cycle.duration_ns), edge.at_ns)
        return cycle

    def forget(self, sensor: str) -> None:
        """Drop the running cycle: one whose middle nobody saw is no cycle."""
        self.began_ns.pop(sensor, None)
        self.ended_ns.pop(sensor, None)

    def recent_s(self) -> tuple[float, ...]:
        """Durations of the last cycles in seconds, oldest first."""
        return self.durations_s.last(RECENT)

    def slot_end_ns(self, at_ns: int, since_ns: int | None) -> int | None:
        """The end of the takt slot running at `at_ns`, of a cycle begun at `since_ns` or later.

        None without a takt, such a cycle, or time left in its slot.
        """
        if self.takt_s is None:
            return None
        begins_ns = [began_ns for began_ns in self.began_ns.values() if since_ns is None or began_ns >= since_ns]
        ends = [began_ns + to_ns(self.takt_s) for began_ns in begins_ns]
        return min((end_ns for end_ns in ends if end_ns > at_ns), default=None)


def finished(cycle: Cycle) -> CycleFinished:
    """A cycle as telemetry says it; the gap is known only where starts and ends are seen apart."""
    gap_s = None
    if not cycle.continues and cycle.started_ns is not None and cycle.ended_before_ns is not None:
        gap_s = to_s(cycle.started_ns - cycle.ended_before_ns)
    duration_ns = cycle.duration_ns
    cycle_s = None if duration_ns is None else to_s(duration_ns)
    return CycleFinished(sensor=cycle.sensor, count=cycle.count, cycle_s=cycle_s, gap_s=gap_s)
