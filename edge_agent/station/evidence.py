"""The last thing seen of what is judged, so that another standard begins with what is known and not in the dark."""

from __future__ import annotations

from typing import Any

from edge_agent.detect.rule import NORMAL, Detector, Finding
from edge_agent.observations import Cycle, CycleStart, Reading, Seen
from edge_agent.station.baselines import Baselines


class Evidence:
    """By sensor or characteristic, as detectors name what they judge."""

    def __init__(self) -> None:
        self._last: dict[str, Cycle | Reading] = {}

    def keep(self, seen: Seen) -> None:
        """Keep it, if it is one that is judged."""
        if isinstance(seen, Reading):
            self._last[seen.characteristic] = seen
        elif isinstance(seen, Cycle):
            self._last[seen.sensor] = seen

    def look_back(self, detectors: list[Detector[Any]], baselines: Baselines, now_ns: int) -> dict[str, Finding]:
        """Let detectors that begin anew see it; their answers by name, where it is inside for all of them.

        Outside it is no gap: it was made by another standard. Then, or where a deadline of it is over already, they
        begin with what comes. They learn nothing twice.
        """
        said = {each.name: self._again(each) for each in detectors}
        inside = all(finding.verdict is NORMAL for findings in said.values() for finding in findings)
        late = any((due_ns := each.due_ns()) is not None and due_ns <= now_ns for each in detectors)
        for detector in detectors:
            baselines.take_up(detector)
            if not inside or late or not said[detector.name]:
                detector.restart(now_ns)
        return {name: findings[-1] for name, findings in said.items() if findings} if inside and not late else {}

    def _again(self, detector: Detector[Any]) -> list[Finding]:
        """What a detector says of the last of what it judges; of a cycle also while it ran."""
        last = self._last.get(detector.of)
        if last is None:
            return []
        began = (
            CycleStart(last.started_ns, last.sensor)
            if isinstance(last, Cycle) and last.started_ns is not None
            else None
        )
        return [finding for seen in (began, last) if seen is not None for finding in detector.answer(seen)]
