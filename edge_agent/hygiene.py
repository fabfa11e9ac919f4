"""What becomes of findings: recorded or called, once they have stood, and for as long as they count."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from edge_agent.andon import Call, Signal
from edge_agent.calls import Calls, observed
from edge_agent.cycles import Cycles
from edge_agent.detect.rule import Detector, Finding, Verdict
from edge_agent.events import Data
from edge_agent.gate import Waiting
from edge_agent.watch import Watch


class Hygiene:
    """Keeps the calls of detectors few and true; `say` takes what is to be said, `raised` each new call."""

    def __init__(
        self,
        watch: Watch,
        calls: Calls,
        cycles: Cycles,
        say: Callable[[int, Data], None],
        raised: Callable[[Call], None],
    ) -> None:
        self.watch = watch
        self.calls = calls
        self.cycles = cycles
        self.say = say
        self.raised = raised
        self.gate = watch.gate
        self.recorded: set[str] = set()  # detectors in observe mode whose gap stands

    def take(self, detector: Detector[Any], finding: Finding) -> None:
        """Act on an answer, now or once it has waited long enough."""
        call = self.calls.from_source(detector.name)
        stands = detector.name in self.recorded if detector.settings.mode == "observe" else call is not None
        ready = self.gate.take(detector, finding, stands=stands, pace_s=self.calls.pace_s)
        if ready is not None:
            self._act(detector, ready)

    def due_ns(self) -> int | None:
        """When it wants to be asked although nothing was seen."""
        return self.gate.due_ns(self.watch.asks)

    def advance(self, now_ns: int) -> None:
        """Act on what has waited long enough by `now_ns`."""
        if self.gate.waiting:
            for name, finding in self.gate.late(now_ns, self.watch.asks):
                for detector in self.watch.detectors:
                    if detector.name == name:
                        self._act(detector, finding)

    def kept(self) -> Iterable[Waiting]:
        """What waits, to be remembered."""
        return self.gate.waiting.values()

    def _act(self, detector: Detector[Any], finding: Finding) -> None:
        if detector.settings.mode == "observe":
            self._record(detector, finding)
        elif finding.verdict is Verdict.ABNORMAL:
            call = self.calls.found(detector, finding, self.cycles.recent_s())
            if call is not None:
                self.raised(call)
        elif (call := self.calls.from_source(detector.name)) is not None:
            latched = call.clears == "on_restore"
            self.calls.signal(call, Signal.GAP_ENDED_LATCHED if latched else Signal.GAP_ENDED, finding.at_ns)

    def _record(self, detector: Detector[Any], finding: Finding) -> None:
        if finding.verdict is Verdict.ABNORMAL:
            self.recorded.add(detector.name)
        else:
            self.recorded.discard(detector.name)
        self.say(finding.at_ns, observed(detector, finding))
