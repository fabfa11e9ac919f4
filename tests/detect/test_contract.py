"""What every detector of the table promises; a new file is examined without being named."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from edge_agent.detect import ALWAYS_ON, BY_SETTINGS, DETECTORS, build
from edge_agent.detect.rule import EVERY_CALL, Detector, Finding, Verdict
from edge_agent.detect.typed import bounds
from edge_agent.kind import kind_of
from edge_agent.observations import Cycle, CycleStart, Heard, Judged, Raised, Reading, Seen, Source, Unreadable
from edge_agent.standard import NS_PER_S, Characteristic, Span, Standard, Workplace

WORKPLACE = Workplace(
    standard=Standard(standard_cycle_s=50.0, takt_s=60.0),
    characteristics=(Characteristic(name="bore_mm", lower=24.98, upper=25.02),),
    sources=(
        Source(name="press", sees="cycle"),
        Source(name="gauge", sees="reading", characteristic="bore_mm", heard_within_s=300.0),
    ),
)
OF = {"cycle": "press", "characteristic": "bore_mm", "series": "press", "sensor": "gauge", "call": EVERY_CALL}
SEEDS = range(3)


def made(detector: type[Detector[Any]]) -> Detector[Any]:
    instance = build(detector.SETTINGS(), WORKPLACE, OF[detector.JUDGES])
    instance.restart(0)
    return instance


class History:
    """A shift as sensors see it: what was seen, and when, the last of them being nothing but time."""

    def __init__(self, seed: int, now_ns: int = 0) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a simulation
        self.now_ns = now_ns
        self.ended_ns: int | None = None
        self.count = 0
        self.seen: list[tuple[Seen | None, int]] = []

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now_ns += round(seconds * NS_PER_S)

    def see(self, seen: Seen | None) -> None:
        """Something is seen now."""
        self.seen.append((seen, self.now_ns))

    def cycle(self, seconds: float) -> None:
        """A part is made."""
        self.wait(seconds)
        self.count += 1
        self.see(Cycle(self.now_ns, "press", self.ended_ns, self.ended_ns, True, self.count))
        self.ended_ns = self.now_ns

    def measure(self, value: float) -> None:
        """A part is measured."""
        self.see(Reading(self.now_ns, "gauge", "bore_mm", value))

    def work(self, parts: int, seconds: float = 50.0, bore_mm: float = 25.0) -> None:
        """Parts made and measured, with the spread that work has."""
        for _ in range(parts):
            self.cycle(seconds * self.dice.lognormvariate(0.0, 0.03))
            self.measure(round(self.dice.gauss(bore_mm, 0.004), 4))

    def muddle(self, length: int) -> None:
        """Slow cycles, stops, bad parts, garbage and quiet, in any order."""
        for _ in range(length):
            self.wait(self.dice.choice([5, 20, 50, 50, 55, 62, 90, 400]) * self.dice.uniform(0.95, 1.05))
            match self.dice.choice("ccccrrjhuxn"):
                case "c":
                    self.cycle(0.0)
                case "r":
                    self.measure(self.dice.gauss(25.0, 0.012))
                case "j":
                    self.see(Judged(self.now_ns, "gauge", "bore_mm", self.dice.random() > 0.1))
                case "h":
                    self.see(Heard(self.now_ns, "gauge"))
                case "u":
                    self.see(Unreadable(self.now_ns, "gauge", "?"))
                case "x":
                    self.see(CycleStart(self.now_ns, "press"))
                case "n":
                    self.see(None)

    def stick(self) -> None:
        """The gauge gives the same value for ever."""
        for _ in range(60):
            self.cycle(50.0)
            self.measure(25.001)

    def chatter(self) -> None:
        """The contact bounces."""
        for _ in range(10):
            self.cycle(0.03)
        self.wait(60.0)

    def absurd(self) -> None:
        """The gauge says what cannot be."""
        for value in (999.0, float("nan"), -7.0, float("inf")):
            self.wait(10.0)
            self.measure(value)

    def call(self) -> None:
        """The same call again and again, and another one."""
        for number in range(8):
            self.wait(60.0)
            self.see(Raised(self.now_ns, "help" if number % 4 == 3 else "material", "button", number))

    def bad_parts(self) -> None:
        """The device judges parts not good."""
        for _ in range(5):
            self.wait(20.0)
            self.see(Judged(self.now_ns, "gauge", "bore_mm", good=False))


def history(seed: int) -> list[tuple[Seen | None, int]]:
    """A good start, then everything that can go wrong, each trouble followed by good work."""
    shift = History(seed)
    shift.work(110)
    troubles: list[Callable[[], None]] = [
        lambda: shift.work(40, seconds=56.0),
        lambda: shift.work(40, bore_mm=25.01),
        lambda: shift.work(12, seconds=140.0),
        lambda: shift.work(3, seconds=20.0),
        lambda: shift.muddle(80),
        shift.stick,
        shift.chatter,
        shift.absurd,
        shift.call,
        shift.bad_parts,
    ]
    shift.dice.shuffle(troubles)
    for trouble in troubles:
        trouble()
        shift.work(25)
    shift.wait(10 * 3600.0)
    shift.see(None)
    return shift.seen


def answers(detector: Detector[Any], shift: list[tuple[Seen | None, int]]) -> list[Finding]:
    """Everything it says, with its deadlines kept as the station keeps them."""
    said = []
    for seen, now_ns in shift:
        while (due_ns := detector.due_ns()) is not None and due_ns <= now_ns:
            said.append(detector.step(None, due_ns))
            assert detector.due_ns() is None or detector.due_ns() > due_ns, "a deadline that was met must move on"
        said.append(detector.step(seen, now_ns))
    return [finding for finding in said if finding is not None]


def heeded(detector: Detector[Any], seen: Seen) -> bool:
    """Whether the station would show it this."""
    return detector.heeds(type(seen), (getattr(seen, "sensor", None), getattr(seen, "characteristic", None)))


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: kind_of(d.SETTINGS))
class TestContract:
    """Each promise, for each detector."""

    def test_its_settings_are_its_configuration(self, detector: type[Detector[Any]]) -> None:
        """Defaults for everything, a unique kind, a sentence for each setting, and a round trip through the file."""
        default = detector.SETTINGS()
        plain = msgspec.to_builtins(default, enc_hook=str)
        again = msgspec.convert(plain, detector.SETTINGS, dec_hook=lambda _, value: Span.parse(value))
        assert default == again
        assert detector is BY_SETTINGS[detector.SETTINGS]
        assert 1 == [kind_of(d.SETTINGS) for d in DETECTORS].count(kind_of(detector.SETTINGS))
        for setting in msgspec.inspect.type_info(detector.SETTINGS).fields:
            assert isinstance(setting.type, msgspec.inspect.Metadata), f"{setting.name} has no description"

    def test_it_documents_itself(self, detector: type[Detector[Any]]) -> None:
        """The class says what it does; its file says so in one sentence."""
        assert detector.__doc__
        assert detector.SETTINGS.__doc__

    @pytest.mark.parametrize("seed", SEEDS)
    def test_its_answers_are_well_formed(self, detector: type[Detector[Any]], seed: int) -> None:
        """A sentence, a verdict it may give, an onset not after the signal and only where something is violated."""
        found = answers(made(detector), history(seed))
        assert found, "in a whole shift it never said anything"
        for finding in found:
            assert finding.text.endswith(".")
            assert not (detector.FAULT and finding.verdict is Verdict.ABNORMAL), "the process is not the sensor"
            if finding.onset_ns is not None:
                assert finding.onset_ns <= finding.at_ns
            assert (finding.onset_ns is None) or finding.verdict is not Verdict.NORMAL
            if finding.verdict is Verdict.ABNORMAL:
                assert finding.onset_ns is not None

    @pytest.mark.parametrize("seed", SEEDS)
    def test_the_same_history_gives_the_same_answers(self, detector: type[Detector[Any]], seed: int) -> None:
        """No clock, no randomness, nothing shared between two of a kind."""
        first, second = made(detector), made(detector)
        assert answers(first, history(seed)) == answers(second, history(seed))

    def test_it_both_finds_and_clears(self, detector: type[Detector[Any]]) -> None:
        """In every shift it finds what it is for; after it was answered, good work is normal again."""
        for seed in SEEDS:
            instance = made(detector)
            verdicts = {finding.verdict for finding in answers(instance, history(seed))}
            assert {Verdict.NORMAL, Verdict.UNKNOWN if detector.FAULT else Verdict.ABNORMAL} <= verdicts
            after = History(seed, now_ns=100 * 3600 * NS_PER_S)
            instance.restart(after.now_ns)
            after.work(3)
            after.see(Raised(after.now_ns, "material", "button", 99))
            assert {Verdict.NORMAL} == {finding.verdict for finding in answers(instance, after.seen)}

    def test_it_relies_on_sensors_that_exist(self, detector: type[Detector[Any]]) -> None:
        """What it cannot do without has a name in the workplace."""
        names = {source.name for source in WORKPLACE.sources}
        assert set(made(detector).relies_on) <= names
        assert made(detector).relies_on or detector.JUDGES == "call"

    def test_what_it_may_judge_has_names(self, detector: type[Detector[Any]]) -> None:
        """`of` may name what the workplace has, and what is built here is among it."""
        assert OF[detector.JUDGES] in detector.subjects(WORKPLACE)

    def test_what_it_learned_survives_a_restart(self, detector: type[Detector[Any]]) -> None:
        """Kept in the middle of learning or after it, it goes on as if nothing had happened, or had nothing to keep."""
        seen = history(0)
        for cut in (60, 300):
            first, second = made(detector), made(detector)
            for each, now_ns in seen[:cut]:
                first.step(each, now_ns)
            learned = first.export()
            if learned is None:
                return
            assert first.name == learned.detector
            second.restore(msgspec.json.decode(msgspec.json.encode(learned), type=type(learned)))
            first.restart(0)
            assert [first.step(each, now_ns) for each, now_ns in seen[cut:]] == [
                second.step(each, now_ns) for each, now_ns in seen[cut:]
            ]

    def test_it_learns_anew_only_when_told(self, detector: type[Detector[Any]]) -> None:
        """After `relearn` it knows what a new one knows; a restart alone forgets nothing learned."""
        told = made(detector)
        for each, now_ns in history(1)[:300]:
            told.step(each, now_ns)
        before = told.export()
        told.restart(0)
        assert before == told.export()
        told.relearn()
        assert made(detector).export() == told.export()

    def test_others_do_not_move_it(self, detector: type[Detector[Any]]) -> None:
        """What another press or gauge says is not held against this one."""
        instance = made(detector)
        other = [Cycle(1, "other", 0, 0, True, 1), CycleStart(2, "other"), Reading(3, "other", "weight_g", 1e9)]
        assert [None, None, None] == [instance.step(seen, seen.at_ns) for seen in other]

    @pytest.mark.parametrize("seed", SEEDS)
    def test_it_misses_nothing_that_it_is_not_shown(self, detector: type[Detector[Any]], seed: int) -> None:
        """Shown only what it says concerns it, it answers as if it had been shown everything."""
        shown = [(seen if seen is None or heeded(made(detector), seen) else None, at) for seen, at in history(seed)]
        assert answers(made(detector), history(seed)) == answers(made(detector), shown)

    def test_numbers_out_of_range_are_refused(self, detector: type[Detector[Any]]) -> None:
        """Also where no configuration file was read; the complaint names the setting and what it may be."""
        for setting in bounds(detector.SETTINGS):
            for wrong in (setting.low - 1, setting.high + 1, float("nan")):
                if abs(wrong) != float("inf"):
                    with pytest.raises(ValueError, match=rf"{setting.name} = .* must be"):
                        detector.SETTINGS(**{setting.name: wrong})


def test_what_is_always_on_watches_sensors() -> None:
    """A detector that nobody asked for may say that a sensor is lost, never that the process is wrong."""
    assert all(detector.FAULT for detector in ALWAYS_ON)
    assert set(ALWAYS_ON) <= set(DETECTORS)
