"""What becomes of findings: recorded or called, once they have stood, and for as long as they count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from edge_agent.andon.calls import Calls, observed
from edge_agent.andon.life import Call, Signal
from edge_agent.andon.nuisance import Count, Nuisance
from edge_agent.andon.shelf import Settings, Shelf, ended_by_restart
from edge_agent.detect.rule import ABNORMAL, NORMAL, Detector, Finding
from edge_agent.events import Data
from edge_agent.observations import Acknowledge, Arrive, Raised, Restore
from edge_agent.observations.asked import ServiceChange, Shelve, Unshelve
from edge_agent.station.cycles import Cycles
from edge_agent.station.memory import Memory
from edge_agent.station.watch import Watch


class Hygiene:
    """Keeps the calls of detectors few and true; `say` takes what is to be said, `raised` each new call."""

    def __init__(
        self,
        watch: Watch,
        calls: Calls,
        cycles: Cycles,
        say: Callable[[int, Data], None],
        raised: Callable[[Raised], None],
        count: Count,
        settings: Settings | None,
        memory: Memory,
    ) -> None:
        self.watch = watch
        self.calls = calls
        self.cycles = cycles
        self.say = say
        self.raised = raised
        self.gate = watch.gate
        names = [detector.name for detector in watch.detectors]
        self.shelf = Shelf(settings or Settings(), names, calls.pace_s, memory.out)
        calls.folds.keep(each.name for each in watch.detectors if each.settings.mode == "light")
        self.nuisance = Nuisance(memory.nuisance, names, say, count)
        self._ended = ended_by_restart(memory.shelved)
        self.recorded: set[str] = set()  # detectors in observe mode whose gap stands

    def begin(self, now_ns: int) -> None:
        """Go on after a restart: what was shelved is not any more, what was out of service still is."""
        for ended in self._ended:
            self.say(now_ns, ended)
        self.watch.out = frozenset(self.shelf.out)
        self.calls.set_aside(self.shelf.sources(), now_ns)

    def take(self, detector: Detector[Any], finding: Finding) -> None:
        """Act on an answer, now or once it has waited long enough."""
        call = self.calls.from_source(detector.name)
        stands = detector.name in self.recorded
        if detector.settings.mode == "light":
            stands = call is not None or detector.name in self.calls.folds.known
        ready = self.gate.take(detector, finding, stands=stands, pace_s=self.calls.pace_s)
        if ready is not None:
            self._act(detector, ready)
        elif finding.verdict is NORMAL and not stands:
            self.watch.quiet.add(detector.name)

    def due_ns(self) -> int | None:
        """When it wants to be asked although nothing was seen."""
        due = (self.gate.due_ns(self.watch.asks), self.shelf.due_ns(), self.nuisance.due_ns(self.calls.open.values()))
        return min((due_ns for due_ns in due if due_ns is not None), default=None)

    def advance(self, now_ns: int) -> None:
        """Act on what has waited long enough by `now_ns`; end the shelves and the nuisances whose time is over."""
        self.nuisance.advance(now_ns, self.calls.open.values())
        for ended in self.shelf.over(now_ns):
            self.say(now_ns, ended)
            self.calls.set_aside(self.shelf.sources(), now_ns)
        if self.gate.waiting:
            for name, finding in self.gate.late(now_ns, self.watch.asks):
                for detector in self.watch.detectors:
                    if detector.name == name:
                        self._act(detector, finding)

    def set_aside(self, asked: Shelve | Unshelve, now_ns: int) -> None:
        """Shelve, or take a shelf back; what is refused changes nothing."""
        match asked:
            case Shelve():
                call = self.calls.open.get(asked.call)
                if call is None or self.shelf.refusal(asked, call) is not None:
                    return
                self.say(asked.at_ns, self.shelf.shelve(asked, call))
            case Unshelve():
                for source in self.shelved(asked.call):
                    self.say(asked.at_ns, self.shelf.unshelve(source, asked.who, asked.via, asked.role))
        self.calls.set_aside(self.shelf.sources(), now_ns)

    def shelved(self, call: int | None) -> list[str]:
        """Sources that are shelved: all of them, or by this call, or with it."""
        known = self.calls.open.get(call) if call is not None else None
        return [
            source
            for source, shelved in self.shelf.shelved.items()
            if call in {None, shelved.call} or (known is not None and known.source == source)
        ]

    def serve(self, asked: ServiceChange, now_ns: int) -> bool:
        """Take a detector out of service, or put it back; False where that is refused."""
        if self.shelf.service_refusal(asked) is not None:
            return False
        self.say(asked.at_ns, self.shelf.serve(asked))
        self.watch.serve(self.shelf.out, asked.detector, now_ns)
        self.calls.set_aside(self.shelf.sources(), now_ns)
        return True

    def aside(self) -> Iterator[str]:
        """Why rules that light do not, a sentence each."""
        for detector in self.watch.detectors:
            if detector.settings.mode == "light" and (why := self.shelf.why(detector.name)):
                yield why

    def _act(self, detector: Detector[Any], finding: Finding) -> None:
        if detector.settings.mode == "observe":
            self._record(detector, finding)
        elif finding.verdict is ABNORMAL:
            number = self._call(detector, finding, finding.at_ns)
            if number is not None:
                self.raised(Raised(finding.at_ns, detector.kind, detector.name, number))
        elif self.calls.folds.known.pop(detector.name, None) is not None:
            return  # it ends as it was told, in the call of another
        elif (call := self.calls.from_source(detector.name)) is not None:
            latched = call.clears == "on_restore"
            self.calls.signal(call, Signal.GAP_ENDED_LATCHED if latched else Signal.GAP_ENDED, finding.at_ns)
            self._note_end(call, finding.at_ns, by_itself=True)

    def _call(self, detector: Detector[Any], finding: Finding, since_ns: int | None) -> int | None:
        """Raise a call, or tell the gap in the one that the same stop has raised; its number, None at the bound.

        Args:
            since_ns: what its response times count from; None where somebody is there.
        """
        host = self.calls.host(detector)
        if host is not None:
            self.calls.fold(detector, finding, host, since_ns)
            return host.call
        waited_ns = 0 if since_ns is None else finding.at_ns - since_ns
        call = self.calls.found(detector, finding, self.cycles.recent_s(), waited_ns)
        if call is None:
            return None
        self.nuisance.raised(call)
        return call.call

    def unfold(self, now_ns: int) -> None:
        """Raise what was told in a call that is over, or set aside, and still stands."""
        known = self.calls.folds.known if not self.watch.tested else {}
        for detector in self.watch.detectors if known else ():
            folded = known.get(detector.name)
            host = None if folded is None else self.calls.host(detector)
            if folded is not None and (host is None or host.call != folded.call):
                del known[detector.name]
                latest = self.watch.findings.get(detector.name, folded.finding)
                finding = latest if latest.verdict is ABNORMAL else folded.finding
                rested = folded.rested(self.calls.held.get(folded.call, now_ns), now_ns)
                self._call(detector, msgspec.structs.replace(finding, at_ns=now_ns), rested.since_ns)

    def answered(self, call: Call, answer: Acknowledge | Arrive | Restore) -> None:
        """Note what a person's answer says of the rule that raised the call, as it was before."""
        if call.trigger != "auto":
            return
        if isinstance(answer, Restore) and answer.verdict is not None:
            self.nuisance.judged(call, answer.verdict, answer.at_ns)
        self._note_end(call, answer.at_ns, by_itself=False)
        if isinstance(answer, Restore) and call.call not in self.calls.open:
            self.calls.folds.restored(call.call, self.watch.stands)

    def _note_end(self, call: Call, at_ns: int, *, by_itself: bool) -> None:
        if call.call not in self.calls.open:
            soon_ns = self.calls.terms(call.kind).acknowledge_ns(self.calls.pace_s)
            self.nuisance.ended(call, at_ns, by_itself=by_itself, soon_ns=soon_ns)

    def _record(self, detector: Detector[Any], finding: Finding) -> None:
        if finding.verdict is ABNORMAL:
            self.recorded.add(detector.name)
        else:
            self.recorded.discard(detector.name)
        self.say(finding.at_ns, observed(detector, finding))
