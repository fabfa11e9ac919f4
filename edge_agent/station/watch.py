"""The detectors of one station and their last answers: who is asked, when somebody is due, who begins anew."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any

from edge_agent import detect
from edge_agent.andon.gate import Gate, Waiting
from edge_agent.detect.baseline import Learned
from edge_agent.detect.block import Readings
from edge_agent.detect.counted import Counted
from edge_agent.detect.learning import Learning
from edge_agent.detect.rule import ABNORMAL, NORMAL, NOTHING, Detector, Finding, Rest, Settings
from edge_agent.events import BaselineRelearned
from edge_agent.events.upkeep import Change
from edge_agent.observations import Cycle, Relearn, Seen
from edge_agent.standard import Workplace
from edge_agent.station.baselines import Baselines
from edge_agent.station.evidence import Evidence
from edge_agent.station.held import judges_alike
from edge_agent.station.in_force import changes, figures
from edge_agent.station.senses import Senses

Answer = tuple[Detector[Any], Finding]


class Watch:
    """What relies on a lost sensor is not asked: no stoppage is called because a cable was pulled."""

    def __init__(
        self,
        workplace: Workplace,
        watches: Iterable[tuple[Settings, str]],
        senses: Senses,
        waiting: Iterable[Waiting] = (),
    ) -> None:
        self.findings: dict[str, Finding] = {}
        self.quiet: set[str] = set()  # by name: another NORMAL of theirs ends nothing, and nobody need act on it
        self.senses = senses
        self.watches = tuple(watches)
        self.detectors: list[Detector[Any]] = [detect.build(settings, workplace, of) for settings, of in self.watches]
        names = {each.name for each in self.detectors}
        self.gate = Gate(each for each in waiting if each.detector in names)
        self._arrange()
        self._learning: dict[str, dict[str, float]] = {}  # limits before they were learned, of those that still learn
        self.baselines = Baselines((), None, ())
        self.out: frozenset[str] = frozenset()  # out of service: not asked
        self.tested = False  # the wires are tested: nobody is asked
        self.resting_since_ns: int | None = None  # no work is planned since then
        self.cycles: dict[str, int] = {}  # ended since then, by sensor
        self.evidence = Evidence()

    def _arrange(self) -> None:
        """Know whom to ask, by what there is to ask: needed several times a turn, and changed hardly ever."""
        self._timed = [each for each in self.detectors if type(each).due_ns is not Detector.due_ns]
        self._shown_to: dict[tuple[type[Seen], str | None, str | None], list[Detector[Any]]] = {}

    def begin(self, now_ns: int, baselines: Baselines, counted: Iterable[Counted] = ()) -> None:
        """Begin to wait, with what was learned and counted in an earlier run."""
        self.baselines, counted = baselines, tuple(counted)
        for detector in self.detectors:
            baselines.take_up(detector)
            detector.restart(now_ns)
            detector.count_on(each for each in counted if each.detector == detector.name)
        self._learns()

    def due_ns(self) -> int | None:
        """When the first of those that are asked wants to be asked again."""
        due = [due_ns for detector in self._able(self._timed) if (due_ns := detector.due_ns()) is not None]
        return min(due) if due else None

    def late(self, now_ns: int) -> Iterator[Answer]:
        """Answers of those whose deadline has come."""
        due = (each for each in self._able(self._timed) if (due_ns := each.due_ns()) is not None and due_ns <= now_ns)
        return self._ask(due, None, now_ns)

    def show(self, seen: Seen, now_ns: int) -> Iterator[Answer]:
        """Answers to something seen, of all that it concerns and that can tell."""
        self.evidence.keep(seen)
        if self.resting_since_ns is not None and isinstance(seen, Cycle):
            self.cycles[seen.sensor] = self.cycles.get(seen.sensor, 0) + 1
        return self._ask(self._able(self._heeding(seen)), seen, now_ns)

    def scan(self, block: Readings, now_ns: int) -> Iterator[Answer]:
        """Answers to many readings at once, those that one after the other would get, in their order.

        A copy of each detector looks ahead. One that would say nothing but NORMAL takes its detector's place, and
        only the last reading is told of it; the others are shown all of them.
        """
        ahead = self._ahead(block)
        last = len(block) - 1
        samples = block if len(ahead) < self._concerned(block) else block.part(last)
        count = len(samples) - 1
        for place, sample in enumerate(samples.samples()):
            for seen in sample:
                asked = [
                    detector
                    for detector in self._able(self.detectors)
                    if _concerns(detector, block) and (place == count or detector.name not in ahead)
                ]
                yield from self._ask(asked, seen, now_ns)

    def _concerned(self, block: Readings) -> int:
        return sum(_concerns(detector, block) for detector in self._able(self.detectors))

    def _ahead(self, block: Readings) -> set[str]:
        """Put copies that have seen all but the last reading in the place of detectors whose answer does not change."""
        copies: dict[int, Detector[Any]] = {}
        for place, detector in enumerate(self.detectors):
            if _concerns(detector, block) and detector.name not in self.out and self.senses.tells(detector.relies_on):
                before = self.findings.get(detector.name)
                look = copy.deepcopy(detector)
                verdicts = look.scan(block.part(0, len(block) - 1))
                if before is not None and before.verdict is NORMAL and verdicts.max(initial=NOTHING) <= NORMAL:
                    copies[place] = look
                elif detector.FAULT:
                    return set()  # the sensor may be lost halfway: then nobody else is asked about the rest
        for place, look in copies.items():
            self.detectors[place] = look
        self._arrange()
        return {look.name for look in copies.values()}

    def stands(self, source: str) -> bool:
        """Whether the gap that the detector called `source` found is still seen by it."""
        finding = self.findings.get(source)
        return finding is not None and finding.verdict is ABNORMAL and self.asks(source)

    def asked(self) -> list[Detector[Any]]:
        """Those that can tell now, and are asked."""
        return self._able(self.detectors)

    def asks(self, name: str) -> bool:
        """Whether the detector called `name` can tell now, and is asked."""
        return any(detector.name == name for detector in self.asked())

    def restart(self, source: str, now_ns: int) -> None:
        """Let the detector called `source` begin anew, without an answer."""
        for detector in self.detectors:
            if detector.name == source:
                detector.restart(now_ns)
                self.findings.pop(source, None)
                self.gate.forget(source)

    def back(self, sensor: str, now_ns: int) -> None:
        """Let everything that relies on `sensor` begin anew: it is heard again, and what was missed is not known."""
        for detector in self.detectors:
            if sensor in detector.relies_on and not detector.FAULT:
                self.restart(detector.name, now_ns)

    def rest(self, now_ns: int) -> None:
        """Ask nobody who looks for delays: no work is planned."""
        self.resting_since_ns, self.cycles = now_ns, {}
        for detector in self.detectors:
            detector.rest(now_ns)

    def resume(self, now_ns: int) -> None:
        """Ask everybody again; what had begun before the rest is no measure."""
        since_ns, self.resting_since_ns = self.resting_since_ns, None
        for detector in self.detectors:
            detector.wake(now_ns)
            if since_ns is not None and detector.FAMILY == "delay":
                rest = Rest(now_ns - since_ns, self.cycles.get(detector.of, 0))
                if detector.resume(rest, now_ns):
                    self.gate.rested(detector.name, rest.lasted_ns)
                else:
                    self.findings.pop(detector.name, None)
                    self.gate.forget(detector.name)

    def next_shift(self, now_ns: int) -> None:
        """Another shift has begun."""
        for detector in self.detectors:
            detector.next_shift(now_ns)

    def measure(self, workplace: Workplace, product: str | None, now_ns: int) -> None:
        """Judge by the standard of another product, and by what is known to be usual for it."""
        self.baselines.keep(self.detectors)
        self.baselines.product = product or ""
        for place, (_, of) in enumerate(self.watches):
            before = self.detectors[place]
            if not before.FAULT and (of in workplace.cycle_sources() or before.export() is not None):
                self._renew(place, workplace, now_ns)
        self._learn_on()

    def hold(self, workplace: Workplace, watches: Iterable[tuple[Settings, str]], now_ns: int) -> None:
        """Judge by another standard, specification or setting; who judges by what has changed begins anew.

        What is usual stays known: a standard says what should be, a baseline what is. So does the last evidence.
        """
        self.baselines.keep(self.detectors)
        before, self.watches = self.watches, tuple(watches)
        were_normal: list[Detector[Any]] = []
        for place, watch in enumerate(self.watches):
            if watch != before[place] or not judges_alike(self.detectors[place], workplace):
                said = self.findings.get(self.detectors[place].name)
                self._renew(place, workplace, now_ns)
                if said is not None and said.verdict is NORMAL and self.detectors[place].EACH_BY_ITSELF:
                    were_normal.append(self.detectors[place])
        self.findings |= self.evidence.look_back(were_normal, self.baselines, now_ns)
        self._learn_on()

    def _renew(self, place: int, workplace: Workplace, now_ns: int) -> None:
        """Put a new detector, with what is known to be usual, in the place of one that judged by something else."""
        (settings, of), before = self.watches[place], self.detectors[place]
        detector = self.detectors[place] = detect.build(settings, workplace, of)
        self.baselines.take_up(detector)
        self.quiet.discard(detector.name)
        self.restart(detector.name, now_ns)
        if detector.JUDGES == "call":  # a call is one by whatever standard
            detector.count_on(before.so_far(now_ns))
        if self.resting_since_ns is not None:
            detector.rest(now_ns)

    def _learn_on(self) -> None:
        """Know anew whom to ask and who learns: detectors have taken the place of others."""
        self._arrange()
        self._learning = {}
        self._learns()

    def learned(self) -> tuple[Learned, ...]:
        """What the detectors know of what is usual, of the product that is made and of the others."""
        return self.baselines.keep(self.detectors)

    def counted(self, now_ns: int) -> tuple[Counted, ...]:
        """What the detectors have counted towards a call."""
        return tuple(each for detector in self.detectors for each in detector.so_far(now_ns))

    def relearn(self, asked: Relearn) -> Iterator[BaselineRelearned]:
        """Let the detector named, or every one, learn anew; what is to be said of each."""
        for detector in self.detectors:
            before = detector.export()
            if before is not None and asked.detector in {None, detector.name}:
                detector.relearn()
                known = "nothing yet" if before.fit is None else f"{before.fit.count} values"
                yield BaselineRelearned(
                    detector=detector.name, before=known, who=asked.who, via=asked.via, role=asked.role
                )
        self._learns()

    def froze(self) -> tuple[Change, ...]:
        """The limits that baselines have changed for good, now that they have learned."""
        changed: list[Change] = []
        for detector in self.detectors if self._learning else ():
            if detector.name in self._learning and isinstance(detector, Learning) and not detector.baseline.wanted:
                before = figures(detector.name, self._learning.pop(detector.name))
                changed += changes(before, figures(detector.name, detector.limits()))
        return tuple(changed)

    def _learns(self) -> None:
        """Note what those that learn judged by before."""
        learning = (each for each in self.detectors if isinstance(each, Learning) and each.baseline.wanted)
        self._learning = {each.name: self._learning.get(each.name, each.limits()) for each in learning}

    def serve(self, out: Iterable[str], changed: str, now_ns: int) -> None:
        """Ask nobody of `out`; the detector for which that has `changed` begins anew."""
        self.out = frozenset(out)
        self.restart(changed, now_ns)

    def _heeding(self, seen: Seen) -> list[Detector[Any]]:
        """Those whom such an observation concerns."""
        subjects = getattr(seen, "sensor", None), getattr(seen, "characteristic", None)
        found = self._shown_to.get((type(seen), *subjects))
        if found is None:
            found = [detector for detector in self.detectors if detector.heeds(type(seen), subjects)]
            self._shown_to[type(seen), *subjects] = found  # as many as sensors and kinds of observations
        return found

    def _able(self, detectors: list[Detector[Any]]) -> list[Detector[Any]]:
        """Those of them that can tell: whose sensors are not lost, and those that watch the sensors."""
        if self.tested:
            return []
        rests = self.resting_since_ns is not None
        if not self.senses.lost and not rests and not self.out:
            return detectors
        return [
            detector
            for detector in detectors
            if detector.name not in self.out
            and (
                detector.FAULT or (self.senses.tells(detector.relies_on) and not (rests and detector.FAMILY == "delay"))
            )
        ]

    def _ask(self, detectors: Iterable[Detector[Any]], seen: Seen | None, now_ns: int) -> Iterator[Answer]:
        for detector in detectors:
            finding = detector.step(seen, now_ns)
            if finding is None:
                continue
            name = detector.name
            if name not in self.quiet or finding.verdict is not NORMAL:
                self.quiet.discard(name)
                yield detector, finding
            self.findings[name] = finding  # afterwards: who acts on it may want the answer before


def _concerns(detector: Detector[Any], block: Readings) -> bool:
    """Whether a detector judges these readings, or the sensor they come from."""
    return detector.of in {block.characteristic, block.sensor}
